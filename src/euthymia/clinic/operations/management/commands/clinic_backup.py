"""Writes a sealed backup while the clinic runs."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from euthymia.clinic.operations.backup import back_up
from euthymia.clinic.operations.database import DatabaseError

BAD_CALL = 2


class Command(BaseCommand):
    help = "Writes the database and the attachments to one sealed file. The keys are not in it."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_: Any, file: Path, **__: Any) -> None:
        try:
            manifest = back_up(file)
        except FileExistsError:
            raise CommandError(
                f"{file.name} stands already; name a new file", returncode=BAD_CALL
            ) from None
        except (OSError, DatabaseError) as fault:
            raise CommandError(f"no backup was made: {fault}", returncode=BAD_CALL) from fault
        files = len(manifest["files"])
        self.stdout.write(f"{file}: {files} files, sealed with the key {settings.KEYS / 'seal'}")
        self.stdout.write("the keys are not in it: keep a copy of their folder in another place")
        self._tell_what_is_missing(manifest)

    def _tell_what_is_missing(self, manifest: dict[str, Any]) -> None:
        erased = len(manifest["missing"]) - len(manifest["lost"])
        if erased:
            self.stdout.write(f"{erased} attachments were erased while it was made")
        if manifest["lost"]:
            raise CommandError(
                f"{', '.join(manifest['lost'])}: named by charts, but not in "
                f"{settings.ATTACHMENTS}; the backup stands without them: look in older ones",
                returncode=1,
            )
