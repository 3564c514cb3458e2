"""`django-admin audit_verify`: whether every chain of the audit stands as it was written."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from euthymia.clinic.audit.chain import clinics, verify_all


class Command(BaseCommand):
    help = (
        "Holds every row of the audit against its seal and against the anchors; 1 where one breaks."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        broken = verify_all()
        for one in broken:
            self.stderr.write(str(one))
        if broken:
            raise CommandError(f"{len(broken)} breaks in the audit")
        self.stdout.write(f"audit whole: {len(clinics())} chains")
