"""Patients with scores and sessions of days gone by, for tests of what came of a treatment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils import timezone

from euthymia.clinic.courses.models import Charted, Course, Order, Room, Session
from euthymia.clinic.outcomes.looking import today_in
from euthymia.clinic.patients.actions import add
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic

DAY = timedelta(days=1)


def someone(clinic: Clinic, number: int, **told: object) -> Patient:
    return Patient.objects.create(
        clinic=clinic, number=number, family_name=f"Person{number}", given_name="Test", **told
    )


def ago(patient: Patient, days: int) -> date:
    return today_in(patient.clinic) - days * DAY


def scored(patient: Patient, scale: str, totals: Mapping[int, float], *, by: Access) -> None:
    """Totals of a scale, each by how many days ago it was taken; the oldest first."""
    for days in sorted(totals, reverse=True):
        told = {"instrument": scale, "total": totals[days], "date": ago(patient, days).isoformat()}
        add(patient, "scales", told, by=by)


def treated(
    patient: Patient, therapy: str, days_ago: Iterable[int], *, by: Access, ended: bool = False
) -> Course:
    """A course with a session begun at noon on each of these days."""
    room, _ = Room.objects.get_or_create(clinic=patient.clinic, name="Room 9")
    course = Course.objects.create(patient=patient, therapy=therapy, begun_by=by.user)
    order = Order.objects.create(course=course, told={}, signed_by=by.user)
    for days in days_ago:
        at = datetime.combine(ago(patient, days), time(12), ZoneInfo(patient.clinic.zone))
        lay = {"course": course, "patient": patient, "room": room, "order": order}
        open_, closed = {"opened_at": at, "opened_by": by.user}, {"closed_at": at}
        session = Session.objects.create(**lay, **open_, **closed, closed_by=by.user)
        Charted.objects.create(
            session=session, key=uuid4(), kind=Charted.Kind.START, at=at, by=by.user
        )
    if ended:
        course.ended_at, course.ended_why = timezone.now(), "done"
        course.save()
    return course
