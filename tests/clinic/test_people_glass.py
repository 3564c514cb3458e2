"""A guarded chart is opened for a reason, for an hour, and never in silence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from euthymia.clinic.audit.models import Row
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.models import Clinic, Membership
from euthymia.clinic.work.models import Task
from tests.clinic.conftest import Staff

WHY = "called by the ambulance, no other way to reach the team"
OPEN = "open_guarded"


@pytest.fixture
def guarded(patient: Patient) -> Patient:
    patient.guarded = True
    patient.save()
    return patient


def opened(browser: Client, patient: Patient, why: str = WHY) -> Any:
    return browser.post(reverse(OPEN, args=[patient.pk]), {"reason": why, "once": "k"})


def sees(browser: Client, patient: Patient) -> bool:
    return bool(browser.get(f"/clinic/patients/{patient.pk}/").status_code == 200)


def test_a_guarded_chart_is_not_there_until_the_glass_is_broken(
    staff: Staff, guarded: Patient
) -> None:
    nurse = staff("nurse")
    assert not sees(nurse, guarded)
    page = nurse.get(reverse(OPEN, args=[guarded.pk])).content.decode()
    assert "guarded" in page
    assert guarded.family_name not in page
    assert opened(nurse, guarded).status_code == 302
    assert sees(nurse, guarded)


def test_broken_glass_closes_after_an_hour(staff: Staff, guarded: Patient) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        nurse = staff("nurse")
        opened(nurse, guarded)
        for minutes in (10, 10, 10, 10, 10):
            clock.shift(timedelta(minutes=minutes))
            assert sees(nurse, guarded)
        clock.shift(timedelta(minutes=9, seconds=59))
        assert sees(nurse, guarded)
        clock.shift(timedelta(seconds=1))
        assert not sees(nurse, guarded)


def test_each_reading_through_broken_glass_is_noted_with_the_reason(
    staff: Staff, guarded: Patient
) -> None:
    nurse = staff("nurse")
    opened(nurse, guarded)
    for _ in range(3):
        sees(nurse, guarded)
    noted = Row.objects.filter(patient=guarded.pk, outcome="done").order_by("number")
    assert list(noted.values_list("what", "why")) == [(OPEN, WHY)] + [("chart", WHY)] * 3


def test_the_director_is_told_at_once_without_a_name(staff: Staff, guarded: Patient) -> None:
    opened(staff("nurse"), guarded)
    task = Task.objects.get()
    assert (task.role, task.patient, task.clinic) == ("director", guarded.pk, guarded.clinic)
    assert guarded.family_name not in task.says


def test_it_opens_for_one_person_only(staff: Staff, guarded: Patient) -> None:
    opened(staff("nurse"), guarded)
    assert not sees(staff("clinician"), guarded)


@pytest.mark.parametrize("why", ["", "short", " " * 40])
def test_without_a_reason_it_stays_shut(staff: Staff, guarded: Patient, why: str) -> None:
    nurse = staff("nurse")
    assert opened(nurse, guarded, why).status_code == 422
    assert not sees(nurse, guarded)


@pytest.mark.parametrize("role", ["front_desk", "tms_operator", "auditor", "admin"])
def test_who_has_no_business_with_charts_breaks_no_glass(
    staff: Staff, guarded: Patient, role: str
) -> None:
    assert opened(staff(role), guarded).status_code == 404


def test_no_glass_of_another_clinic_is_broken(
    staff: Staff, guarded: Patient, other_clinic: Clinic
) -> None:
    assert opened(staff("director", other_clinic), guarded).status_code == 404


def test_the_care_team_needs_no_glass(staff: Staff, guarded: Patient) -> None:
    clinician = staff("clinician")
    guarded.care_team.add(Membership.objects.get(role="clinician").user)
    assert sees(clinician, guarded)
    answer = clinician.get(reverse(OPEN, args=[guarded.pk]))
    assert answer.headers["Location"] == f"/clinic/patients/{guarded.pk}/"
