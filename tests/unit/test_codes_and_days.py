"""A code of an event or of a visit speaks for its days, and leaves no plain no behind."""

from __future__ import annotations

import pytest

from euthymia.terms import Verdict
from tests.laws.strategies import day
from tests.unit.options_told import all_answered_no, verdict_in

MET, NOT_MET = Verdict.MET, Verdict.NOT_MET
RECENT, PAST = "recent_cardiovascular_event_6wk", "past_cardiovascular_event"


def coded(code: str, **more: str) -> dict[str, object]:
    return all_answered_no(diagnoses=[{"icd10cm": "F33.2"}, {"icd10cm": code} | more])


# ---------------------------------------------------------------- events of six weeks

EVENTS = (
    "G45.9",
    "G45.3",
    "I26.99",
    "I74.3",
    "I75.81",
    "I76",
    "H34.01",
    "H34.11",
    "H34.231",
    "I5A",
)


@pytest.mark.parametrize("therapy", ["ketamine_iv", "esketamine"])
@pytest.mark.parametrize("code", [*EVENTS, "O88.23"])
def test_an_event_of_heart_or_vessels_counts_as_a_heart_attack_does(
    code: str, therapy: str
) -> None:
    inside, outside = coded(code, onset=day(42)), coded(code, onset=day(43))
    assert verdict_in(inside, therapy, RECENT) is MET
    assert verdict_in(outside, therapy, RECENT) is NOT_MET
    assert verdict_in(outside, therapy, PAST) is MET


@pytest.mark.parametrize("code", ["Z86.711", "Z86.73"])
def test_an_event_of_the_past_by_its_code_is_a_precaution(code: str) -> None:
    assert verdict_in(coded(code), "ketamine_iv", PAST) is MET


def test_a_passing_loss_of_memory_is_no_event_of_the_vessels() -> None:
    assert verdict_in(coded("G45.4", onset=day(10)), "ketamine_iv", RECENT) is NOT_MET


# ---------------------------------------------------------------- a heart that is ill for long

LASTING = (
    *("I50.22", "I50.32", "I50.42", "I50.812", "I50.9", "I42.0", "I42.9", "I43", "I05.0", "I27.82"),
    *("I25.10", "I25.118", "I25.5", "I20.2", "I20.81", "I20.89", "I20.9", "Z94.1", "Z98.61"),
    *("Z95.1", "Z95.2", "Z95.3", "Z95.4", "Z95.5", "Z95.811"),
)


@pytest.mark.parametrize("therapy", ["ketamine_iv", "esketamine"])
@pytest.mark.parametrize("code", LASTING)
def test_a_lasting_disease_of_the_heart_is_a_precaution_though_it_is_stable(
    code: str, therapy: str
) -> None:
    assert verdict_in(coded(code), therapy, "heart_disease_recorded") is MET
    assert verdict_in(all_answered_no(), therapy, "heart_disease_recorded") is NOT_MET


# ---------------------------------------------------------------- after a birth

AFTER = ("O99.345", "O99.43", "O10.03", "O14.15", "O24.439", "O98.53", "O9A.53", "O72.1", "O88.23")


@pytest.mark.parametrize("code", AFTER)
def test_the_weeks_after_a_birth_are_no_pregnancy(code: str) -> None:
    for therapy in ("ketamine_iv", "esketamine", "tms"):
        assert verdict_in(coded(code), therapy, "pregnancy") is NOT_MET


@pytest.mark.parametrize("code", ["O99.340", "O99.344", "O10.019", "O14.10"])
def test_an_illness_that_complicates_a_pregnancy_or_a_birth_is_still_read_as_one(code: str) -> None:
    assert verdict_in(coded(code), "ketamine_iv", "pregnancy") is not NOT_MET
    assert verdict_in(coded(code), "tms", "pregnancy") is MET


@pytest.mark.parametrize("code", ["O10.03", "O14.15", "O16.5"])
def test_high_pressure_after_a_birth_is_high_pressure(code: str) -> None:
    assert verdict_in(coded(code), "ketamine_iv", "hypertension_recorded") is MET
