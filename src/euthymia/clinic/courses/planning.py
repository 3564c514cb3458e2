"""Sessions in the book: at one clock time of the clinic, whatever its clocks do meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from euthymia.clinic.courses.faults import CourseError
from euthymia.clinic.courses.models import Course, Session


@transaction.atomic
def plan_sessions(
    course: Course, first: date, clock: time, weekdays: Collection[int], count: int
) -> list[Session]:
    """Plans so many sessions, each on the next of these days of the week at the same clock time.

    Args:
        course: Of one that is ended nothing is planned.
        first: The first day that may hold one.
        clock: In the clinic's zone; of a time that the clocks leave out, the one after.
        weekdays: Monday is 0.
        count: How many.

    Raises:
        CourseError: The course is ended, no day of the week is chosen, or on one of the days a
            session of the course is planned already.
    """
    held = Course.objects.select_for_update().select_related("patient__clinic").get(pk=course.pk)
    if held.ended_at is not None:
        raise CourseError(_("The course is ended: begin another."))
    if not weekdays:
        raise CourseError(_("Choose the days of the week."))
    zone = ZoneInfo(held.patient.clinic.zone)
    times = [at_clock(day, clock, zone) for day in _days(first, weekdays, count)]
    taken = held.sessions.filter(planned_at__in=times, missed_at=None)
    if taken.exists():
        raise CourseError(_("On one of these days a session is planned at this time already."))
    made = (Session(course=held, patient=held.patient, planned_at=one) for one in times)
    return [_saved(one) for one in made]


def _saved(session: Session) -> Session:
    session.save()
    return session


def _days(first: date, weekdays: Collection[int], count: int) -> Iterator[date]:
    day = first
    while count:
        if day.weekday() in weekdays:
            yield day
            count -= 1
        day += timedelta(days=1)


def at_clock(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The moment at which a clock of this zone shows this time; there and back it lands on one."""
    return datetime.combine(day, clock, zone).astimezone(UTC)
