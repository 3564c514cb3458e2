"""What an intake form may not say: values that cannot be, and parts that contradict each other."""

from __future__ import annotations

from typing import Any

import pytest

from euthymia.exchange.document import document
from euthymia.exchange.faults import SourceError
from euthymia.record import Record
from tests.laws.strategies import assessed, record_of


def form(**parts: Any) -> dict[str, Any]:
    return {"intake": 1, "as_of": "2026-06-30", **parts}


def read(**parts: Any) -> Record:
    return record_of(form(**parts))


def refusal(**parts: Any) -> str:
    with pytest.raises(SourceError) as fault:
        read(**parts)
    return str(fault.value)


TSH: dict[str, Any] = {"loinc": "3016-3", "value": 2, "unit": "m[IU]/L"}


def test_a_laboratory_value_below_zero_is_refused() -> None:
    assert refusal(labs=[TSH | {"value": -5}]) == (
        "form.json: labs[0].value: below 0 m[IU]/L, which cannot be; check the value and its unit"
    )


def test_a_number_in_quotes_is_refused_rather_than_read_as_a_word() -> None:
    assert refusal(labs=[{"loinc": "30522-7", "value": "420"}]) == (
        "form.json: labs[0].value: a number in quotes; write it without them, with its unit"
    )


def test_a_word_for_what_is_measured_is_left_out_by_name() -> None:
    record = read(labs=[{"loinc": "3016-3", "value": "normal"}, TSH])

    assert [one.resource for one in record.reading.skipped] == ["labs[0]"]
    assert [lab.value for lab in record.labs] != []
    assert record.reading.read == {"labs": 1}


def test_a_value_that_cannot_be_refuses_nothing_when_it_is_dated_after_the_day() -> None:
    record = read(labs=[TSH | {"value": -5, "date": "2026-07-05"}])

    assert record.labs == ()
    assert [one.why for one in record.reading.skipped] == [
        "dated after the day of the assessment; it was not read"
    ]


def test_a_sensitive_c_reactive_protein_above_300_is_refused_whatever_else_measures_it() -> None:
    told = refusal(labs=[{"loinc": "30522-7", "value": 42, "unit": "mg/dL"}])

    assert "labs[0].value: above 300 mg/L" in told


def test_a_trial_cannot_be_ongoing_and_over() -> None:
    trial = {"id": "t1", "drug": "sertraline", "end": "2026-05-01", "stop_reason": "ongoing"}

    assert refusal(trials=[trial]) == (
        "form.json: trials[0].stop_reason: ongoing, but it ended before as_of; "
        "say why it was stopped, or leave out end"
    )
    assert read(trials=[trial | {"end": "2026-06-30"}]).trials


def test_a_diagnosis_cannot_be_resolved_before_its_onset() -> None:
    told = {"icd10cm": "F33.1", "onset": "2026-05-01", "resolved": "2026-04-30"}

    assert refusal(diagnoses=[told]) == (
        "form.json: diagnoses[0].resolved: before onset; correct one of the two dates"
    )


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("patient", {"country": "US\n"}),
        ("diagnoses", [{"icd10cm": "F33.1\n"}]),
        ("trials", [{"id": "t1\n", "drug": "sertraline"}]),
        ("labs", [TSH | {"loinc": "3016-3\n"}]),
    ],
)
def test_a_line_break_behind_a_code_is_no_code(part: str, told: Any) -> None:
    assert refusal(**{part: told}).startswith(f"form.json: {part}")


def test_a_note_may_be_as_long_as_the_contract_allows() -> None:
    note = "x" * 20_000

    assert read(diagnoses=[{"icd10cm": "F33.1", "note": note}]).diagnoses


def test_a_crisis_line_says_whether_the_country_is_known() -> None:
    told = document(assessed(form(patient={"country": "GB"})))["safety"]
    untold = document(assessed(form()))["safety"]

    assert (told["country_known"], told["crisis_line"]["country"]) == (True, "GB")
    assert (untold["country_known"], untold["crisis_line"]["country"]) == (False, "US")


def test_an_override_of_a_finding_that_does_not_exist_is_named() -> None:
    word = {"finding": "tms/vnss", "by": "Dr A", "reason": "asked the maker"}
    with pytest.raises(SourceError, match=r"overrides\[0\]\.finding: .* did you mean vns"):
        assessed(form(overrides=[word]))


@pytest.mark.parametrize(
    ("reading", "place"),
    [
        ({"systolic_mmhg": 22.4, "diastolic_mmhg": 13.1}, "systolic_mmhg"),
        ({"systolic_mmhg": 90, "diastolic_mmhg": 140}, "diastolic_mmhg"),
        ({"spo2_pct": 0.97}, "spo2_pct"),
    ],
)
def test_a_bedside_measure_that_cannot_be_is_named(reading: dict[str, float], place: str) -> None:
    with pytest.raises(SourceError, match=rf"vitals\[0\]\.{place}"):
        assessed(form(vitals=[reading]))


# ---------------------------------------------------------------- seizures that cannot have been

WOMAN: dict[str, Any] = {"patient": {"sex": "female", "age_years": 44}}
BORN: dict[str, Any] = {"patient": {"sex": "female", "birth_date": "1982-06-30"}}


@pytest.mark.parametrize("patient", [WOMAN, BORN])
@pytest.mark.parametrize(
    ("told", "place"),
    [
        ({"age_years": 3, "months_ago": 6}, "age_years: does not fit months_ago"),
        ({"age_years": 60}, "age_years: above the age of the patient"),
        ({"age_years": 60, "months_ago": 6}, "age_years: above the age of the patient"),
    ],
)
def test_a_seizure_at_an_age_that_cannot_be_is_refused(
    patient: dict[str, Any], told: dict[str, Any], place: str
) -> None:
    said = refusal(**patient, seizures=[{"kind": "febrile"} | told])
    assert said.startswith(f"form.json: seizures[0].{place}")


@pytest.mark.parametrize("patient", [WOMAN, BORN, {}])
@pytest.mark.parametrize(
    "told", [{}, {"age_years": 3}, {"age_years": 3, "months_ago": 492}, {"age_years": 44}]
)
def test_a_seizure_that_fits_the_age_is_read(patient: dict[str, Any], told: dict[str, Any]) -> None:
    assert len(read(**patient, seizures=[{"kind": "febrile"} | told]).seizures) == 1


SERTRALINE: dict[str, Any] = {"id": "t1", "drug": "sertraline"}


@pytest.mark.parametrize(
    ("part", "entry", "field"),
    [
        ("trials", SERTRALINE | {"start": "0001-01-10"}, "start"),
        ("trials", SERTRALINE | {"days_at_dose": 4e6}, "days_at_dose"),
        ("labs", TSH | {"date": "0026-06-01"}, "date"),
        ("diagnoses", {"icd10cm": "F33.2", "onset": "1026-01-01"}, "onset"),
    ],
)
def test_days_that_no_life_holds_are_a_slip(part: str, entry: dict[str, Any], field: str) -> None:
    said = refusal(**{part: [entry]})
    assert said.startswith(f"form.json: {part}[0].{field}: ")
    assert "lifetime" in said
