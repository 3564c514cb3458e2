"""Opens the clinic: checks, keys, database, first people; then the server and the worker."""

from __future__ import annotations

import shutil
import signal
import sys
from argparse import ArgumentParser
from pathlib import Path
from threading import Event, Thread
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from euthymia.clinic.operations.database import DatabaseError
from euthymia.clinic.operations.lock import HeldError, holding_the_home
from euthymia.clinic.operations.opening import (
    ShutError,
    prepare,
    require_free,
    require_one_kind,
    require_place,
)
from euthymia.clinic.operations.owner import NobodyAnswersError, has_owner, make_owner
from euthymia.clinic.operations.supervisor import Kept, supervise
from euthymia.clinic.operations.waiting import answers
from euthymia.clinic.people.models import Clinic

BAD_CALL = 2


class Command(BaseCommand):
    help = "Serves the clinic and runs its worker until SIGTERM or Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)
        parser.add_argument("--threads", type=int, default=4)
        parser.add_argument("--certificate", type=Path)
        parser.add_argument("--certificate-key", type=Path)
        parser.add_argument("--throw-away", type=Path, help="folder to remove at the end")

    def handle(self, *_: Any, throw_away: Path | None, **told: Any) -> None:
        try:
            require_place(told["host"], own_tls=told["certificate"] is not None)
            with holding_the_home() as lock:
                require_free(told["host"], told["port"])
                self._open()
                self._keep_open(told, lock)
        except (ShutError, HeldError, DatabaseError, NobodyAnswersError) as fault:
            raise CommandError(str(fault), returncode=BAD_CALL) from fault
        finally:
            if throw_away is not None:
                shutil.rmtree(throw_away, ignore_errors=True)

    def _open(self) -> None:
        backup = prepare()
        if backup is not None:
            self.stdout.write(f"the database moved on; as it was before: {backup}")
        require_one_kind()
        if not settings.DEMO and not has_owner():
            owner = make_owner()
            self.stdout.write(
                f"{owner.email} is administrator and medical director of the clinic: "
                "change between the two at the top of each page"
            )
        if settings.DEMO and not Clinic.objects.exists():
            call_command("clinic_demo", stdout=self.stdout)
        if not (settings.DEMO or settings.HOSTS):
            self.stdout.write(
                "EUTHYMIA_HOSTS names no address of the clinic: it answers to 127.0.0.1 only, and "
                "links in messages lead nowhere"
            )

    def _keep_open(self, told: dict[str, Any], lock: int) -> None:
        stop = Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        where = (told["host"], told["port"], _address(told))
        Thread(target=self._tell, args=(*where, stop), daemon=True).start()
        programs = {"server": _server(told), "worker": _worker()}
        supervise([Kept(name, one, lock=lock) for name, one in programs.items()], stop)

    def _tell(self, host: str, port: int, url: str, stop: Event) -> None:
        if answers(host, port, stop):
            self.stdout.write(f"The clinic is open at {url} until Ctrl-C")
            self.stdout.flush()


def _address(told: dict[str, Any]) -> str:
    """Where the clinic is reached: behind a proxy by its name only."""
    here = f"{told['host']}:{told['port']}"
    if settings.BEHIND_PROXY:
        return f"{settings.ADDRESS or 'the address of the proxy'}, which passes on to {here},"
    return f"{'https' if told['certificate'] else 'http'}://{here}/"


def _server(told: dict[str, Any]) -> list[str]:
    host = f"[{told['host']}]" if ":" in told["host"] else told["host"]
    command = [
        *(sys.executable, "-m", "gunicorn", "euthymia.clinic.wsgi", "--bind"),
        *(f"{host}:{told['port']}", "--workers", str(told["workers"])),
        *("--threads", str(told["threads"]), "--no-control-socket", "--log-level", "warning"),
    ]
    if told["certificate"] is None:
        return command
    return [
        *(*command, "--certfile", str(told["certificate"])),
        *(("--keyfile", str(told["certificate_key"])) if told["certificate_key"] else ()),
    ]


def _worker() -> list[str]:
    return [sys.executable, "-m", "euthymia.clinic.operations", "clinic_worker"]
