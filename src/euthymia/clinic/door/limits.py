"""How often one visitor may send. Nobody is turned away from crisis help.

Walking through the self-check is counted in the memory of each worker, so that nothing is written;
sending a request is counted in the database, for all workers together.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from threading import Lock

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from euthymia.clinic.door.models import Turn

HOUR = timedelta(hours=1)
REQUESTS_AN_HOUR = 12
"""From one address: a household, or the waiting room of another practice, may share it."""
STEPS_AN_HOUR = 1200
MOST_VISITORS = 50_000
"""Beyond so many in one hour the counts begin anew, so that nobody can fill the memory."""


class Steps:
    """How many pages each visitor asked this worker for within the hour; then it is forgotten."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._hour: datetime | None = None
        self._counts: Counter[str] = Counter()

    def next(self, visitor: str, hour: datetime) -> int:
        """Counts one more, and says how many that makes."""
        with self._lock:
            if hour != self._hour or len(self._counts) > MOST_VISITORS:
                self._hour, self._counts = hour, Counter()
            self._counts[visitor] += 1
            return self._counts[visitor]


_STEPS = Steps()


def may_send(request: HttpRequest, kind: str) -> bool:
    """Counts one sending of this kind, and says whether it is within the limit of the hour."""
    with transaction.atomic():
        turn, _ = Turn.objects.get_or_create(visitor=_visitor(request, kind), window=_hour())
        Turn.objects.filter(pk=turn.pk).update(count=F("count") + 1)
        turn.refresh_from_db()
    return turn.count <= REQUESTS_AN_HOUR


def may_step(request: HttpRequest) -> bool:
    """Counts one page of the self-check, in the memory of this worker only."""
    return _STEPS.next(_visitor(request, "step"), _hour()) <= STEPS_AN_HOUR


def forget_old_turns() -> int:
    """Removes counts of hours that are over. For the worker; says how many."""
    removed, _ = Turn.objects.filter(window__lt=_hour()).delete()
    return removed


def _hour() -> datetime:
    return timezone.now().replace(minute=0, second=0, microsecond=0)


def _visitor(request: HttpRequest, kind: str) -> str:
    """A digest of the address and of what is counted; the address itself is kept nowhere."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    address = forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
    return salted_hmac("door", f"{kind} {address}", algorithm="sha256").hexdigest()
