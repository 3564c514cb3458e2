"""Puts a backup back, and looks it over."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from euthymia.clinic.operations.database import DatabaseError
from euthymia.clinic.operations.lock import HeldError, holding_the_home
from euthymia.clinic.operations.restore import RestoreError, restore
from euthymia.clinic.operations.revived import Ended

BAD_CALL = 2


class Command(BaseCommand):
    help = "Puts a backup back; a database that stands is replaced only with --over."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--over", action="store_true")

    def handle(self, *_: Any, file: Path, over: bool, **__: Any) -> None:
        try:
            with holding_the_home():
                done = restore(file, over=over)
        except (RestoreError, DatabaseError, HeldError) as fault:
            raise CommandError(str(fault), returncode=BAD_CALL) from fault
        made = done.made.isoformat(" ", "seconds")
        self.stdout.write(f"{done.files} files as of {made} are back; digests and audit hold")
        if done.lost_rows:
            self.stdout.write(f"{done.lost_rows} audit rows are not in this backup: lost")
        if done.missing:
            self.stdout.write(f"{len(done.missing)} attachments were not there to back up: lost")
        self._tell_what_ended(done.ended)
        if done.aside is not None:
            self.stdout.write(f"what stood here before is sealed in {done.aside}")

    def _tell_what_ended(self, ended: Ended) -> None:
        self.stdout.write(
            f"everyone signs in again ({ended.sessions} sessions ended); {ended.invitations} "
            f"invitations and {ended.links} links to patients are closed: send new ones (a task "
            f"stands for each patient); {ended.messages} messages that waited are withdrawn"
        )
        self.stdout.write(
            f"{ended.signatures} signatures on pages are ended: the medical director signs anew; "
            "no consent to share records of substance use counts until the patient was asked again"
        )
        self.stdout.write(
            f"recovery codes of {ended.recovery_codes} people are void, since some may have been "
            "used since: each makes new ones after the next sign-in"
        )
        self.stdout.write(
            "roles, passwords and second factors are as they were then: look over who works here"
        )
