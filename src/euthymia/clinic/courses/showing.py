"""The page of a session, whichever view shows it; and how long a look at it is covered."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language

from euthymia.clinic.courses.forms import FORMS, OF_THERAPY, ChartForm
from euthymia.clinic.courses.models import Room, Session, Therapy
from euthymia.clinic.courses.remembered import Memory
from euthymia.clinic.courses.screen import lines, log_of, screen_of
from euthymia.clinic.courses.words import START, said
from euthymia.clinic.patients.found import page_of
from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.roles import May

UNREADABLE = 422
STAND_IN = "what-each-has-of-their-own"
"""In what is made for all it stands where each has a token of their own."""
NEWS: Memory[tuple[tuple[int, str | None, bool], str]] = Memory()
"""The changing part of each screen: for whom and up to which change it is, and its HTML."""
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


def log_shown(request: Staffed, found: Session) -> HttpResponse:
    """Every line of the log, a page at a time."""
    page = page_of(log_of(found), request.GET.get("log"))
    told = {"patient": found.patient, "session": found, "page": page}
    told |= {"log": lines(found, page.object_list)}
    return render(request, "courses/log.html", told)


def news_of(request: Staffed, found: Session) -> HttpResponse:
    """The part of the screen that changes: made once a change, and for whoever sees the same."""
    seen_by = (found.changes, get_language(), request.access.may(May.SIGN))
    known = NEWS.of(found)
    if known is None or known[0] != seen_by:
        known = (seen_by, _news(found, signs=request.access.may(May.SIGN)))
        NEWS.keep(found, known)
    return HttpResponse(known[1].replace(STAND_IN, get_token(request)))


def _news(found: Session, *, signs: bool) -> str:
    told = {"patient": found.patient, "session": found, "screen": screen_of(found, timezone.now())}
    told |= {"may": {"sign": signs}, "swapped": True, "csrf_token": STAND_IN}
    return render_to_string("courses/parts/news.html", told)


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
