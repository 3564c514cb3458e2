"""Is it working? What the engine says of scores and sessions is kept, and raised once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from euthymia.clinic.outcomes import looking
from euthymia.clinic.outcomes.figures import figures_of
from euthymia.clinic.outcomes.following import chart_followed
from euthymia.clinic.outcomes.looking import look, look_at_all, to_look_at, today_in
from euthymia.clinic.outcomes.models import FollowUp, Raised
from euthymia.clinic.outcomes.rates import Rate, wilson
from euthymia.clinic.patients.actions import add
from euthymia.clinic.patients.given import given_to
from euthymia.clinic.patients.models import Entry, Patient, Request
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.rights.retention import empty, past_their_time
from euthymia.clinic.work.models import Task
from tests.clinic.conftest import access_for
from tests.clinic.rooms import adopt_all
from tests.clinic.treated import scored, someone, treated

pytestmark = pytest.mark.django_db
FIVE_WEEKS = range(34, 0, -1)
"""Days ago of 34 sessions of TMS."""


@pytest.fixture
def doctor(clinic: Clinic) -> Access:
    return access_for(clinic, "clinician")


@pytest.fixture
def adopted(clinic: Clinic) -> None:
    adopt_all(access_for(clinic, "director"))


def tasks() -> list[Task]:
    return list(Task.objects.filter(kind=Task.Kind.OTHER, done=None))


def raised(patient: Patient) -> set[str]:
    return set(patient.raised.filter(ended=None).values_list("state", flat=True))


# ---------------------------------------------------------------- sessions in the record


def test_sessions_given_here_are_what_scores_are_held_against(
    patient: Patient, doctor: Access
) -> None:
    treated(patient, "tms", FIVE_WEEKS, by=doctor)
    scored(patient, "phq9", {36: 20, 2: 8}, by=doctor)
    chart = chart_followed(patient, today_in(patient.clinic))
    (found,) = chart.now
    assert [(one.name, one.sessions) for one in found.treatments] == [("tms", 34)]
    assert found.basis == "treatment_start"
    assert found.improvement_pct == pytest.approx(60)


def test_a_session_opened_and_never_begun_is_none_and_one_struck_out_neither(
    patient: Patient, doctor: Access
) -> None:
    course = treated(patient, "esketamine", [9, 6], by=doctor)
    second = course.sessions.order_by("pk").last()
    assert second is not None
    start = second.charted.get()
    second.charted.create(
        key="0c0ffee0-0000-4000-8000-000000000000", kind="struck", strikes=start,
        at=timezone.now(), by=doctor.user,
    )  # fmt: skip
    (given,) = given_to(patient)
    assert len(given.days) == 1


def test_a_course_told_by_hand_and_given_here_is_not_counted_twice(
    patient: Patient, doctor: Access
) -> None:
    treated(patient, "tms", FIVE_WEEKS, by=doctor)
    day = (today_in(patient.clinic) - timedelta(days=30)).isoformat()
    add(patient, "nondrug_trials", {"kind": "tms", "start": day}, by=doctor)
    record = chart_followed(patient, today_in(patient.clinic)).record
    assert [one.sessions for one in record.nondrug_trials] == [34]


# ---------------------------------------------------------------- tasks


@pytest.mark.usefixtures("adopted")
def test_too_little_effect_is_one_task_for_a_clinician_in_the_moment_the_score_comes_in(
    patient: Patient, doctor: Access
) -> None:
    treated(patient, "tms", FIVE_WEEKS, by=doctor)
    scored(patient, "phq9", {36: 20}, by=doctor)
    assert not tasks()
    scored(patient, "phq9", {1: 19}, by=doctor)
    (task,) = tasks()
    assert task.role == "clinician"
    assert task.patient == patient.pk
    assert "early_non_response" in raised(patient)


@pytest.mark.usefixtures("adopted")
def test_a_finding_is_raised_once_however_often_the_chart_is_looked_at(
    patient: Patient, doctor: Access
) -> None:
    treated(patient, "tms", FIVE_WEEKS, by=doctor)
    scored(patient, "phq9", {36: 20, 1: 19}, by=doctor)
    for _ in range(3):
        look(patient)
    assert len(tasks()) == 1
    task = tasks()[0]
    Task.objects.filter(pk=task.pk).update(done=timezone.now(), done_by=doctor.user)
    look(patient)
    assert not tasks()


def test_a_worsening_is_raised_again_once_it_had_gone_and_came_back(
    patient: Patient, doctor: Access
) -> None:
    scored(patient, "phq9", {30: 10, 20: 20}, by=doctor)
    assert "worsening" in raised(patient)
    scored(patient, "phq9", {10: 10}, by=doctor)
    assert "worsening" not in raised(patient)
    scored(patient, "phq9", {1: 21}, by=doctor)
    assert Raised.objects.filter(state="worsening").count() == 2


def test_no_task_says_a_clinical_word(patient: Patient, doctor: Access) -> None:
    scored(patient, "phq9", {30: 10, 1: 20}, by=doctor)
    (task,) = tasks()
    assert not any(word in task.says.lower() for word in ("phq", "wors", "depress", "score"))


def test_numbers_that_no_director_signed_raise_nothing(patient: Patient, doctor: Access) -> None:
    treated(patient, "tms", FIVE_WEEKS, by=doctor)
    scored(patient, "phq9", {36: 20, 1: 19}, by=doctor)
    assert "early_non_response" not in raised(patient)


@pytest.mark.usefixtures("adopted")
def test_what_is_due_is_a_reminder_by_the_hourly_round(patient: Patient, doctor: Access) -> None:
    scored(patient, "phq9", {33: 20, 22: 6}, by=doctor)
    treated(patient, "ketamine_iv", [32, 29, 26, 23], by=doctor)
    assert not tasks()
    assert look_at_all() == 1
    assert "maintenance_due" in raised(patient)
    assert len(tasks()) == 1


def test_a_score_is_kept_though_following_it_fails(
    patient: Patient, doctor: Access, monkeypatch: Any
) -> None:
    def breaks(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(looking, "chart_followed", breaks)
    scored(patient, "phq9", {3: 20}, by=doctor)
    assert Entry.objects.filter(patient=patient).count() == 1
    assert not FollowUp.objects.get(patient=patient).readable


# ---------------------------------------------------------------- what is kept


def test_each_chart_is_looked_at_once_a_day_and_again_where_it_moved(
    patient: Patient, clinic: Clinic, doctor: Access
) -> None:
    look_at_all()
    assert not to_look_at(clinic)
    add(patient, "diagnoses", {"icd10cm": "F33.2"}, by=doctor)
    assert list(to_look_at(clinic)) == [patient]
    look_at_all()
    FollowUp.objects.update(as_of=today_in(clinic) - timedelta(days=1))
    assert list(to_look_at(clinic)) == [patient]


def test_to_look_at_a_chart_makes_it_no_younger(patient: Patient, clinic: Clinic) -> None:
    Patient.objects.filter(pk=patient.pk).update(created=timezone.now() - timedelta(days=4000))
    patient.history.update(history_date=timezone.now() - timedelta(days=4000))
    Patient.history.update(created=timezone.now() - timedelta(days=4000))
    look(patient)
    assert past_their_time(clinic, 7) == [patient]


def test_an_emptied_chart_keeps_no_outcome(patient: Patient, clinic: Clinic) -> None:
    doctor = access_for(clinic, "director")
    scored(patient, "phq9", {30: 10, 1: 20}, by=doctor)
    empty(patient, by=doctor)
    assert not FollowUp.objects.exists()
    assert not Raised.objects.exists()


# ---------------------------------------------------------------- figures


def test_the_interval_of_wilson_is_that_of_the_textbook() -> None:
    """Newcombe 1998, Stat Med 17:857: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 to 0.1611."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(20, 20) == pytest.approx((1 - 0.1611, 1.0), abs=5e-5)


