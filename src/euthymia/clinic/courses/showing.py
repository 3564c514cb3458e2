"""The page of a session, whichever view shows it; and how long a look at it is covered."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac

from euthymia.clinic.courses.forms import FORMS, OF_THERAPY, ChartForm
from euthymia.clinic.courses.models import Room, Session, Therapy
from euthymia.clinic.courses.screen import screen_of
from euthymia.clinic.courses.words import START, said
from euthymia.clinic.people.access import Staffed

UNREADABLE = 422
LOOKED = "looked_at_sessions"
COVERED_SECONDS = 300
"""How long one row of the audit covers a screen that goes on asking for itself."""


def shown(
    request: Staffed, found: Session, wrong: ChartForm | None = None, fault: str = ""
) -> HttpResponse:
    """The screen of an open session; of one that is only planned, the way to open it."""
    told: dict[str, Any] = {"patient": found.patient, "session": found, "fault": fault}
    status = UNREADABLE if wrong or fault else 200
    if found.opened_at is None:
        rooms = Room.objects.filter(clinic=request.access.clinic, closed=None)
        return render(request, "courses/planned.html", told | {"rooms": rooms}, status=status)
    therapy = Therapy(found.course.therapy)
    told |= {
        "screen": screen_of(found, timezone.now()),
        "forms": {kind: _form(kind, found, wrong) for kind in OF_THERAPY[therapy]},
        "start": said(START, therapy),
        "queue_key": queue_key(request.access.user.pk, found),
        "idle_seconds": 0,  # the screen stays; whoever charts after a quiet time signs in again
    }
    return render(request, "courses/session.html", told, status=status)


def _form(kind: str, found: Session, wrong: ChartForm | None) -> ChartForm:
    return wrong if wrong is not None and wrong.kind == kind else FORMS[kind](found)


def queue_key(user: int, found: Session) -> str:
    """The key under which a screen keeps what waits to be sent: of one person and session."""
    digest = salted_hmac("room queue", f"{user}:{found.pk}", algorithm="sha256").digest()
    return b64encode(digest).decode()


def seen_lately(request: Staffed, found: Session) -> bool:
    """Whether a row of the last five minutes covers this look; if not, the row of this one will."""
    now, looked = timezone.now().timestamp(), request.session.get(LOOKED, {})
    if now - looked.get(str(found.pk), 0.0) < COVERED_SECONDS:
        return True
    request.session[LOOKED] = {**looked, str(found.pk): now}
    return False
