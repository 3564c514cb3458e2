"""The two databases as operations meet them: copied while the clinic runs, put back, checked."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Protocol

from django.db import connection, connections, transaction
from django.db.backends.utils import CursorWrapper

from euthymia.clinic.operations.attached import NAMED, TABLE

PROGRAM_PLACES = "/usr/lib/postgresql/*/bin"
NO_LAYOUT = frozenset({"django_migrations"})


class DatabaseError(Exception):
    """What stands in the way, and the mend, in one line."""


class Database(Protocol):
    """What a backup needs of a database."""

    file: str
    """The name of its copy within a backup."""

    def copy_to(self, path: Path) -> frozenset[str]:
        """Writes one moment of it, whole, while others go on writing; the files it names."""

    def put_back(self, path: Path) -> None:
        """Makes it what a copy holds, and nothing else."""

    def faults(self) -> list[str]:
        """What its own check finds wrong; none where it is sound."""


def here() -> Database:
    """The database that the settings name."""
    return Postgres() if connection.vendor == "postgresql" else Sqlite()


def is_blank() -> bool:
    """Whether no table stands in it yet."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return True
    return not connection.introspection.table_names()


class Sqlite:
    """One file, copied page by page by SQLite itself."""

    file = "database.sqlite3"

    @property
    def path(self) -> Path:
        return Path(connection.settings_dict["NAME"])

    def copy_to(self, path: Path) -> frozenset[str]:
        with closing(sqlite3.connect(self.path)) as live, closing(sqlite3.connect(path)) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
            return self._named(copy)

    def put_back(self, path: Path) -> None:
        connections.close_all()
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for beside in ("-wal", "-shm"):
            self.path.with_name(self.path.name + beside).unlink(missing_ok=True)
        os.replace(path, self.path)
        self.path.chmod(0o600)

    def _named(self, copy: sqlite3.Connection) -> frozenset[str]:
        try:
            return frozenset(name for (name,) in copy.execute(NAMED))
        except sqlite3.OperationalError:  # of a release without that table
            return frozenset()

    def faults(self) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            said = [str(row[0]) for row in cursor.fetchall()]
            cursor.execute("PRAGMA foreign_key_check")
            orphans = len(cursor.fetchall())
        found = [] if said == ["ok"] else [f"the database file is damaged in {len(said)} places"]
        return found + ([f"{orphans} rows point to rows that are not there"] if orphans else [])


class Postgres:
    """PostgreSQL, by its own pg_dump and pg_restore."""

    file = "database.dump"

    def copy_to(self, path: Path) -> frozenset[str]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            moment = cursor.fetchall()[0][0]
            self._run(
                *("pg_dump", "--format=custom", "--no-owner"),
                *(f"--snapshot={moment}", f"--file={path}"),
            )
            return self._named(cursor)

    def _named(self, cursor: CursorWrapper) -> frozenset[str]:
        if TABLE not in connection.introspection.table_names(cursor):
            return frozenset()
        cursor.execute(NAMED)
        return frozenset(name for (name,) in cursor.fetchall())

    def put_back(self, path: Path) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connections.close_all()
        self._run("pg_restore", "--no-owner", "--exit-on-error", "--dbname", self._name, str(path))

    def faults(self) -> list[str]:
        return []  # it has no check of its own that a client may ask for

    @property
    def _name(self) -> str:
        return str(connection.settings_dict["NAME"])

    def _run(self, program: str, *arguments: str) -> None:
        found = program_of_postgres(program)
        done = subprocess.run(  # noqa: S603 - a program of PostgreSQL with our own arguments
            [found, *arguments], env=self._environment(), capture_output=True, check=False
        )
        if done.returncode:
            raise DatabaseError(f"{program} failed with status {done.returncode}")

    def _environment(self) -> Mapping[str, str]:
        told = connection.settings_dict
        names = {"PGDATABASE": "NAME", "PGHOST": "HOST", "PGPORT": "PORT"}
        names |= {"PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
        given = {name: str(told[word]) for name, word in names.items() if told.get(word)}
        return {**os.environ, **as_environment(told.get("OPTIONS", {})), **given}


def as_environment(options: Mapping[str, object]) -> Mapping[str, str]:
    """What the address says beyond the place (sslmode and the like), as the programs read it."""
    from psycopg.pq import Conninfo  # noqa: PLC0415 - an extra of its own

    variables = {
        one.keyword.decode(): one.envvar.decode()
        for one in Conninfo.get_defaults()
        if one.envvar is not None
    }
    return {variables[word]: str(told) for word, told in options.items() if word in variables}


def program_of_postgres(name: str) -> str:
    """The newest program of this name that is installed. Raises DatabaseError."""
    found = sorted(Path("/").glob(f"{PROGRAM_PLACES[1:]}/{name}"), key=_release)
    if not found:
        raise DatabaseError(
            f"{name} is not here; on Debian or Ubuntu: apt-get install postgresql-client"
        )
    return str(found[-1])


def _release(program: Path) -> int:
    word = program.parts[-3]
    return int(word) if word.isdigit() else 0
