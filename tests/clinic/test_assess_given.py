"""Courses given here are part of what an assessment knows, once they have ended."""

from __future__ import annotations

import pytest

from euthymia.clinic.assessments.actions import assess_chart, is_stale
from euthymia.clinic.assessments.chart import chart_kept, chart_of
from euthymia.clinic.outcomes.looking import today_in
from euthymia.clinic.patients.actions import add
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic
from euthymia.library import shipped
from euthymia.record import Record
from tests.clinic.conftest import access_for
from tests.clinic.treated import ago, scored, treated

pytestmark = pytest.mark.django_db
FIVE_WEEKS = range(34, 0, -1)
"""Days ago of 34 sessions of TMS."""


@pytest.fixture
def doctor(clinic: Clinic) -> Access:
    return access_for(clinic, "clinician")


def record_of(patient: Patient) -> Record:
    return chart_of(patient, today_in(patient.clinic)).record(shipped())


def test_a_course_of_tms_that_ended_tells_what_came_of_it(patient: Patient, doctor: Access) -> None:
    treated(patient, "tms", FIVE_WEEKS, by=doctor, ended=True)
    scored(patient, "phq9", {36: 20, 1: 19}, by=doctor)
    (course,) = record_of(patient).nondrug_trials
    assert (course.kind, course.sessions, course.improvement_pct) == ("tms", 34, pytest.approx(5))


def test_without_scores_nobody_knows_what_came_of_it(patient: Patient, doctor: Access) -> None:
    treated(patient, "tms", FIVE_WEEKS, by=doctor, ended=True)
    (course,) = record_of(patient).nondrug_trials
    assert course.improvement_pct is None


def test_a_course_that_goes_on_has_failed_nobody(patient: Patient, doctor: Access) -> None:
    treated(patient, "tms", FIVE_WEEKS, by=doctor)
    treated(patient, "ketamine_iv", (9, 6), by=doctor)
    record = record_of(patient)
    assert not record.nondrug_trials
    assert not record.exposures


def test_the_outcome_that_the_chart_tells_of_a_course_given_here_stays(
    patient: Patient, doctor: Access
) -> None:
    treated(patient, "tms", FIVE_WEEKS, by=doctor, ended=True)
    scored(patient, "phq9", {36: 20, 1: 19}, by=doctor)
    told = {"kind": "tms", "start": ago(patient, 30).isoformat(), "improvement_pct": 60}
    add(patient, "nondrug_trials", told, by=doctor)
    (course,) = record_of(patient).nondrug_trials
    assert (course.sessions, course.improvement_pct) == (34, 60)


def test_doses_given_here_are_a_trial_unless_the_chart_tells_of_one(
    patient: Patient, doctor: Access
) -> None:
    treated(patient, "ketamine_iv", (12, 9, 6), by=doctor, ended=True)
    assert [one.drug for one in record_of(patient).exposures] == ["ketamine_iv"] * 3
    told = {"id": "t1", "drug": "ketamine_iv", "start": ago(patient, 12).isoformat()}
    add(patient, "trials", told, by=doctor)
    assert not record_of(patient).exposures


def test_an_assessment_keeps_the_courses_and_a_later_end_makes_it_stale(
    patient: Patient, doctor: Access
) -> None:
    course = treated(patient, "tms", FIVE_WEEKS, by=doctor)
    made = assess_chart(patient, today_in(patient.clinic), by=doctor)
    kept = chart_kept(made)
    assert [len(one.days) for one in kept.given] == [34]
    assert not is_stale(made)
    course.ended_at, course.ended_why = made.made_at, "done"
    course.save()
    assert is_stale(made)
    assert kept.record(shipped()) == chart_kept(made).record(shipped())


def test_an_older_course_without_an_end_is_another(patient: Patient, doctor: Access) -> None:
    treated(patient, "tms", FIVE_WEEKS, by=doctor, ended=True)
    scored(patient, "phq9", {36: 20, 1: 19}, by=doctor)
    old = {"kind": "tms", "start": "2015-03-01", "improvement_pct": 80}
    add(patient, "nondrug_trials", old, by=doctor)
    add(patient, "trials", {"id": "t1", "drug": "ketamine_iv", "start": "2019-02-01"}, by=doctor)
    treated(patient, "ketamine_iv", (99, 96, 93), by=doctor, ended=True)
    record = record_of(patient)
    assert [one.improvement_pct for one in record.nondrug_trials] == [80, pytest.approx(5)]
    assert len(record.exposures) == 3


def test_a_session_of_a_course_that_goes_on_makes_nothing_stale(
    patient: Patient, doctor: Access
) -> None:
    course = treated(patient, "tms", (9, 8), by=doctor)
    made = assess_chart(patient, today_in(patient.clinic), by=doctor)
    course.sessions.all()[0].charted.all().delete()
    assert not is_stale(made)
