"""Playing a session of the public form through the rooms: charted line by line, as staff would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from euthymia.clinic.courses import actions
from euthymia.clinic.courses.actions import Line
from euthymia.clinic.courses.elsewhere import ELSEWHERE, NONE
from euthymia.clinic.courses.models import Charted, Course, Room, Session
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.rights.adoption import adopt, missing

Json = dict[str, Any]
Kind = Charted.Kind
AGES_AGO = timedelta(hours=5)
NOON = 12


def at_noon(clinic: Clinic) -> None:
    """Puts the clinic where it is about noon now, so that hours ago and ahead are of today."""
    ahead = NOON - timezone.now().astimezone(UTC).hour
    clinic.zone = f"Etc/GMT{-ahead:+d}"  # the sign of these names is turned about
    clinic.save()


def adopt_all(by: Access) -> None:
    """The director signs every page of design defaults."""
    for page in missing(by.clinic):
        adopt(page.name, page.digest, by=by)


def opened(patient: Patient, form: Json, *, by: Access) -> Session:
    """A session of this order, open in a room."""
    for beside in form.get("concurrent_treatments", ()):
        actions.begin_course(patient, beside, by=by)
    course = actions.begin_course(patient, form["therapy"], payer=form.get("payer", ""), by=by)
    actions.order(course, form.get("order", {}), by=by)
    for told in form.get("previous_sessions_today", ()):
        _ended(course, timezone.now() - AGES_AGO - timedelta(minutes=told["ended_minutes_ago"]), by)
    room, _ = Room.objects.get_or_create(clinic=patient.clinic, name="Room 1")
    planned = Session.objects.create(course=course, patient=patient, planned_at=timezone.now())
    return actions.open_session(planned, room, number=patient.number, by=by)


def _ended(course: Course, when: datetime, by: Access) -> None:
    room, _ = Room.objects.get_or_create(clinic=by.clinic, name="Room 1")
    told = {"opened_at": when, "opened_by": by.user, "closed_at": when, "closed_by": by.user}
    Session.objects.create(course=course, patient=course.patient, room=room, **told)


@dataclass(frozen=True)
class Played:
    """A session of the form as lines to chart, and when its clock started."""

    zero: datetime
    lines: tuple[Line, ...]


def played(form: Json) -> Played:
    zero = timezone.now().replace(microsecond=0) - AGES_AGO
    return Played(zero, tuple(sorted(_lines(form, zero), key=lambda line: line.at or zero)))


def _lines(form: Json, zero: datetime) -> Iterator[Line]:
    yield Line(Kind.START, {}, zero)
    yield from _of_elsewhere(form, zero)
    for kind in (Kind.GATE, Kind.DELIVERED):
        if kind.value in form:
            yield Line(kind, form[kind.value], zero)
    for kind, part in ((Kind.READING, "observations"), (Kind.EVENT, "events")):
        for told in form.get(part, ()):
            yield Line(kind, _without_minute(told), zero + timedelta(minutes=told["minute"]))
    if "leaving" in form:
        last = max((told["minute"] for told in form["observations"]), default=0)
        yield Line(Kind.LEAVING, form["leaving"], zero + timedelta(minutes=last))


def _of_elsewhere(form: Json, zero: datetime) -> Iterator[Line]:
    if "previous_sessions_today" in form:  # it tells of the whole day, wherever they were given
        yield Line(Kind.GATE, {ELSEWHERE: NONE}, zero)


def _without_minute(told: Json) -> Json:
    return {name: value for name, value in told.items() if name != "minute"}


def decided(session: Session, zero: datetime) -> dict[float, str]:
    """The word of each decision that holds, by the minute."""
    standing = session.decisions.filter(revised_by=None).exclude(word="withdrawn")
    return {(one.at - zero).total_seconds() / 60: one.word for one in standing}
