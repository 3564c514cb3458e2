"""The files beside the charts: which lie in their folder, and which of those named are lost."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from euthymia.clinic.files.models import Attachment

TABLE = Attachment._meta.db_table
NAMED = f"SELECT stored FROM {TABLE}"  # noqa: S608 - a table of ours
"""Every stored file that a database names, in SQL: a copy of it may be of another release."""


def lying() -> list[Path]:
    """Every file in the folder of attachments, in the order of their paths."""
    folder = Path(settings.ATTACHMENTS)
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.exists() else []


def lost(named: Iterable[str]) -> list[str]:
    """Of these names of stored files, those that a chart names still though no file lies there."""
    gone = [name for name in named if not (settings.ATTACHMENTS / name).exists()]
    if not gone:
        return []
    return sorted(Attachment.objects.filter(stored__in=gone).values_list("stored", flat=True))


def lost_anywhere() -> list[str]:
    """Every stored file that a chart names though no file lies there."""
    return lost(Attachment.objects.values_list("stored", flat=True))