def test_whoever_cannot_be_judged_is_neither_a_success_nor_a_failure(
    clinic: Clinic, doctor: Access
) -> None:
    reached, missed, without = (someone(clinic, number) for number in (1, 2, 3))
    for one in (reached, missed, without):
        treated(one, "tms", range(200, 170, -1), by=doctor, ended=True)
    scored(reached, "phq9", {201: 20, 169: 8}, by=doctor)
    scored(missed, "phq9", {201: 20, 169: 15}, by=doctor)
    scored(without, "phq9", {201: 20}, by=doctor)
    look_at_all()
    (row,) = figures_of(clinic).courses
    assert (row.what, row.scale, row.people) == ("TMS", "PHQ-9", 3)
    assert row.response == Rate(reached=1, missed=1, unknown=1)
    assert row.remission == Rate(reached=0, missed=2, unknown=1)


def test_a_course_is_judged_by_its_own_scores_and_not_by_what_came_much_later(
    patient: Patient, clinic: Clinic, doctor: Access
) -> None:
    treated(patient, "tms", range(200, 170, -1), by=doctor, ended=True)
    scored(patient, "phq9", {201: 20, 169: 15, 5: 2}, by=doctor)
    look_at_all()
    figures = figures_of(clinic)
    assert figures.courses[0].response == Rate(0, 1, 0)
    assert figures.scales[0].response == Rate(1, 0, 0)


def test_a_course_without_a_score_at_its_start_cannot_be_judged(
    patient: Patient, clinic: Clinic, doctor: Access
) -> None:
    treated(patient, "tms", range(200, 170, -1), by=doctor, ended=True)
    scored(patient, "phq9", {190: 20, 169: 5}, by=doctor)
    look_at_all()
    (row,) = figures_of(clinic).courses
    assert row.response == Rate(0, 0, 1)


def test_waiting_counts_from_the_first_request_to_the_first_session(
    clinic: Clinic, doctor: Access
) -> None:
    for number, days in enumerate((10, 20, 40), start=1):
        one = someone(clinic, number)
        treated(one, "tms", [5], by=doctor)
        for later in (0, 3):
            received = timezone.now() - timedelta(days=5 + days - later)
            Request.objects.create(clinic=clinic, patient=one, received=received, consent="1")
    Request.objects.create(clinic=clinic, patient=someone(clinic, 9), consent="1")
    treated(someone(clinic, 10), "tms", [5], by=doctor)
    look_at_all()
    waits = figures_of(clinic).waits
    assert waits.days == (10, 20, 40)
    assert waits.quartiles == (15, 20, 30)
    assert (waits.waiting, waits.unasked) == (1, 1)


def test_follow_up_is_complete_where_the_scale_was_filled_in_by_the_day_it_was_due(
    clinic: Clinic, doctor: Access
) -> None:
    for number, newest in enumerate((2, 6, 15), start=1):
        one = someone(clinic, number)
        treated(one, "tms", FIVE_WEEKS, by=doctor)
        scored(one, "phq9", {36: 20, newest: 18}, by=doctor)
    look_at_all()
    (found,) = figures_of(clinic).followed
    assert (found.what, found.scale) == ("TMS", "PHQ-9")
    assert found.on_time == Rate(reached=2, missed=1, unknown=0)


def test_figures_count_one_clinic_only(clinic: Clinic, other_clinic: Clinic) -> None:
    look(someone(other_clinic, 1))
    assert figures_of(clinic).patients == 0
