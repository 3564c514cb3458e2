"""A brake on heavy work: how often one person may print, copy or search within an hour.

Counted in the database, for all workers together; the limits stand in `settings.BRAKES`. They are
far above a day's work: they stop a program, or someone who carries the clinic away chart by chart.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.models import Brake, User

View = Callable[..., HttpResponseBase]
TOO_MANY_REQUESTS = 429


def braked(kind: str) -> Callable[[View], View]:
    """Counts each visit of a view, and answers 429 beyond the limit; stands below `@needs`."""

    def slowed(view: View) -> View:
        @wraps(view)
        def seen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return too_many(cast("Staffed", request), kind) or view(request, *args, **kwargs)

        return seen

    return slowed


def too_many(request: Staffed, kind: str) -> HttpResponseBase | None:
    """Counts one more; the page that says so where it is one too many."""
    if counted(request.access.user, kind) <= settings.BRAKES[kind]:
        return None
    return render(request, "people/too_many.html", status=TOO_MANY_REQUESTS)


def counted(user: User, kind: str) -> int:
    """Counts one more of this kind for this person, and says how many that makes in this hour."""
    with transaction.atomic():
        turn, _ = Brake.objects.get_or_create(user=user, kind=kind, hour=_hour())
        Brake.objects.filter(pk=turn.pk).update(count=F("count") + 1)
        turn.refresh_from_db()
    return turn.count


def _hour() -> datetime:
    return timezone.now().replace(minute=0, second=0, microsecond=0)
