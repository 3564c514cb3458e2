"""Requests for a consultation: seen in order, taken in once, closed with a reason."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from euthymia.clinic.patients.models import Patient, Request
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.work.actions import SOON, ask_staff
from euthymia.clinic.work.models import Task
from tests.clinic.conftest import Staff

TOLD = {
    "intake": 1,
    "as_of": "2026-01-05",
    "patient": {"sex": "female"},
    "trials": [{"id": "t1", "drug": "sertraline", "dose_mg": 100}],
    "screening": {"tass": {"fainting": "yes"}},
}


def words_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def at(request: Request, *steps: str) -> str:
    return "/".join(["/clinic/requests", str(request.pk), *steps, ""])


@pytest.fixture
def asked(clinic: Clinic) -> Request:
    return Request.objects.create(
        clinic=clinic,
        given_name="Ana",
        family_name="Ferreira",
        birth_date=date(1981, 3, 14),
        phone="555 0123",
        told=TOLD,
        summary=[["Medicines tried", "Sertraline"], "PHQ-9: 17"],
        consent="2026-12",
    )


def test_urgent_requests_stand_on_top_with_their_clock_and_then_the_newest(
    staff: Staff, clinic: Clinic, asked: Request
) -> None:
    old = timezone.now() - timedelta(days=3)
    older = {"clinic": clinic, "given_name": "X", "consent": "1", "received": old}
    urgent = Request.objects.create(family_name="Urgent", urgent=True, **older)
    Request.objects.create(family_name="Waiting", **older)
    ask_staff(clinic, "safety", "call", within=SOON, role="clinician", request=urgent.pk)
    words = words_of(staff("front_desk").get("/clinic/requests/"))
    assert words.index("Urgent") < words.index("Ferreira") < words.index("Waiting")
    assert re.search(r"urgent due 1\d.minutes from now", words)


def test_the_front_desk_sees_whom_to_reach_and_nothing_about_health(
    staff: Staff, asked: Request
) -> None:
    desk = words_of(staff("front_desk").get(at(asked)))
    assert "555 0123" in desk
    assert "Sertraline" not in desk
    assert "PHQ-9" not in desk
    assert "Sertraline" in words_of(staff("nurse").get(at(asked)))


def test_a_request_of_another_clinic_does_not_exist(
    staff: Staff, asked: Request, other_clinic: Clinic
) -> None:
    elsewhere = staff("clinician", other_clinic)
    for steps in ((), ("accept",), ("close",)):
        assert elsewhere.get(at(asked, *steps)).status_code == 404
    assert elsewhere.post(at(asked, "close"), {"why": "x", "version": 1}).status_code == 404


def test_a_try_to_reach_someone_is_noted_with_who_and_when(staff: Staff, asked: Request) -> None:
    desk = staff("front_desk")
    assert desk.post(at(asked), {"says": "no answer at ten", "version": 1}).status_code == 302
    asked.refresh_from_db()
    assert asked.state == "contacted"
    assert "no answer at ten" in words_of(desk.get(at(asked)))


def test_a_new_person_is_taken_in_with_all_they_told(staff: Staff, asked: Request) -> None:
    nurse = staff("nurse")
    answer = nurse.post(at(asked, "accept"), {"who": "new", "version": 1})
    patient = Patient.objects.get()
    assert answer.headers["Location"] == f"/clinic/patients/{patient.pk}/"
    assert (patient.family_name, patient.sex) == ("Ferreira", "female")
    assert {(e.part, e.source) for e in patient.entries.all()} == {
        ("trials", "request"),
        ("screening.tass", "request"),
    }
    asked.refresh_from_db()
    assert (asked.state, asked.patient) == ("accepted", patient)


def test_a_look_alike_is_shown_side_by_side_and_nothing_is_chosen_beforehand(
    staff: Staff, asked: Request, patient: Patient
) -> None:
    page = staff("nurse").get(at(asked, "accept"))
    assert "The same person as chart 1" in words_of(page)
    assert "Telephone - differs" in words_of(page)
    assert b"checked" not in page.content
    assert staff("nurse").post(at(asked, "accept"), {"version": 1}).status_code == 422


def test_someone_known_gets_the_answers_into_the_chart_they_have(
    staff: Staff, asked: Request, patient: Patient
) -> None:
    staff("nurse").post(at(asked, "accept"), {"who": patient.pk, "version": 1})
    assert Patient.objects.count() == 1
    assert patient.entries.count() == 2


def test_nobody_can_be_matched_who_is_no_look_alike(
    staff: Staff, asked: Request, clinic: Clinic
) -> None:
    other = Patient.objects.create(clinic=clinic, number=7, family_name="Z", given_name="Z")
    answer = staff("nurse").post(at(asked, "accept"), {"who": other.pk, "version": 1})
    assert answer.status_code == 422
    assert not other.entries.exists()


def test_of_two_who_take_someone_in_at_once_the_second_makes_no_second_chart(
    staff: Staff, asked: Request
) -> None:
    assert staff("nurse").post(at(asked, "accept"), {"who": "new", "version": 1}).status_code == 302
    answer = staff("nurse").post(at(asked, "accept"), {"who": "new", "version": 1})
    assert answer.status_code in (409, 422)
    assert Patient.objects.count() == 1


def test_what_cannot_be_read_opens_no_chart_and_tells_the_desk_no_clinical_word(
    staff: Staff, asked: Request
) -> None:
    asked.told = {**TOLD, "diagnoses": [{"icd10cm": "sad"}]}
    asked.save()
    answer = staff("front_desk").post(at(asked, "accept"), {"who": "new", "version": 1})
    assert answer.status_code == 422
    assert not Patient.objects.exists()
    assert "iagnos" not in words_of(answer)
    assert "ICD-10-CM" in words_of(
        staff("nurse").post(at(asked, "accept"), {"who": "new", "version": 1})
    )


def test_a_request_is_closed_with_a_reason_and_kept(staff: Staff, asked: Request) -> None:
    desk = staff("front_desk")
    assert desk.post(at(asked, "close"), {"version": 1}).status_code == 422
    assert desk.post(at(asked, "close"), {"why": "moved away", "version": 1}).status_code == 302
    assert "Ferreira" not in words_of(desk.get("/clinic/requests/"))
    assert "Ferreira" in words_of(desk.get("/clinic/requests/?settled=1"))
    assert "moved away" in words_of(desk.get(at(asked)))


def test_closing_settles_the_task_to_read_it_and_leaves_the_safety_task(
    staff: Staff, asked: Request, clinic: Clinic
) -> None:
    for kind in ("request", "safety"):
        ask_staff(clinic, kind, "look", within=SOON, role="clinician", request=asked.pk)
    staff("nurse").post(at(asked, "close"), {"why": "twice", "version": 1})
    assert [task.kind for task in Task.objects.filter(done=None)] == ["safety"]


def test_a_note_on_a_request_that_moved_on_is_not_lost(staff: Staff, asked: Request) -> None:
    staff("front_desk").post(at(asked), {"says": "first", "version": 1})
    answer = staff("front_desk").post(at(asked), {"says": "second", "version": 1})
    assert answer.status_code == 409
    assert b'value="second"' in answer.content
    assert asked.contacts.count() == 1
