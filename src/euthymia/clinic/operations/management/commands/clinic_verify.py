"""Whether the database and the audit stand as they were written."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from euthymia.clinic.audit.chain import clinics
from euthymia.clinic.operations.attached import lost_anywhere
from euthymia.clinic.operations.nightly import backups
from euthymia.clinic.operations.verify import broken_chains, faults


class Command(BaseCommand):
    help = "Looks over the database and every chain of the audit; fails where one is broken."
    requires_system_checks = ()

    def handle(self, *_: Any, **__: Any) -> None:
        found = [*faults(), *broken_chains()]
        found += [f"attachment {name}: named by a chart, but not there" for name in lost_anywhere()]
        self.stdout.write(str(backups()))
        for line in found:
            self.stderr.write(line)
        if found:
            raise CommandError(f"{len(found)} faults; settle them before going on", returncode=1)
        self.stdout.write(f"the database is sound, and {len(clinics())} audit chains hold")
