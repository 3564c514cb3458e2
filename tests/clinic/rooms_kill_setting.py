"""Opens, in the database that the environment names, an infusion in a room with a monitor."""

from __future__ import annotations

import os
import sys
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "euthymia.clinic.settings")

import django

django.setup()

from django.utils import timezone  # noqa: E402

from euthymia.clinic.courses import actions  # noqa: E402
from euthymia.clinic.courses.actions import Line, chart  # noqa: E402
from euthymia.clinic.courses.models import Charted, Room, Session  # noqa: E402
from euthymia.clinic.patients.models import Patient  # noqa: E402
from euthymia.clinic.people.access import Access  # noqa: E402
from euthymia.clinic.people.models import Clinic  # noqa: E402
from tests.clinic.load_setting import person  # noqa: E402
from tests.clinic.rooms import adopt_all  # noqa: E402
from tests.clinic.rooms_kill import HOURS_AGO  # noqa: E402


def main() -> None:
    clinic = Clinic.objects.create(name="Kill Clinic", slug="kill")
    doctor, director = (
        Access(place.user, clinic, place)
        for place in (person(clinic, role, 0) for role in ("clinician", "director"))
    )
    adopt_all(director)
    told = {"family_name": "Ferreira", "given_name": "Ana", "synthetic": True}
    patient = Patient.objects.create(clinic=clinic, number=1, **told)
    course = actions.begin_course(patient, "ketamine_iv", by=doctor)
    actions.order(course, {"dose_mg": 40.0, "minutes": 40.0}, by=doctor)
    room = Room.objects.create(clinic=clinic, name="Room 1")
    planned = Session.objects.create(course=course, patient=patient)
    session = actions.open_session(planned, room, number=1, by=doctor)
    start = timezone.now() - HOURS_AGO - timedelta(minutes=5)
    chart(session, [Line(Charted.Kind.START, {}, start)], by=doctor.user)
    sys.stdout.write(f"{session.pk} {actions.make_device(room, 'Monitor', by=doctor)}\n")


if __name__ == "__main__":
    main()
