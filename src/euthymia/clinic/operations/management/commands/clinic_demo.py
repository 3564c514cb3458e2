"""Fills an empty demonstration database and says how to sign in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from euthymia.clinic.keys import make_keys
from euthymia.clinic.operations.demo import Account, make_demo
from euthymia.clinic.people.models import Clinic

BAD_CALL = 2


class Command(BaseCommand):
    help = (
        "Two clinics of invented people and patients, into an empty database with EUTHYMIA_DEMO=1."
    )
    requires_system_checks = ()

    def handle(self, *_: Any, **__: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "invented people do not belong into a real clinic; use --demo", returncode=BAD_CALL
            )
        if Clinic.objects.exists():
            raise CommandError(
                "this database is filled already; name an empty folder with --home",
                returncode=BAD_CALL,
            )
        make_keys(settings.KEYS)
        self._show(make_demo())

    def _show(self, accounts: list[Account]) -> None:
        """How to sign in: shown now and never again."""
        self.stdout.write("\nInvented people of a throw-away clinic. Each code works once.\n")
        for one in accounts:
            self.stdout.write(f"  {one.role}, {one.clinic}\n    {one.email}    {one.password}")
            self.stdout.write(f"    codes {' '.join(one.codes)}    or an app with {one.secret}")
        self.stdout.write("")
