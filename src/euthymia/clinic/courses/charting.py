"""Charting one thing, from a form of the screen or from its queue."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from euthymia.clinic.courses import actions
from euthymia.clinic.courses.faults import CourseError
from euthymia.clinic.courses.forms import FORMS, ChartForm
from euthymia.clinic.courses.found import session_of
from euthymia.clinic.courses.models import Session
from euthymia.clinic.courses.showing import UNREADABLE, shown
from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.doorkeeper import needs
from euthymia.clinic.people.roles import May

KEPT, CONFLICT = 204, 409
QUEUE = "X-Queue"
"""A screen that sends from its queue says in this header who typed it."""


@needs(May.TREAT)
def chart(request: Staffed, patient: int, session: int, kind: str) -> HttpResponse:
    """Charts one thing. A screen that sends from its queue is answered shortly."""
    found = session_of(request, patient, session)
    if kind not in FORMS:
        raise Http404
    if request.method != "POST":
        return redirect("session", patient, session)
    form = FORMS[kind](found, request.POST)
    if QUEUE in request.headers:
        return _from_queue(request, found, form)
    fault = _fault(request, found, form)
    return shown(request, found, form, fault) if fault else redirect("session", patient, session)


def _from_queue(request: Staffed, found: Session, form: ChartForm) -> HttpResponse:
    """204 once it is kept; 409 where someone else typed it; 422 and why where it cannot be."""
    if request.headers[QUEUE] != str(request.access.user.pk):
        return HttpResponse(status=CONFLICT)
    fault = _fault(request, found, form)
    if fault:
        return HttpResponse(fault, status=UNREADABLE, content_type="text/plain")
    return HttpResponse(status=KEPT)


def _fault(request: Staffed, found: Session, form: ChartForm) -> str:
    """Keeps what the form holds; why not, where it cannot be."""
    if not form.is_valid():
        return " ".join(_faults(form))
    try:
        actions.chart(found, [form.line()], by=request.access.user)
    except CourseError as refused:
        return refused.why
    return ""


def _faults(form: ChartForm) -> list[str]:
    return [
        f"{form[name].label}: {fault}" if name in form.fields else str(fault)
        for name, faults in form.errors.items()
        for fault in faults
    ]
