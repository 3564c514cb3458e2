"""The courses given here, by the sessions that were begun."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from euthymia.clinic.courses.models import Charted, Course
from euthymia.clinic.patients.given import Given, gives
from euthymia.clinic.patients.models import Patient


@gives
def courses_of(patient: Patient) -> Iterator[Given]:
    """Every course of which a session was begun, and the start was not struck out."""
    zone = ZoneInfo(patient.clinic.zone)
    starts: dict[int, dict[int, datetime]] = {}
    begun = Charted.objects.filter(session__patient=patient, kind=Charted.Kind.START)
    of_each = begun.filter(struck_by=None).values_list("session__course", "session", "at")
    for course, session, at in of_each:
        first = starts.setdefault(course, {}).setdefault(session, at)
        starts[course][session] = min(first, at)
    courses = Course.objects.in_bulk(starts)
    for pk, sessions in starts.items():
        yield _given(courses[pk], sessions.values(), zone)


def _given(course: Course, starts: Iterable[datetime], zone: ZoneInfo) -> Given:
    ended = course.ended_at.astimezone(zone).date() if course.ended_at else None
    return Given(course.pk, course.therapy, _days(starts, zone), ended)


def _days(starts: Iterable[datetime], zone: ZoneInfo) -> tuple[date, ...]:
    return tuple(sorted(at.astimezone(zone).date() for at in starts))
