"""Two people of one name and birthday in a clinic: wherever one is shown, the other is named."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from euthymia.clinic.courses.actions import open_session, order
from euthymia.clinic.courses.models import Course, Room, Session
from euthymia.clinic.files import importing
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic
from tests.clinic import brought as f
from tests.clinic.conftest import Staff, access_for

SEEN = "see chart 2"


@pytest.fixture(autouse=True)
def own_store(settings: Any, tmp_path: Any) -> None:
    settings.ATTACHMENTS = tmp_path / "attachments"


@pytest.fixture
def by(clinic: Clinic) -> Access:
    return access_for(clinic, "clinician")


@pytest.fixture
def twin(patient: Patient) -> Patient:
    """Another person whom nothing but the chart number tells from the patient."""
    return Patient.objects.create(
        clinic=patient.clinic,
        number=2,
        family_name=patient.family_name,
        given_name=patient.given_name,
        birth_date=patient.birth_date,
        sex=patient.sex,
    )


@pytest.fixture
def session(patient: Patient, by: Access) -> Session:
    """A session of the patient, open in a room."""
    course = Course.objects.create(patient=patient, therapy="ketamine_iv", begun_by=by.user)
    order(course, {"dose_mg": 40.0, "minutes": 40}, by=by)
    room = Room.objects.create(clinic=patient.clinic, name="Room 1")
    planned = Session.objects.create(course=course, patient=patient, planned_at=timezone.now())
    return open_session(planned, room, number=1, by=by)


PAGES = ("", "assessments/", "courses/", "files/", "links/", "consents/", "edit/")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("twin")
def test_each_page_of_a_chart_names_the_look_alike_at_its_head(
    staff: Staff, patient: Patient, page: str
) -> None:
    text = staff("clinician").get(f"/clinic/patients/{patient.pk}/{page}").content.decode()
    head = text.partition('class="patient-head"')[2].partition("</div>")[0]
    assert SEEN in head
    assert "chart 1" in head


def test_who_is_alone_with_a_name_and_a_birthday_has_no_look_alike(
    staff: Staff, patient: Patient, other_clinic: Clinic
) -> None:
    same = {"family_name": patient.family_name, "given_name": patient.given_name}
    born = patient.birth_date
    Patient.objects.create(clinic=other_clinic, number=2, birth_date=born, **same)
    text = staff("clinician").get(f"/clinic/patients/{patient.pk}/").content.decode()
    assert "look-alike" not in text


@pytest.mark.usefixtures("twin")
def test_the_screen_of_a_room_names_the_look_alike(staff: Staff, session: Session) -> None:
    address = reverse("session", args=[session.patient_id, session.pk])
    assert SEEN in staff("clinician").get(address).content.decode()


def test_the_list_of_the_day_marks_both_where_both_come(
    staff: Staff, session: Session, twin: Patient, by: Access
) -> None:
    course = Course.objects.create(patient=twin, therapy="ketamine_iv", begun_by=by.user)
    Session.objects.create(course=course, patient=twin, planned_at=session.planned_at)
    text = staff("clinician").get(reverse("today")).content.decode()
    assert text.count("another today has this name or birthday") == 2


@pytest.mark.usefixtures("twin")
def test_the_list_of_patients_names_each_at_the_other(staff: Staff, patient: Patient) -> None:
    text = staff("front_desk").get("/clinic/patients/?q=ferreira").content.decode()
    assert (SEEN in text, "see chart 1" in text) == (True, True)


@pytest.mark.usefixtures("twin")
def test_a_file_brought_into_a_chart_is_looked_at_under_the_look_alike(
    staff: Staff, patient: Patient, by: Access
) -> None:
    born = f.bundle(f.person(), f.diagnosis())
    batch = importing.bring(f.upload(born), patient, by=by)
    address = reverse("import_preview", args=[patient.pk, batch.pk])
    assert SEEN in staff("clinician").get(address).content.decode()


@pytest.mark.usefixtures("twin")
def test_an_export_is_proposed_for_neither_of_two_look_alikes(
    staff: Staff, clinic: Clinic, patient: Patient, by: Access
) -> None:
    batch = importing.bring(f.upload(f.bundle(f.person(), f.diagnosis())), None, by=by)
    text = staff("clinician").get(reverse("export_preview", args=[batch.pk])).content.decode()
    assert {"Chart 1", "Chart 2"} <= set(re.findall(r"Chart \d", text))
    chosen = re.findall(r'value="([^"]+)"[^>]* (?:checked|selected)', text)
    assert chosen == ["leave"]
