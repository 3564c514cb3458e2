"""An installation in a folder of its own, run by commands as its owner runs it."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Place:
    """Home and keys beside each other in one folder; the demonstration unless told otherwise."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder, self.home, self.keys = folder, folder / "home", folder / "keys"
        self.more = {"EUTHYMIA_DEMO": "1", **settings}
        self.unset: tuple[str, ...] = ()
        """Variables that its owner forgot to set."""

    @property
    def settings(self) -> dict[str, str]:
        theirs = ("EUTHYMIA_", "DJANGO_SETTINGS_MODULE")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(theirs)}
        places = {"EUTHYMIA_HOME": str(self.home), "EUTHYMIA_KEYS": str(self.keys)}
        told = {**kept, **places, **self.more, "PYTHONWARNINGS": "default"}
        return {name: value for name, value in told.items() if name not in self.unset}

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "euthymia.clinic.operations", *words]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs a command of the clinic, with nobody at the terminal."""
        return subprocess.run(
            self.command(*words),
            cwd=ROOT,
            env=self.settings,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def does(self, *words: str) -> str:
        """What a command that must succeed prints."""
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refuses(self, *words: str) -> str:
        """The one line with which a command must refuse."""
        done = self.run(*words)
        assert done.returncode not in (0, 1), done.stderr
        assert len(done.stderr.splitlines()) == 1, done.stderr
        return done.stderr

    def starts(self, *words: str, log: Path | None = None) -> subprocess.Popen[bytes]:
        """A command that goes on running."""
        with (log or self.folder / "log").open("ab") as out:
            return subprocess.Popen(
                self.command(*words), cwd=ROOT, env=self.settings, stdout=out, stderr=out
            )

    @property
    def database(self) -> Path:
        return self.home / "clinic.sqlite3"

    def count(self, rows: str) -> int:
        """How many rows of a table, or of a table and a condition."""
        with closing(sqlite3.connect(self.database)) as base:
            return int(base.execute(f"SELECT count(*) FROM {rows}").fetchone()[0])  # noqa: S608

    def write(self, statement: str) -> None:
        with closing(sqlite3.connect(self.database, timeout=20)) as base, base:
            base.execute(statement)

    def copied_to(self, folder: Path) -> Place:
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Place(folder, **self.more)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_open(port: int, process: subprocess.Popen[bytes], seconds: float = 120) -> None:
    """Returns when something listens there; fails where the process ends or the time runs out."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert process.poll() is None, f"it ended with status {process.returncode}"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"nothing listens on port {port}")
