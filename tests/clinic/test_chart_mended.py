"""What staff can put right in a chart, and what it shows of doses, files and sources."""

from __future__ import annotations

import hashlib
import json
import re
from html import unescape
from typing import Any

import pytest

from euthymia import shipped
from euthymia.clinic.patients import actions
from euthymia.clinic.patients.models import Document, Entry, Patient
from euthymia.clinic.patients.parts import Part
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.people.quicker import MovedOnError
from euthymia.clinic.work.models import Task
from tests.clinic.conftest import Staff, access_for

SCREEN = {"fainting": "yes", "pregnancy": "no"}


@pytest.fixture
def by(clinic: Clinic) -> Access:
    return access_for(clinic, "nurse")


def at(patient: Patient, *steps: object) -> str:
    return "/".join(["/clinic/patients", *map(str, (patient.pk, *steps)), ""])


def words_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def struck(patient: Patient, by: Access, part: str = Part.TASS, told: Any = SCREEN) -> Entry:
    entry = actions.add(patient, part, told, by=by)
    actions.strike(entry, "the wrong chart", version=1, by=by)
    entry.refresh_from_db()
    return entry


# ---------------------------------------------------------------- bringing back


def test_what_was_struck_out_can_be_found_and_brought_back(
    staff: Staff, patient: Patient, by: Access
) -> None:
    entry, nurse = struck(patient, by), staff("nurse")
    assert "1 entry was struck out" in words_of(nurse.get(at(patient)))
    history = at(patient, "entries", entry.pk, "history")
    assert "Bring it back" in words_of(nurse.get(history))
    assert nurse.post(history, {"version": entry.version}).status_code == 302
    entry.refresh_from_db()
    assert entry.struck is None
    assert entry in patient.entries.standing()


def test_both_the_striking_and_the_bringing_back_stay_in_the_history(
    patient: Patient, by: Access
) -> None:
    entry = struck(patient, by)
    actions.bring_back(entry, version=2, by=by)
    reasons = [row.struck_why for row in entry.history.order_by("version")]
    assert reasons == ["", "the wrong chart", ""]


def test_a_part_recorded_anew_is_not_doubled_by_bringing_the_old_one_back(
    staff: Staff, patient: Patient, by: Access
) -> None:
    entry = struck(patient, by)
    actions.add(patient, Part.TASS, {"fainting": "no"}, by=by)
    with pytest.raises(MovedOnError):
        actions.bring_back(entry, version=2, by=by)
    history = at(patient, "entries", entry.pk, "history")
    assert staff("nurse").post(history, {"version": 2}).status_code == 409
    assert patient.entries.standing().count() == 1


def test_bringing_back_an_answer_of_danger_rings(patient: Patient, by: Access) -> None:
    told = {"instrument": "phq9", "items": [3] * 9}
    entry = struck(patient, by, Part.SCALES, told)
    Task.objects.all().delete()
    actions.bring_back(entry, version=2, by=by)
    assert Task.objects.filter(kind="safety", patient=patient.pk).exists()


def test_who_may_not_write_a_part_brings_nothing_of_it_back(
    staff: Staff, patient: Patient, by: Access
) -> None:
    entry = struck(patient, by, Part.DIAGNOSES, {"icd10cm": "F33.1"})
    history = at(patient, "entries", entry.pk, "history")
    assert staff("tms_operator").post(history, {"version": 2}).status_code == 404
    assert "Bring it back" not in words_of(staff("tms_operator").get(history))


# ---------------------------------------------------------------- where it comes from


def test_an_answer_that_staff_changed_says_so_and_the_first_teller_stays_in_the_history(
    staff: Staff, patient: Patient, by: Access
) -> None:
    actions.fill(patient, {"screening": {"tass": SCREEN}}, by=None, source="request")
    entry = patient.entries.get()
    assert "told with the request" in words_of(staff("nurse").get(at(patient)))
    actions.change(entry, {"fainting": "no"}, version=1, by=by)
    words = words_of(staff("nurse").get(at(patient)))
    assert "changed by staff" in words
    assert "told with the request" not in words
    assert [row.source for row in entry.history.order_by("version")] == ["request", "staff"]


