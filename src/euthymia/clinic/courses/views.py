"""Rooms: what is on today, and the screen of one session. Fetch, call, render."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from euthymia.clinic.courses import actions
from euthymia.clinic.courses.faults import CourseError, NotClosableError
from euthymia.clinic.courses.found import look_alikes, session_of, sessions_on
from euthymia.clinic.courses.models import Room
from euthymia.clinic.courses.showing import log_shown, news_of, seen_lately, shown
from euthymia.clinic.courses.words import WANTED, said
from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.doorkeeper import covered, needs
from euthymia.clinic.people.roles import May

NOTHING_NEW = 204


@needs(May.TREAT)
def today(request: Staffed) -> HttpResponse:
    """The sessions of a day: planned, open, closed and missed."""
    day = _day(request.GET.get("day", ""))
    found = sessions_on(request.access, day)
    told = {
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "sessions": found,
        "alike": look_alikes(one.patient for one in found),
    }
    return render(request, "courses/today.html", told)


def _day(told: str) -> date:
    try:
        return date.fromisoformat(told)
    except ValueError:
        return timezone.localdate()


@needs(May.TREAT)
def session(request: Staffed, patient: int, session: int) -> HttpResponse:
    """The screen of the room, or its whole log; of one only planned, the way to open it."""
    found = session_of(request, patient, session)
    return log_shown(request, found) if "log" in request.GET else shown(request, found)


@needs(May.TREAT, stays_open=True)
def live(request: Staffed, patient: int, session: int) -> HttpResponse:
    """The part of the screen that changes, once something did; an empty answer until then."""
    found = session_of(request, patient, session)
    if seen_lately(request, found):
        covered(request)
    if request.GET.get("seen") == str(found.changes):
        return HttpResponse(status=NOTHING_NEW)
    return news_of(request, found)


@needs(May.TREAT)
def open_(request: Staffed, patient: int, session: int) -> HttpResponse:
    found = session_of(request, patient, session)
    if request.method == "POST":
        told = request.POST.get("number", "")
        rooms = Room.objects.filter(clinic=request.access.clinic, closed=None)
        room = rooms.filter(pk=_number(request.POST.get("room", ""))).first()
        try:
            if room is None:
                raise CourseError(_("Choose the room."))
            actions.open_session(found, room, number=_number(told), by=request.access)
        except CourseError as fault:
            return shown(request, found, fault=fault.why)
    return redirect("session", patient, session)


MOST_DIGITS = 9


def _number(told: str) -> int:
    """A number as it was typed; -1 where it is none."""
    told = told.strip()
    is_number = told.isascii() and told.isdigit() and len(told) <= MOST_DIGITS
    return int(told) if is_number else -1


@needs(May.TREAT)
def miss(request: Staffed, patient: int, session: int) -> HttpResponse:
    found = session_of(request, patient, session)
    if request.method == "POST":
        try:
            actions.miss(found, request.POST.get("why", "").strip()[:200], by=request.access)
        except CourseError as fault:
            return shown(request, found, fault=fault.why)
    return redirect("today")


@needs(May.TREAT)
def answer(request: Staffed, patient: int, session: int, decision: int) -> HttpResponse:
    """What was done about a decision that asks for something; of a stop, by a prescriber."""
    found = session_of(request, patient, session)
    one = get_object_or_404(found.decisions.filter(revised_by=None), pk=decision)
    if request.method == "POST":
        how = request.POST.get("how", "")[:400]
        try:
            actions.answer(one, how, by=request.access)
        except CourseError as fault:
            return shown(request, found, fault=fault.why)
    return redirect("session", patient, session)


@needs(May.TREAT)
def close(request: Staffed, patient: int, session: int) -> HttpResponse:
    found = session_of(request, patient, session)
    if request.method == "POST":
        reason = request.POST.get("reason", "").strip()[:400]
        signs = request.access.may(May.SIGN)
        try:
            actions.close(found, reason, by=request.access, prescribes=signs)
        except NotClosableError as refused:
            wants = ", ".join(said(WANTED, one) for one in refused.wants)
            return shown(request, found, fault=f"{refused.why} {_('Open:')} {wants}.")
        except CourseError as fault:
            return shown(request, found, fault=fault.why)
        messages.success(request, _("The session is closed."))
    return redirect("session", patient, session)
