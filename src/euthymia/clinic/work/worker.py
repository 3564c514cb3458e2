"""The worker: one loop that sends, calls, hands on, cleans, and notes in each round that it lives.

Several may run at once: what one has claimed, another passes over.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Event

from django.db import close_old_connections
from django.utils import timezone

from euthymia.clinic.work.calling import call_again
from euthymia.clinic.work.cleaning import clean
from euthymia.clinic.work.escalation import escalate
from euthymia.clinic.work.heartbeat import Beat
from euthymia.clinic.work.outbox import deliver

EVERY_SECONDS = 5.0
CLEAN_EVERY = timedelta(hours=1)

log = logging.getLogger(__name__)


def beat() -> None:
    """Notes that the worker is alive."""
    Beat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})


def send_due() -> int:
    return deliver(after_each=beat)


class Worker:
    """Rounds until told to stop. A fault in one job stops neither the others nor the worker."""

    def __init__(self) -> None:
        self.cleaned: datetime | None = None

    def run(self, stop: Event, every: float = EVERY_SECONDS) -> None:
        """Args: stop: set from outside to end; every: seconds from round to round."""
        while not stop.is_set():
            close_old_connections()  # one that the database ended is made anew
            self.round()
            stop.wait(every)

    def round(self) -> Mapping[str, int]:
        """One round; how much each job did, -1 for one that failed."""
        # alarms before mail: a mail server that hangs holds up what follows it
        jobs = [beat_once, escalate, call_again, send_due, self.clean_hourly]
        return {job.__name__: _done(job) for job in jobs}

    def clean_hourly(self) -> int:
        now = timezone.now()
        if self.cleaned is not None and now - self.cleaned < CLEAN_EVERY:
            return 0
        self.cleaned = now
        return clean()


def beat_once() -> int:
    beat()
    return 1


def _done(job: Callable[[], int]) -> int:
    try:
        return job()
    except Exception:  # the log says its kind; the next round tries again
        log.exception("a job of the worker failed")
        return -1
