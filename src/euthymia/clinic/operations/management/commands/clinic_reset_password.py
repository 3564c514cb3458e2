"""Prints a link by which someone sets a new password, where no mail leaves this installation."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from euthymia.clinic.operations.letting_in import (
    NotLetInError,
    account,
    password_link,
    require_meant,
)
from euthymia.clinic.people.invitations import LASTS

BAD_CALL = 2


class Command(BaseCommand):
    help = "Prints a link, good once, by which the owner of one account sets a new password."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *_: Any, email: str, **__: Any) -> None:
        try:
            user = account(email)
            require_meant(user, "make a link for a new password")
            link = password_link(user)
        except NotLetInError as fault:
            raise CommandError(str(fault), returncode=BAD_CALL) from fault
        where = "" if settings.ADDRESS else ", after the address of the clinic"
        hours = LASTS.total_seconds() / 3600
        self.stdout.write(f"opens once, within {hours:.0f} hours{where}:\n{link}")
        self.stdout.write("the second factor is asked as before; it is noted in the audit")
