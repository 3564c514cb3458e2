"""Removes the second factors of someone who has lost them."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from euthymia.clinic.operations.letting_in import (
    NotLetInError,
    account,
    remove_factors,
    require_meant,
)

BAD_CALL = 2


class Command(BaseCommand):
    help = "Removes the second factors of one account, and ends its sessions."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *_: Any, email: str, **__: Any) -> None:
        try:
            user = account(email)
            require_meant(user, "remove the second factors and end the sessions")
            remove_factors(user)
        except NotLetInError as fault:
            raise CommandError(str(fault), returncode=BAD_CALL) from fault
        self.stdout.write(
            "removed, and noted in the audit; the password stands, and the next sign-in asks for a "
            "new second factor: sign in at once"
        )
