"""What every template may use."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from euthymia.clinic.people.access import Access
from euthymia.clinic.people.middleware import OF_PATIENTS
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
        "idle_seconds": settings.IDLE_SECONDS if _is_at_work(request) else None,
    }


def _is_at_work(request: HttpRequest) -> bool:
    """Whether someone signed in looks at a page of staff: a patient's page ends for nobody."""
    return request.user.is_authenticated and not request.path.startswith(OF_PATIENTS)
