"""The commands of the clinic. It is a program of its own, and nothing of it is loaded here."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, NoReturn

import typer

LACKING = 3
"""Exit status where the environment lacks something."""
NEEDED = ("django", "allauth", "gunicorn", "whitenoise")
OPERATIONS = "euthymia.clinic.operations"

Home = Annotated[Path | None, typer.Option(help="Folder of the database and the attachments.")]
Keys = Annotated[Path | None, typer.Option(help="Folder of the keys, outside the home.")]
Email = Annotated[str, typer.Argument(help="The e-mail of the account.")]

clinic = typer.Typer(
    no_args_is_help=True, help="Keep the clinic: back up, restore, verify, let someone in again."
)


def serve(  # noqa: PLR0913, PLR0917 - one parameter an option
    demo: Annotated[
        bool, typer.Option("--demo", help="A throw-away clinic of invented patients.")
    ] = False,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer.")] = 2,
    threads: Annotated[int, typer.Option(min=1, help="Threads in each of them.")] = 4,
    home: Home = None,
    keys: Keys = None,
    certificate: Annotated[Path | None, typer.Option(help="For HTTPS: the certificate.")] = None,
    certificate_key: Annotated[Path | None, typer.Option(help="For HTTPS: its key.")] = None,
) -> None:
    """Open the clinic: the public door, the staff pages, the worker. Ctrl-C closes it."""
    require_extra()
    words = ["--host", host, "--port", str(port), "--workers", str(workers)]
    words += ["--threads", str(threads)]
    if certificate is not None:
        words += ["--certificate", str(certificate)]
    if certificate_key is not None:
        words += ["--certificate-key", str(certificate_key)]
    if demo and home is None:
        folder = Path(tempfile.mkdtemp(prefix="euthymia-demo-"))
        home, keys, words = folder / "home", folder / "keys", [*words, "--throw-away", str(folder)]
    _become("clinic_serve", words, _places(home, keys) | ({"EUTHYMIA_DEMO": "1"} if demo else {}))


@clinic.command()
def backup(
    file: Annotated[Path, typer.Argument(help="A new file.")],
    home: Home = None,
    keys: Keys = None,
) -> None:
    """Write everything but the keys to one sealed file, while the clinic runs."""
    _operate("clinic_backup", [str(file)], home, keys)


@clinic.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup.", exists=True, dir_okay=False)],
    over: Annotated[bool, typer.Option("--over", help="Set aside a database that stands.")] = False,
    home: Home = None,
    keys: Keys = None,
) -> None:
    """Put a backup back, and hold its digests and its audit against the keys."""
    _operate("clinic_restore", [str(file), *(["--over"] if over else [])], home, keys)


@clinic.command()
def verify(home: Home = None, keys: Keys = None) -> None:
    """Look over the database and every chain of the audit; say when the last backup was made."""
    _operate("clinic_verify", [], home, keys)


@clinic.command("reset-factor")
def reset_factor(email: Email, home: Home = None, keys: Keys = None) -> None:
    """Remove the second factors of someone who lost them, where no administrator is left to."""
    _operate("clinic_reset_factor", [email], home, keys)


@clinic.command("reset-password")
def reset_password(email: Email, home: Home = None, keys: Keys = None) -> None:
    """Print a link by which someone sets a new password, where no mail is set."""
    _operate("clinic_reset_password", [email], home, keys)


def require_extra() -> None:
    """Ends with one line where the clinic's packages are not installed."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        print(
            f"the clinic needs {', '.join(missing)}: pip install euthymia[clinic]", file=sys.stderr
        )
        raise typer.Exit(LACKING)


def _places(home: Path | None, keys: Path | None) -> dict[str, str]:
    told = {"EUTHYMIA_HOME": home, "EUTHYMIA_KEYS": keys}
    return {name: str(path.absolute()) for name, path in told.items() if path is not None}


def _operate(word: str, words: list[str], home: Path | None, keys: Path | None) -> NoReturn:
    require_extra()
    _become(word, words, _places(home, keys))


def _become(word: str, words: list[str], settings: Mapping[str, str]) -> NoReturn:
    """Hands over to the clinic's own program, which gets every signal from then on."""
    command = [sys.executable, "-m", OPERATIONS, word, *words]
    sys.stdout.flush()
    if os.name == "posix":
        os.execve(sys.executable, command, {**os.environ, **settings})  # noqa: S606 - no shell is wanted
    done = subprocess.run(command, env={**os.environ, **settings}, check=False)  # noqa: S603 - likewise
    raise typer.Exit(done.returncode)
