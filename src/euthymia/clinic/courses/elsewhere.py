"""Sessions of TMS that another place gives in a course: unknown until someone told, never none."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from euthymia.clinic.courses.models import Charted, Course, Therapy

ELSEWHERE = "tms_elsewhere"
"""How the answers before the first pulse name it: none, not known, or how many. No form of a
session holds it; it says whether the sessions of a day are all that there were."""
NONE, NOT_KNOWN = "none", "not known"


def told_elsewhere(course: Course) -> Charted | None:
    """The newest answer in any session of the course; None where nobody told."""
    rows = Charted.objects.filter(session__course=course, kind=Charted.Kind.GATE, struck_by=None)
    return rows.filter(told__has_key=ELSEWHERE).order_by("pk").last()


def is_open(course: Course) -> bool:
    """Whether it is still to be asked: in a course of TMS, until it is known."""
    told = told_elsewhere(course)
    return course.therapy == Therapy.TMS and (told is None or told.told[ELSEWHERE] == NOT_KNOWN)


def all_given_here(course: Course, day: date) -> bool:
    """Whether every session of this day is known to be one of ours.

    Of those that another place gave nobody told the hour: on the day of a number they stay open.
    """
    told = told_elsewhere(course)
    if told is None or told.told[ELSEWHERE] == NOT_KNOWN:
        return False
    zone = ZoneInfo(course.patient.clinic.zone)
    return told.told[ELSEWHERE] == NONE or told.at.astimezone(zone).date() < day
