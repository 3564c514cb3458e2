"""What every template may use."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from euthymia.clinic.people.access import Access
from euthymia.clinic.people.roles import May
from euthymia.clinic.work.calling import someone_is_called, untaken
from euthymia.clinic.work.heartbeat import Heartbeat


def shown_everywhere(request: HttpRequest) -> dict[str, Any]:
    """The access of the visitor, whether this is the demo; for staff how the worker is, too.

    `untaken_safety` asks the database only where a page shows it.
    """
    access: Access | None = getattr(request, "access", None)
    return {
        "access": access,
        "may": {what.name.lower(): access.may(what) for what in May} if access else {},
        "demo": settings.DEMO,
        "worker": Heartbeat.now() if access else None,
        "untaken_safety": partial(untaken, access) if access else 0,
        "nobody_is_called": not someone_is_called(),
        "idle_seconds": settings.IDLE_SECONDS if request.user.is_authenticated else None,
    }
