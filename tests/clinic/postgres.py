"""A PostgreSQL server of the tests' own: a temporary folder, a Unix socket, no port."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

OWNER = "postgres"
"""The system user that Debian makes for the server, which refuses to run as root."""


class NoServerError(Exception):
    """Why there is no server here; what a test says when it skips."""


def programs() -> Path:
    """The folder of the newest server's programs. Raises NoServerError."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not found:
        raise NoServerError("no PostgreSQL server is installed: apt-get install postgresql")
    return max(found, key=lambda path: int(path.parent.name))


@contextmanager
def postgres() -> Iterator[str]:
    """The address, `postgresql://...`, of an empty database whose server ends with the block."""
    bin_ = programs()
    folder = Path(tempfile.mkdtemp(prefix="euthymia-pg-"))
    try:
        _give_to_owner(folder)
        data, log = folder / "data", folder / "log"
        _as_owner(bin_ / "initdb", "--auth=trust", "--encoding=UTF8", "--locale=C", "-D", str(data))
        # nothing here outlives the test: no need to wait for the disk
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off"
        _as_owner(
            *(bin_ / "pg_ctl", "-w", "-t", "60", "-D", str(data), "-l", str(log)),
            *("-o", options, "start"),
        )
        try:
            yield f"postgresql://{_user()}@/postgres?host={quote(str(folder), safe='')}"
        finally:
            _as_owner(bin_ / "pg_ctl", "-w", "-m", "immediate", "-D", str(data), "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user() -> str:
    return OWNER if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


def _give_to_owner(folder: Path) -> None:
    if os.geteuid() != 0:
        return
    try:
        shutil.chown(folder, OWNER, OWNER)
    except LookupError:
        raise NoServerError(f"there is no system user {OWNER} to run the server") from None


def _as_owner(program: Path, *arguments: str) -> None:
    switched = {"user": OWNER, "group": OWNER, "extra_groups": []} if os.geteuid() == 0 else {}
    subprocess.run(  # type: ignore[call-overload]
        [str(program), *arguments],
        check=True,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **switched,
    )
