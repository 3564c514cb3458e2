"""What was saved and may be a slip is shown again at once, in the words of the reader."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from euthymia.clinic.patients.body import as_read
from euthymia.clinic.patients.doubts import doubts_of
from euthymia.clinic.patients.models import Entry, Patient
from tests.clinic.conftest import Staff

ASK = "Is this right?"


def saved(staff: Staff, patient: Patient, part: str, told: dict[str, Any]) -> str:
    """The chart as it is shown after this was saved."""
    place = f"/clinic/patients/{patient.pk}/new/{part}/"
    return staff("clinician").post(place, told, follow=True).content.decode()


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"weight_kg": 72, "height_cm": 170}, "72 kg = 159 lb, 170 cm = 5 ft 7 in, body mass"),
        ({"weight_kg": 160}, "160 kg = 353 lb"),
        ({"height_cm": 182.9}, "182.9 cm = 6 ft 0 in"),
        ({"bmi_kg_per_m2": 31.25}, "body mass index 31.2 kg/m2"),
        ({}, ""),
    ],
)
def test_a_body_is_told_in_both_units_with_the_index_of_the_reader(
    told: dict[str, float], says: str
) -> None:
    assert as_read(told).startswith(says)


def test_a_weight_typed_in_pounds_is_shown_at_once_as_what_it_was_read_as(
    staff: Staff, patient: Patient
) -> None:
    page = saved(staff, patient, "body", {"weight_kg": "160", "height_cm": "170"})
    assert page.count("160 kg = 353 lb, 170 cm = 5 ft 7 in, body mass index 55.4 kg/m2") == 2
    assert "body mass index 55.4 kg/m2. Is this right?" in page


@pytest.mark.parametrize(
    ("part", "told", "doubted"),
    [
        ("medications", {"drug": "zzzunheardof"}, "no page looks for zzzunheardof"),
        ("medications", {"drug": "sertraline", "dose_mg_per_day": 250}, "above 200 mg/d"),
        ("trials", {"id": "t1", "drug": "sertraline", "dose_mg": 5000}, "2 times the maximum"),
        ("trials", {"id": "t1", "drug": "sertraline", "days_at_dose": 14000}, "2000 weeks"),
        ("labs", {"loinc": "1988-5", "value": 0.03, "unit": "mg/L"}, "another unit"),
    ],
)
def test_what_is_doubted_of_an_entry_is_saved_once_each_doubt_was_ticked(
    staff: Staff, patient: Patient, part: str, told: dict[str, Any], doubted: str
) -> None:
    browser, place = staff("clinician"), f"/clinic/patients/{patient.pk}/new/{part}/"
    asked = browser.post(place, told)
    page = asked.content.decode()
    assert (asked.status_code, patient.entries.count()) == (422, 0)
    ticks = [unescape(one) for one in re.findall(r'name="right" value="([^"]*)"', page)]
    assert any(doubted in one for one in ticks)
    assert browser.post(place, {**told, "right": ticks[1:]}).status_code == 422
    assert browser.post(place, {**told, "right": ticks}).status_code == 302
    assert patient.entries.get().told.items() >= told.items()


def test_a_change_is_doubted_like_a_new_entry(staff: Staff, patient: Patient) -> None:
    told = {"drug": "sertraline", "dose_mg_per_day": 50}
    entry = Entry.objects.create(patient=patient, part="medications", told=told)
    place = f"/clinic/patients/{patient.pk}/entries/{entry.pk}/"
    slipped = {**told, "dose_mg_per_day": 500, "version": 1}
    page = staff("clinician").post(place, slipped).content.decode()
    entry.refresh_from_db()
    assert (ASK in page, entry.told) == (True, told)


def test_a_sign_of_danger_waits_for_no_tick(
    monkeypatch: pytest.MonkeyPatch, staff: Staff, patient: Patient
) -> None:
    monkeypatch.setattr("euthymia.clinic.patients.entry_views.doubts_of", lambda _of: ["odd"])
    place = f"/clinic/patients/{patient.pk}/new/scales/"
    items = {f"item_{n}": "1" for n in range(1, 10)}
    answer = staff("nurse").post(place, {"instrument": "phq9", **items})
    assert answer.headers["Location"] == f"/clinic/patients/{patient.pk}/danger/"


def test_an_entry_that_is_doubted_by_nobody_asks_nothing(staff: Staff, patient: Patient) -> None:
    page = saved(staff, patient, "medications", {"drug": "sertraline"})
    assert patient.entries.count() == 1
    assert ASK not in page


def test_what_was_doubted_before_is_not_asked_about_again(patient: Patient) -> None:
    odd, plain = (
        Entry.objects.create(patient=patient, part="medications", told={"drug": drug})
        for drug in ("zzzunheardof", "sertraline")
    )
    assert len(doubts_of(odd)) == 1
    assert doubts_of(plain) == []


def test_a_chart_that_cannot_be_read_is_no_reason_to_fail_after_saving(patient: Patient) -> None:
    told = {"id": "t1", "drug": "lithium", "augments": "nothing"}
    assert doubts_of(Entry.objects.create(patient=patient, part="trials", told=told)) == []
