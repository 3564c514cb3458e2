"""A code of an event or of a visit speaks for its days, and leaves no plain no behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from euthymia.engine import assess
from euthymia.engine.findings import Graded
from euthymia.engine.grading import gravest
from euthymia.record.entries import Diagnosis
from euthymia.terms import Code, Verdict
from tests.laws.strategies import KNOWLEDGE, TODAY, day, record_of
from tests.unit.options_told import all_answered_no, verdict_in

MET, OPEN, NOT_MET = Verdict.MET, Verdict.UNKNOWN, Verdict.NOT_MET
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


# ---------------------------------------------------------------- a visit of long ago


def at_a_visit(code: str, days_ago: int, therapy: str, criterion: str) -> Graded:
    """What is judged where the code was written for a visit alone, and every answer is no."""
    record = record_of(all_answered_no())
    visit = Diagnosis(
        Code("icd10cm", code), recorded=TODAY - timedelta(days=days_ago), source="encounter"
    )
    seen = assess(replace(record, diagnoses=(*record.diagnoses, visit)), KNOWLEDGE)
    found = next(one for one in seen.options if one.therapy.id == therapy)
    return next(one for one in found.findings if one.finding.criterion.id == criterion)


HEART = "unstable_coronary_or_decompensated_heart_failure"


@pytest.mark.parametrize(
    ("code", "therapy", "criterion", "later"),
    [
        ("F05", "ketamine_iv", "delirium_or_major_neurocognitive_disorder", NOT_MET),
        ("F10.121", "ketamine_iv", "delirium_or_major_neurocognitive_disorder", NOT_MET),
        ("I16.0", "ketamine_iv", "uncontrolled_hypertension", NOT_MET),
        ("I50.21", "ketamine_iv", HEART, NOT_MET),
        ("I35.0", "ketamine_iv", HEART, MET),
        ("G93.2", "ketamine_iv", "raised_intracranial_pressure", OPEN),
        ("G93.2", "tms", "raised_icp", OPEN),
    ],
)
def test_what_passes_and_was_written_for_a_visit_counts_for_90_days(
    code: str, therapy: str, criterion: str, later: Verdict
) -> None:
    assert at_a_visit(code, 90, therapy, criterion).finding.verdict is MET
    assert at_a_visit(code, 91, therapy, criterion).finding.verdict is later


def test_a_withdrawal_written_for_a_visit_is_after_90_days_a_use_to_be_weighed() -> None:
    now, later = (
        at_a_visit("F13.230", days, "tms", "alcohol_sedative_withdrawal") for days in (90, 91)
    )
    assert (gravest(now.kinds), gravest(later.kinds)) == ("contraindication", "precaution")


@pytest.mark.parametrize("code", ["I50.21", "I46.9", "I24.0", "I51.81", "I40.9"])
def test_a_heart_that_was_once_unstable_is_weighed_after_a_visit_of_years_ago(code: str) -> None:
    found = at_a_visit(code, 3000, "ketamine_iv", "heart_disease_recorded")
    assert found.finding.verdict is MET


@pytest.mark.parametrize("code", ["S06.1X0S", "S06.1X9S", "S06.A0XS", "S06.A1XS"])
def test_a_late_effect_of_a_head_injury_is_an_injury_of_the_past(code: str) -> None:
    assert verdict_in(coded(code), "tms", "raised_icp") is NOT_MET
    assert verdict_in(coded(code), "tms", "stroke_tbi_mass") is MET
    assert verdict_in(coded(code), "ketamine_iv", "raised_intracranial_pressure") is OPEN
    assert verdict_in(coded(f"{code[:-1]}A"), "tms", "raised_icp") is MET


# ---------------------------------------------------------------- codes that tell little

STENT = {"text": "iliac stent", "location": "pelvis"}


@pytest.mark.parametrize(
    ("implants", "whole", "expected"),
    [
        ([], True, OPEN),
        ([STENT], True, OPEN),
        ([STENT | {"distance_to_coil_cm": 70}], False, OPEN),
        ([STENT | {"distance_to_coil_cm": 70}], True, NOT_MET),
        ([STENT | {"distance_to_coil_cm": 20}], True, OPEN),
        ([{"text": "carotid stent", "distance_to_coil_cm": 15}], True, MET),
    ],
)
def test_a_vessel_implant_by_code_is_open_until_a_whole_list_tells_that_it_lies_far_off(
    implants: list[dict[str, object]], whole: bool, expected: Verdict
) -> None:
    form = coded("Z95.828") | {"implants": implants}
    form["complete"] = ["diagnoses", "trials", "medications", *(["implants"] if whole else [])]
    assert verdict_in(form, "tms", "aneurysm_clip_coil_stent") is expected


def test_primary_biliary_cholangitis_only_asks_whether_the_liver_is_badly_ill() -> None:
    for code, expected in (("K74.3", OPEN), ("K74.01", OPEN), ("K74.4", MET), ("K74.60", MET)):
        assert verdict_in(coded(code), "ketamine_iv", "severe_hepatic_impairment") is expected


@pytest.mark.parametrize("code", ["N40.1", "N40.3"])
def test_a_prostate_with_complaints_is_a_complaint_of_the_bladder(code: str) -> None:
    found = verdict_in(coded(code), "ketamine_iv", "cystitis_or_lower_urinary_symptoms")
    assert found is MET


@pytest.mark.parametrize("code", ["F30.3", "F31.71", "F31.73", "F31.77"])
def test_mania_in_partial_remission_is_named_where_it_counts(code: str) -> None:
    for therapy, name in (
        ("ketamine_iv", "mania_or_hypomania_now"),
        ("tms", "psychosis_or_bipolar"),
    ):
        assert verdict_in(coded(code), therapy, name) is MET
        assert code in (KNOWLEDGE.therapies[therapy].criteria[name].note or "")
