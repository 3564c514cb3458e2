"""Whether the worker lives: it notes the time at each round, and every staff page shows it.

Beside it stands when a backup was last put back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

STALE_AFTER = timedelta(seconds=60)
RESTORED = "restored"
"""The beat that says when a backup was last put back."""


@dataclass(frozen=True)
class Heartbeat:
    """When the worker was last seen, and whether that is too long ago."""

    last: datetime | None
    stale: bool

    @classmethod
    def now(cls) -> Heartbeat:
        found = Beat.objects.filter(name="worker").values_list("at", flat=True).first()
        return cls(found, stale=found is None or timezone.now() - found > STALE_AFTER)


class Beat(models.Model):
    """The last round of a process, by its name."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        app_label = "work"

    def __str__(self) -> str:
        return self.name


def restored() -> datetime | None:
    """When a backup was last put back; None where none ever was."""
    return Beat.objects.filter(name=RESTORED).values_list("at", flat=True).first()
