"""What was told without a date is of the day on which it was told, and some answers run out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from euthymia import assess, shipped
from euthymia.clinic.patients.ageing import aged
from euthymia.clinic.patients.models import Entry, Patient
from euthymia.clinic.patients.record import form_of, record_of
from euthymia.terms import Verdict

TOLD = date(2026, 1, 10)
KNOWLEDGE = shipped()


def told(patient: Patient, part: str, entry: Any) -> Entry:
    at = datetime(TOLD.year, TOLD.month, TOLD.day, 17, tzinfo=UTC)
    return Entry.objects.create(patient=patient, part=part, told=entry, at=at)


def later(parameter: str, more: int = 0) -> date:
    return TOLD + timedelta(days=int(KNOWLEDGE.number(parameter)) + more)


def test_a_measure_without_a_date_is_of_the_day_it_was_told(patient: Patient) -> None:
    told(patient, "vitals", {"systolic_mmhg": 120, "diastolic_mmhg": 80})
    told(patient, "scales", {"instrument": "phq9", "total": 9, "date": "2025-12-01"})
    form = form_of(patient, date(2026, 7, 1))
    assert form["vitals"][0]["date"] == "2026-01-10"
    assert form["scales"][0]["date"] == "2025-12-01"


def test_a_no_on_a_safety_screen_runs_out_and_a_yes_does_not(patient: Patient) -> None:
    told(patient, "screening.tass", {"pregnancy": "no", "fainting": "yes", "short_sleep": "unsure"})
    last = form_of(patient, later("screen_speaks_for_days"))
    after = form_of(patient, later("screen_speaks_for_days", 1))
    assert last["screening"]["tass"]["pregnancy"] == "no"
    assert after["screening"]["tass"] == {"fainting": "yes", "short_sleep": "unsure"}


def test_a_pregnancy_denied_two_years_ago_is_asked_again(patient: Patient) -> None:
    told(patient, "screening.ketamine", {"pregnancy": "no"})
    judged = assess(record_of(patient, date(2028, 1, 10), KNOWLEDGE))
    ketamine = next(one for one in judged.options if one.therapy.id == "ketamine_iv")
    found = {one.finding.criterion.id: one.finding.verdict for one in ketamine.findings}
    assert found["pregnancy"] is Verdict.UNKNOWN


def test_what_is_told_of_a_day_holds_on_that_day_only(patient: Patient) -> None:
    told(patient, "screening.today", {"fasted": True, "escort": True})
    assert "screening" in form_of(patient, TOLD)
    assert "screening" not in form_of(patient, TOLD + timedelta(days=1))


def test_an_old_weight_is_measured_again_and_the_height_stays(patient: Patient) -> None:
    told(patient, "body", {"weight_kg": 80, "height_cm": 170})
    assert form_of(patient, later("body_speaks_for_days"))["body"]["weight_kg"] == 80
    assert form_of(patient, later("body_speaks_for_days", 1))["body"] == {"height_cm": 170}


def test_an_episode_goes_on(patient: Patient) -> None:
    told(patient, "episode", {"months": 3, "severity": "moderate"})
    assert form_of(patient, date(2026, 7, 15))["episode"] == {"months": 9, "severity": "moderate"}


def test_a_list_is_not_complete_for_ever(patient: Patient) -> None:
    told(patient, "complete", ["diagnoses"])
    assert form_of(patient, later("complete_speaks_for_days"))["complete"] == ["diagnoses"]
    assert "complete" not in form_of(patient, later("complete_speaks_for_days", 1))


@pytest.mark.parametrize("part", ["trials", "diagnoses", "implants", "context", "preferences"])
def test_what_lasts_is_told_unchanged(part: str) -> None:
    assert aged(part, {"x": 1}, TOLD, date(2030, 1, 1), KNOWLEDGE) == {"x": 1}
