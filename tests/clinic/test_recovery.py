"""The plan for lasting recovery: versions that stay, two editors, steps that are followed up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from euthymia.clinic.courses.models import WrittenOnceError
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.people.quicker import MovedOnError
from euthymia.clinic.recovery import actions
from euthymia.clinic.recovery.actions import follow_up, newest, write
from euthymia.clinic.recovery.content import plan_page
from euthymia.clinic.recovery.models import RecoveryPlan, Step
from euthymia.clinic.rights.retention import empty
from euthymia.clinic.work.models import Task
from tests.clinic.conftest import Staff, access_for

pytestmark = pytest.mark.django_db
SIGNS = {"early_signs": "I stop answering the phone."}


@pytest.fixture
def nurse(clinic: Clinic) -> Access:
    return access_for(clinic, "nurse")


def at(patient: Patient, rest: str = "") -> str:
    return f"/clinic/patients/{patient.pk}/recovery/{rest}"


def step(patient: Patient, by: Access, *, days: int, **told: Any) -> Step:
    return Step.objects.create(
        patient=patient,
        made_by=by.user,
        until=timezone.localdate() + timedelta(days=days),
        **{"kind": "referral", "what": "Sees the sleep clinic", **told},
    )


def test_a_changed_plan_is_another_version_and_the_one_before_stays(
    patient: Patient, nurse: Access
) -> None:
    first = write(patient, SIGNS, with_patient=True, version=0, by=nurse)
    later = {**SIGNS, "then_i": " I call Ben. ", "people": "  "}
    write(patient, later, with_patient=True, version=1, by=nurse)
    told = {one.number: one.told for one in patient.recovery_plans.all()}
    assert told == {1: SIGNS, 2: {**SIGNS, "then_i": "I call Ben."}}
    first.told = {}
    with pytest.raises(WrittenOnceError):
        first.save()


def test_of_two_who_write_the_second_overwrites_nothing(patient: Patient, nurse: Access) -> None:
    write(patient, SIGNS, with_patient=True, version=0, by=nurse)
    with pytest.raises(MovedOnError) as quicker:
        write(patient, {"early_signs": "I sleep by day."}, with_patient=True, version=0, by=nurse)
    assert quicker.value.standing.told == SIGNS
    assert quicker.value.mine == {"early_signs": "I sleep by day."}
    assert patient.recovery_plans.count() == 1


def test_the_second_editor_sees_both_and_can_write_the_next_version(
    staff: Staff, patient: Patient, nurse: Access
) -> None:
    browser = staff("clinician")
    write(patient, SIGNS, with_patient=True, version=0, by=nurse)
    mine = {"early_signs": "I sleep by day.", "version": "0"}
    page = browser.post(at(patient, "edit/"), mine)
    text = page.content.decode()
    assert page.status_code == 409
    assert "I stop answering the phone." in text
    assert "I sleep by day." in text
    assert 'name="version" value="1"' in text
    assert browser.post(at(patient, "edit/"), {**mine, "version": "1"}).status_code == 302
    assert [one.number for one in patient.recovery_plans.all()] == [2, 1]


def test_from_an_empty_plan_to_the_paper(staff: Staff, patient: Patient) -> None:
    browser = staff("nurse")
    assert "No plan was made yet" in browser.get(at(patient)).content.decode()
    told = {"warning": "I count my pills.", "with_patient": "on", "version": "0"}
    browser.post(at(patient, "edit/"), told)
    until = (timezone.localdate() + timedelta(days=7)).isoformat()
    new = {"kind": "own", "what": "Walks with Ben", "whom": "Ben", "until": until}
    assert browser.post(at(patient, "steps/new/"), new).status_code == 302
    for page in (at(patient), at(patient, "print/")):
        text = browser.get(page).content.decode()
        assert "I count my pills." in text
        assert "Walks with Ben" in text
    assert "made with the patient" in browser.get(at(patient)).content.decode()


def test_the_paper_names_whom_to_call_now(staff: Staff, patient: Patient, clinic: Clinic) -> None:
    assert clinic.country == "US"
    assert "988" in staff("nurse").get(at(patient, "print/")).content.decode()


def test_a_version_before_can_be_read_again(staff: Staff, patient: Patient, nurse: Access) -> None:
    write(patient, SIGNS, with_patient=True, version=0, by=nurse)
    write(patient, {}, with_patient=False, version=1, by=nurse)
    browser = staff("nurse")
    assert "answering the phone" not in browser.get(at(patient)).content.decode()
    assert "not made with the patient yet" in browser.get(at(patient)).content.decode()
    assert "answering the phone" in browser.get(at(patient, "?version=1")).content.decode()
    assert browser.get(at(patient, "?version=9")).status_code == 404


def test_a_step_that_is_due_becomes_one_task_of_who_agreed_on_it(
    patient: Patient, nurse: Access
) -> None:
    due, ahead = step(patient, nurse, days=0), step(patient, nurse, days=1)
    done = actions.finish(step(patient, nurse, days=-3), "Went well.", by=nurse)
    assert [follow_up(), follow_up()] == [1, 0]
    task = Task.objects.get()
    assert (task.owner, task.patient) == (nurse.user, patient.pk)
    assert "sleep clinic" not in task.says
    for one in (due, ahead, done):
        one.refresh_from_db()
    assert [bool(one.asked_at) for one in (due, ahead, done)] == [True, False, False]


def test_a_step_of_someone_who_left_becomes_a_task_of_the_clinicians(
    patient: Patient, nurse: Access
) -> None:
    step(patient, nurse, days=0)
    nurse.membership.ended = timezone.now()
    nurse.membership.save()
    follow_up()
    task = Task.objects.get()
    assert (task.owner, task.role) == (None, "clinician")


def test_how_a_step_came_out_is_said_once(staff: Staff, patient: Patient, nurse: Access) -> None:
    found, browser = step(patient, nurse, days=0), staff("nurse")
    place = at(patient, f"steps/{found.pk}/")
    assert browser.post(place, {"how": ""}).status_code == 422
    assert browser.post(place, {"how": "She went."}).status_code == 302
    again = browser.post(place, {"how": "She did not go."})
    assert again.status_code == 409
    assert "She went." in again.content.decode()
    assert "She did not go." in again.content.decode()
    found.refresh_from_db()
    assert found.done_how == "She went."


def test_the_page_asks_each_thing_once_and_says_that_nobody_has_confirmed_it(
    staff: Staff, patient: Patient
) -> None:
    ids = [one.id for one in plan_page().fields()]
    assert len(ids) == len(set(ids))
    assert plan_page().review.confirmed_by is None
    assert "not yet confirmed" in staff("nurse").get(at(patient)).content.decode()


def test_an_emptied_chart_has_no_plan(patient: Patient, nurse: Access, clinic: Clinic) -> None:
    write(patient, SIGNS, with_patient=True, version=0, by=nurse)
    step(patient, nurse, days=0)
    empty(patient, by=access_for(clinic, "director"))
    assert newest(patient) is None
    assert not RecoveryPlan.objects.exists()
    assert not Step.objects.exists()
    assert not Step.history.exists()


def test_an_operator_reads_the_plan_and_does_not_write_it(
    staff: Staff, patient: Patient, other_clinic: Clinic
) -> None:
    operator = staff("tms_operator")
    assert operator.get(at(patient)).status_code == 200
    assert operator.get(at(patient, "edit/")).status_code == 404
    assert staff("front_desk").get(at(patient)).status_code == 404
    assert staff("director", other_clinic).get(at(patient)).status_code == 404
