"""What was saved and may be a slip is shown again at once, in the words of the reader."""

from __future__ import annotations

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


def test_what_the_reader_doubts_of_an_entry_is_asked_about_once_it_is_saved(
    staff: Staff, patient: Patient
) -> None:
    page = saved(staff, patient, "medications", {"drug": "zzzunheardof"})
    assert f"{ASK} The reader doubts medications: no page looks for zzzunheardof" in page
    assert patient.entries.count() == 1


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