# ---------------------------------------------------------------- doses


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (Part.TRIALS, {"id": "t1", "drug": "sertraline", "dose_mg": 5000}),
        (Part.MEDICATIONS, {"drug": "sertraline", "dose_mg_per_day": 5000}),
    ],
)
def test_a_dose_above_the_highest_usual_one_is_kept_and_asked_about(
    staff: Staff, patient: Patient, by: Access, part: str, told: dict[str, Any]
) -> None:
    actions.add(patient, part, told, by=by)
    highest = shipped().drugs["sertraline"].maximum
    assert highest is not None
    words = words_of(staff("nurse").get(at(patient)))
    assert f"gives {highest.value:g} mg/d as the highest usual dose" in words
    assert "Is this dose right?" in words


def test_a_usual_dose_and_one_of_no_page_are_not_asked_about(
    staff: Staff, patient: Patient, by: Access
) -> None:
    for number, (drug, dose) in enumerate([("sertraline", 200), ("unheard of", 9000)]):
        told = {"id": f"t{number}", "drug": drug, "dose_mg": dose}
        actions.add(patient, Part.TRIALS, told, by=by)
    assert "Is this dose right?" not in words_of(staff("nurse").get(at(patient)))


# ---------------------------------------------------------------- files


def brought(patient: Patient, by: Access, *resources: dict[str, Any]) -> Document:
    whole = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": {"resourceType": "Patient", "id": "a"}}]
        + [{"resource": {"subject": {"reference": "Patient/a"}, **one}} for one in resources],
    }
    content = json.dumps(whole).encode()
    digest = hashlib.sha256(content).hexdigest()
    return Document.objects.create(
        patient=patient,
        name="hospital.json",
        digest=digest,
        batch=digest,
        content=content,
        by=by.user,
    )


CONDITION = {
    "resourceType": "Condition",
    "id": "c1",
    "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F33.1"}]},
}


def test_a_section_says_that_a_file_tells_more_of_it(
    staff: Staff, patient: Patient, by: Access
) -> None:
    brought(patient, by, CONDITION)
    page = staff("nurse").get(at(patient)).content.decode()
    card = page.split('id="diagnoses"')[1].split("</section>")[0]
    assert "1 more in a file that was brought" in card
    assert "hospital.json" in card
    assert "Not recorded" not in card


def test_a_file_that_was_struck_tells_nothing_more(
    staff: Staff, patient: Patient, by: Access
) -> None:
    document = brought(patient, by, CONDITION)
    Document.objects.filter(pk=document.pk).update(struck=document.at)
    assert "in a file that was brought" not in words_of(staff("nurse").get(at(patient)))


def test_the_chart_lists_what_of_a_file_was_not_read(
    staff: Staff, patient: Patient, by: Access
) -> None:
    planned = {"resourceType": "Observation", "id": "o1", "status": "entered-in-error"}
    brought(patient, by, {**planned, "code": {"text": "x"}})
    words = words_of(staff("nurse").get(at(patient)))
    assert "What of the brought files was not read" in words
    assert "Observation/o1" in words


# ---------------------------------------------------------------- faults at their field


def beside(answer: Any, field: str) -> str:
    """What is said to be wrong beside a field."""
    found = re.search(rf'id="id_{field}_error">([^<]*)', answer.content.decode())
    return unescape(found[1]) if found else ""


@pytest.mark.parametrize(
    ("part", "sent", "wrong"),
    [
        (
            Part.VITALS,
            {"systolic_mmhg": 80, "diastolic_mmhg": 120, "date": "2026-01-05"},
            ("diastolic_mmhg", "not below “Systolic pressure, mmHg”; correct one of the two"),
        ),
        (
            Part.DIAGNOSES,
            {"icd10cm": "F33.1", "onset": "2025-03-01", "resolved": "2025-01-01"},
            ("resolved", "before “Began on”; correct one of the two dates"),
        ),
        (
            Part.TRIALS,
            {"id": "t1", "drug": "sertraline", "start": "2999-01-01"},
            ("start", "dated after today; correct the date"),
        ),
    ],
)
def test_a_fault_is_said_beside_its_field_in_the_words_of_the_page(
    staff: Staff, patient: Patient, part: str, sent: dict[str, Any], wrong: tuple[str, str]
) -> None:
    answer = staff("nurse").post(at(patient, "new", part), {"version": 0, **sent})
    assert answer.status_code == 422
    field, says = wrong
    assert beside(answer, field) == says
