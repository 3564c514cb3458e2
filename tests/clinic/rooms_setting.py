"""Opens sessions in rooms of the clinic that `load_setting` filled, for measuring."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import uuid4

from django.urls import reverse
from django.utils import timezone

from euthymia.clinic.courses import actions
from euthymia.clinic.courses.actions import Line, chart
from euthymia.clinic.courses.models import Charted, Course, Device, Room, Session
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic, Membership
from tests.clinic.load_setting import person, signed_in
from tests.clinic.rooms import adopt_all
from tests.clinic.vitals import drawn

BATCH = 500


def rooms(count: int, age: float) -> list[dict[str, Any]]:
    """So many rooms, each with an infusion that runs for so many minutes: how to reach each."""
    clinic = Clinic.objects.get(slug="load")
    _close_all(clinic)
    doctor = _at_work(clinic, "clinician")
    adopt_all(_at_work(clinic, "director"))
    nurse = signed_in(_at_work(clinic, "nurse").user)
    patients = Patient.objects.filter(clinic=clinic).order_by("number")[:count]
    return [_opened(one, age, doctor) | {"cookie": nurse} for one in patients]


def _close_all(clinic: Clinic) -> None:
    now, mine = timezone.now(), {"patient__clinic": clinic}
    Session.objects.open().filter(**mine).update(closed_at=now)
    Course.objects.filter(ended_at=None, **mine).update(ended_at=now)


def _at_work(clinic: Clinic, role: str) -> Access:
    place = Membership.objects.filter(clinic=clinic, role=role).select_related("user").first()
    place = place or person(clinic, role, 0)
    return Access(place.user, clinic, place)


def _opened(patient: Patient, age: float, by: Access) -> dict[str, Any]:
    course = actions.begin_course(patient, "ketamine_iv", by=by)
    actions.order(course, {"dose_mg": 40.0, "minutes": 40.0}, by=by)
    room, _ = Room.objects.get_or_create(clinic=by.clinic, name=f"Room {patient.number}")
    planned = Session.objects.create(course=course, patient=patient, planned_at=timezone.now())
    session = actions.open_session(planned, room, number=patient.number, by=by)
    key = actions.make_device(room, "Monitor", by=by)
    device = Device.objects.get(digest=Device.digest_of(key))
    _warm(session, device, timezone.now() - timedelta(minutes=age), by)
    session.refresh_from_db()
    where = reverse("session_live", kwargs={"patient": patient.pk, "session": session.pk})
    return {"session": session.pk, "key": key, "live": where, "changes": session.changes}


def _warm(session: Session, device: Device, start: datetime, by: Access) -> None:
    chart(session, [Line(Charted.Kind.START, {}, start)], by=by.user)
    lines = _lines(start, timezone.now(), random.Random(session.pk))  # noqa: S311 - plays chance
    while batch := list(islice(lines, BATCH)):
        chart(session, batch, device=device)


def _lines(start: datetime, until: datetime, chance: random.Random) -> Iterator[Line]:
    """Five readings of one vital sign each, each second."""
    seconds = int((until - start).total_seconds())
    for at in (start + timedelta(seconds=second) for second in range(seconds)):
        for name, told in drawn(chance).items():
            yield Line(Charted.Kind.READING, {name: told}, at, uuid4())
