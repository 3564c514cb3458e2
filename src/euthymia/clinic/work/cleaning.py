"""What is kept no longer than it serves: run-out links, keys of forms, sessions, drafts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Q
from django.utils import timezone

from euthymia.clinic.people.hourly import clear_away
from euthymia.clinic.work.models import Link, Message

LINK_AFTER_ITS_END = timedelta(days=30)
"""A run-out link says for this long that it ran out; then its address is unknown."""

_MORE: list[Callable[[], int]] = []


def hourly(job: Callable[[], int]) -> Callable[[], int]:
    """Marks a job of a room above this one; it stands in that room's module `hourly`.

    It returns how much it did, and must be short: messages wait for it.
    """
    if job not in _MORE:
        _MORE.append(job)
    return job


def clean() -> int:
    """Removes what has run out; how many rows. No chart, task or audit row is among them."""
    return _clean_here() + sum(job() for job in _MORE)


def _clean_here() -> int:
    now = timezone.now()
    over = Link.objects.filter(Q(expires__lt=now) | Q(used__isnull=False))
    over.exclude(saved=None).update(saved=None)  # a patient's saved answers go at once
    gone, _ = Link.objects.filter(expires__lt=now - LINK_AFTER_ITS_END).delete()
    Message.objects.filter(made__lt=now - LINK_AFTER_ITS_END).exclude(body="").update(body="")
    SessionStore.clear_expired()
    return gone + clear_away()
