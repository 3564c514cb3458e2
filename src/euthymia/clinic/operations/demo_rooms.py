"""The treatment rooms of the demonstration: their names, and courses with sessions in the book."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from django.utils import timezone

from euthymia.clinic.courses.actions import begin_course, order
from euthymia.clinic.courses.models import Room
from euthymia.clinic.courses.planning import plan_sessions
from euthymia.clinic.operations.demo_done import at_work
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.people.roles import Role

EVERY_DAY = range(7)


def furnish(clinic: Clinic, told: Mapping[str, Any]) -> None:
    """Sets up rooms, and begins courses whose first session is planned for today.

    Args:
        clinic: One that has its people and its patients.
        told: `rooms`: their names; `course`: whose chart `number`, `therapy`, `order`, at which
            `clock`, how many `sessions`.
    """
    doctor = at_work(clinic, Role.CLINICIAN)
    today = timezone.localdate(timezone=doctor.zone)
    for name in told["rooms"]:
        Room.objects.create(clinic=clinic, name=name)
    for one in told["course"]:
        patient = clinic.patients.get(number=one["number"])
        count = one["sessions"]
        made = begin_course(patient, one["therapy"], planned=count, by=doctor)
        order(made, one["order"], by=doctor)
        plan_sessions(made, today, time.fromisoformat(one["clock"]), EVERY_DAY, count)
