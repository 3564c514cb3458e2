"""Every answer of danger rings, the later ones too, and none is closed unseen or without a plan."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from euthymia.clinic.patients.models import Patient, Request
from euthymia.clinic.people.models import Clinic, User
from euthymia.clinic.people.quicker import MovedOnError, version_of
from euthymia.clinic.work.actions import UnseenError, ask_staff, finish, ring, take
from euthymia.clinic.work.models import Task
from tests.clinic.conftest import Staff, access_for

SAYS = "Open this chart now and speak with the patient"
PLAN = {"reached": "patient", "how": "No plan to act; stays with her sister.", "next_step": "Today"}


def rung(patient: Patient, **more: Any) -> Task:
    return ring(patient.clinic, says=SAYS, patient=patient.pk, **more)


def closed(browser: Client, task: Task, **told: Any) -> int:
    task.refresh_from_db()
    sent = {"version": task.version, **PLAN, **told}
    return browser.post(f"/clinic/tasks/{task.pk}/", sent).status_code


def test_a_first_sign_of_danger_makes_an_alarm_with_a_clock(patient: Patient) -> None:
    task = rung(patient)
    assert (task.kind, task.role, task.patient) == ("safety", "clinician", patient.pk)
    assert task.due - task.made <= timedelta(minutes=15)


def test_a_newer_answer_is_added_to_the_open_alarm_with_its_time(patient: Patient) -> None:
    first = rung(patient)
    again = rung(patient)
    assert again == first
    assert [one.seen for one in first.rings.all()] == [None]
    assert first.rings.get().at >= first.made


def test_after_an_alarm_was_settled_the_next_answer_makes_a_new_one(patient: Patient) -> None:
    first, by = rung(patient), access_for(patient.clinic, "nurse")
    finish(first, "Seen.", version=1, by=by)
    assert rung(patient) != first


def test_a_newer_answer_takes_the_alarm_from_who_has_not_seen_it(patient: Patient) -> None:
    task = take(rung(patient), version=1, by=access_for(patient.clinic, "nurse"))
    rung(patient)
    task.refresh_from_db()
    assert task.is_untaken_safety
    assert task.owner is not None


def test_who_sits_with_the_patient_and_writes_the_answer_down_keeps_the_alarm(
    patient: Patient,
) -> None:
    by = access_for(patient.clinic, "nurse")
    task = take(rung(patient), version=1, by=by)
    rung(patient, owner=by.user, seen_by=by.user)
    task.refresh_from_db()
    assert not task.is_untaken_safety
    assert task.rings.get().seen_by == by.user


def test_a_newer_answer_moves_no_clock_back(patient: Patient) -> None:
    task = rung(patient)
    due = task.due
    rung(patient)
    task.refresh_from_db()
    assert task.due <= due


def test_an_alarm_is_not_closed_while_a_newer_answer_is_unseen(
    staff: Staff, patient: Patient
) -> None:
    task, browser = rung(patient), staff("nurse")
    rung(patient)
    rung(patient)
    newer = [one.pk for one in task.rings.all()]
    assert closed(browser, task) == 422
    assert closed(browser, task, seen=newer[:1]) == 422
    assert not task.rings.exclude(seen=None).exists()
    assert closed(browser, task, seen=newer) == 302
    assert not task.unseen().exists()


def test_the_action_refuses_what_is_unseen_and_keeps_nothing_of_it(patient: Patient) -> None:
    task, by = rung(patient), access_for(patient.clinic, "nurse")
    rung(patient)
    rung(patient)
    seen = [task.rings.all()[0].pk]
    with pytest.raises(UnseenError):
        finish(task, "Seen.", version=3, by=by, seen=seen)
    assert task.unseen().count() == 2


def test_an_answer_that_came_while_the_page_lay_open_is_shown_before_closing(
    staff: Staff, patient: Patient
) -> None:
    task, browser = rung(patient), staff("nurse")
    sent = {"version": task.version, **PLAN}
    rung(patient)
    answer = browser.post(f"/clinic/tasks/{task.pk}/", sent)
    assert answer.status_code == 409
    assert PLAN["how"] in answer.content.decode()


@pytest.mark.parametrize("missing", ["reached", "how", "next_step"])
def test_an_alarm_is_closed_only_with_who_was_reached_the_plan_and_the_next_step(
    staff: Staff, patient: Patient, missing: str
) -> None:
    task, browser = rung(patient), staff("nurse")
    assert closed(browser, task, **{missing: ""}) == 422
    assert closed(browser, task) == 302
    task.refresh_from_db()
    assert (task.reached, task.done_how, task.next_step) == tuple(
        PLAN[one] for one in ("reached", "how", "next_step")
    )


def test_the_form_of_an_alarm_calls_no_answer_optional(staff: Staff, patient: Patient) -> None:
    task = rung(patient)
    rung(patient)
    page = staff("nurse").get(f"/clinic/tasks/{task.pk}/").content.decode()
    assert "The plan" in page
    assert "(optional)" not in page


def test_a_task_says_whose_it_is_by_name_and_chart(staff: Staff, patient: Patient) -> None:
    rung(patient)
    page = staff("nurse").get("/clinic/tasks/").content.decode()
    assert "Ferreira, Ana (chart 1)" in page


def test_a_task_about_a_request_says_who_sent_it(staff: Staff, clinic: Clinic) -> None:
    sent = Request.objects.create(
        clinic=clinic, given_name="Bo", family_name="Lind", consent="1", urgent=True
    )
    task = ring(clinic, says=SAYS, request=sent.pk)
    for place in ("/clinic/tasks/", f"/clinic/tasks/{task.pk}/"):
        assert f"Lind, Bo (request {sent.pk})" in staff("nurse").get(place).content.decode()


def test_a_name_of_another_clinic_stands_beside_no_task(
    staff: Staff, patient: Patient, other_clinic: Clinic
) -> None:
    ring(other_clinic, says=SAYS, patient=patient.pk)
    assert "Ferreira" not in staff("director", other_clinic).get("/clinic/tasks/").content.decode()


def test_a_nurse_may_take_every_safety_task_and_the_front_desk_its_own(
    staff: Staff, patient: Patient
) -> None:
    doctor = User.objects.get(pk=access_for(patient.clinic, "clinician").user.pk)
    task = rung(patient, owner=doctor)
    sent = {"version": 1}
    assert staff("front_desk").post(f"/clinic/tasks/{task.pk}/take/", sent).status_code == 404
    assert staff("nurse").post(f"/clinic/tasks/{task.pk}/take/", sent).status_code == 302


def test_no_clinical_word_goes_into_what_a_task_says(patient: Patient) -> None:
    from euthymia.clinic.patients import actions  # noqa: PLC0415 - one test of another room

    form = {"scales": [{"instrument": "phq9", "items": [3] * 9}]}
    actions.fill(patient, form, by=None, source="patient")
    said = Task.objects.get(patient=patient.pk).says.lower()
    assert not any(word in said for word in ("suicid", "death", "phq", "harm"))


@pytest.mark.parametrize("told", ["", "²", "-1", "1e3", "9" * 12, "٣"])
def test_a_version_that_is_no_number_is_that_of_no_row(rf: Any, told: str) -> None:
    assert version_of(rf.post("/", {"version": told})) == -1


def test_a_version_that_is_no_number_is_a_conflict_and_no_fault_of_ours(
    staff: Staff, clinic: Clinic
) -> None:
    task = ask_staff(clinic, "other", "File.", within=timedelta(hours=1), role="nurse")
    for place in (f"/clinic/tasks/{task.pk}/", f"/clinic/tasks/{task.pk}/take/"):
        assert staff("nurse").post(place, {"version": "²"}).status_code == 409


def test_who_was_quicker_is_one_error_in_every_room() -> None:
    from euthymia.clinic.files import attaching  # noqa: PLC0415 - the rooms are compared here
    from euthymia.clinic.patients import actions, arrivals  # noqa: PLC0415
    from euthymia.clinic.work import actions as work  # noqa: PLC0415

    rooms = (attaching, actions, arrivals, work)
    assert {getattr(room, "MovedOnError") for room in rooms} == {MovedOnError}  # noqa: B009
