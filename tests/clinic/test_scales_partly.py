"""A scale with answers left open: what it tells of suicide is read, shown and judged."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from euthymia.clinic.assessments.actions import assess_chart
from euthymia.clinic.files.forms import _totals
from euthymia.clinic.patients.models import Contact, Entry, Patient, Request
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.work.models import Task, Try
from tests.clinic.conftest import Staff, access_for

pytestmark = pytest.mark.django_db
EIGHT_OPEN = [None] * 8


def new_scale(browser: Client, patient: Patient, instrument: str, **items: str) -> Any:
    address = f"/clinic/patients/{patient.pk}/new/scales/?instrument={instrument}"
    return browser.post(address, {"instrument": instrument, "date": "2026-11-30", **items})


def test_the_item_on_suicide_alone_is_kept_and_stands_on_the_page_of_danger(
    staff: Staff, patient: Patient
) -> None:
    nurse = staff("nurse")
    assert new_scale(nurse, patient, "phq9", item_9="3").status_code == 302
    entry = Entry.objects.get(patient=patient, part="scales")
    assert entry.told["items"] == [*EIGHT_OPEN, 3]
    page = nurse.get(f"/clinic/patients/{patient.pk}/danger/").content.decode()
    assert "nearly every day" in page.lower()
    assert Task.objects.filter(kind="safety", patient=patient.pk).exists()


def test_the_assessment_reads_it_and_makes_no_total_of_it(
    staff: Staff, clinic: Clinic, patient: Patient
) -> None:
    new_scale(staff("nurse"), patient, "phq9", item_9="3")
    made = assess_chart(patient, date(2026, 12, 1), by=access_for(clinic, "clinician"))
    document = made.kept.document
    assert "met" in {one["verdict"] for one in document["safety"]["findings"].values()}


def test_answers_left_open_without_the_item_on_suicide_are_asked_for(
    staff: Staff, patient: Patient
) -> None:
    answer = new_scale(staff("nurse"), patient, "phq9", item_1="2")
    assert answer.status_code == 422
    assert not Entry.objects.filter(patient=patient, part="scales").exists()


def test_the_suicide_screen_is_asked_step_by_step_and_has_no_total(
    staff: Staff, patient: Patient
) -> None:
    nurse = staff("nurse")
    address = f"/clinic/patients/{patient.pk}/new/scales/?instrument=cssrs"
    page = nurse.get(address).content.decode()
    assert page.count('name="item_6"') == 2
    assert "total alone" not in page
    assert "Yes" in page
    assert new_scale(nurse, patient, "cssrs", item_1="1", item_2="0", item_6="1").status_code == 302
    entry = Entry.objects.get(patient=patient, part="scales")
    assert entry.told["items"] == [1, 0, None, None, None, 1]


def test_a_patient_is_sent_no_form_by_its_total_that_asks_about_suicide() -> None:
    offered = {name for name, _ in _totals()}
    assert "cssrs" not in offered
    assert offered


def test_a_try_to_reach_the_patient_is_noted_and_stands_with_those_of_the_request(
    staff: Staff, clinic: Clinic, patient: Patient
) -> None:
    nurse, by = staff("nurse"), access_for(clinic, "nurse").user
    asked = Request.objects.create(clinic=clinic, given_name="A", family_name="F", patient=patient)
    Contact.objects.create(request=asked, says="Called at nine, no answer.", by=by)
    new_scale(nurse, patient, "phq9", item_9="1")
    address = f"/clinic/patients/{patient.pk}/danger/"
    nurse.post(f"{address}tried/", {"says": "Reached her sister, who goes there now."})
    page = staff("clinician").get(address).content.decode()
    assert "Called at nine, no answer." in page
    assert "Reached her sister, who goes there now." in page
    assert Task.objects.get(kind="safety", patient=patient.pk).done is None


def test_an_empty_try_is_not_noted(staff: Staff, patient: Patient) -> None:
    nurse = staff("nurse")
    new_scale(nurse, patient, "phq9", item_9="1")
    nurse.post(f"/clinic/patients/{patient.pk}/danger/tried/", {"says": "  "})
    assert not Try.objects.exists()


def test_answers_left_open_are_not_shown_as_a_word_of_the_program(
    staff: Staff, patient: Patient
) -> None:
    nurse = staff("nurse")
    new_scale(nurse, patient, "phq9", item_9="3")
    page = nurse.get(f"/clinic/patients/{patient.pk}/").content.decode()
    assert "open, open, open, open, open, open, open, open, 3" in page
    assert "None" not in page
