"""What must hold before the clinic opens: where it may be reached, and that demo stays demo."""

from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from euthymia.clinic.keys import make_keys
from euthymia.clinic.operations.backup import back_up
from euthymia.clinic.operations.database import is_blank
from euthymia.clinic.people.models import Clinic, User

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class ShutError(Exception):
    """Why the clinic does not open, and the mend, in one line."""


def require_place(host: str, *, own_tls: bool) -> None:
    """Raises ShutError for a place where a clinic, or its demonstration, must not be reached."""
    if settings.DEMO and host not in LOOPBACK:
        raise ShutError(f"the demonstration listens on 127.0.0.1 only, not on {host}")
    if not (settings.DEMO or own_tls or settings.BEHIND_PROXY):
        raise ShutError(
            "the clinic is reached by HTTPS only: give --certificate and --certificate-key, or put "
            "a proxy that ends TLS in front and set EUTHYMIA_PROXY=1; to look around: --demo"
        )


def require_free(host: str, port: int) -> None:
    """Raises ShutError where something else listens there, or nothing may."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            raise ShutError(
                f"cannot listen on {host} port {port} ({fault.strerror}); try --port {port + 1}"
            ) from fault


def prepare() -> Path | None:
    """Keys, database, static files. The backup that was made first, where a database moved on."""
    make_keys(settings.KEYS)
    made = _backed_up() if not is_blank() and moves_on() else None
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    return made


def moves_on() -> bool:
    """Whether this release brings migrations that the database has not seen."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _backed_up() -> Path:
    to = settings.HOME / f"before-migration-{timezone.now():%Y%m%dT%H%M%S}.backup"
    back_up(to, noted=False)  # the table of the audit may be what moves on
    return to


def require_one_kind() -> None:
    """Raises ShutError where demo and real meet: nobody real in a demo, no demo account beside."""
    invented = (
        Clinic.objects.filter(is_demo=True).exists() or User.objects.filter(is_demo=True).exists()
    )
    if invented and not settings.DEMO:
        raise ShutError(
            "this database holds demonstration accounts, whose passwords were shown on a terminal; "
            "start with --demo, or name an empty folder with --home"
        )
    if settings.DEMO and Clinic.objects.filter(is_demo=False).exists():
        raise ShutError("this database is of a real clinic; start without --demo")
