"""What a form is told that cannot be read as it stands: the place, and the mend in plain words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from euthymia import Record, assess, shipped
from euthymia.exchange.faults import SourceError
from euthymia.exchange.intake import read_intake
from euthymia.terms import Quantity, Verdict

KNOWLEDGE = shipped()
TRIAL = {"id": "t1", "drug": "sertraline", "dose_mg": 100, "days_at_dose": 56, "pdc": 0.95}


def read(**told: Any) -> Record:
    form = {"intake": 1, "as_of": "2026-06-30", **told}
    return read_intake("form.json", json.dumps(form).encode(), KNOWLEDGE)


def trial(**told: Any) -> dict[str, Any]:
    return {"trials": [TRIAL | told]}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (trial(pdc=95), "trials[0].pdc: a share of 0 to 1 is needed; write 0.95 for 95 %"),
        (trial(dose_mg="100 mg"), "write the number alone, without quotes or unit"),
        (trial(improvement_pct=150), "at most 100 is possible"),
        (trial(id="t 1"), "trials[0].id: letters, digits"),
        (trial(augments="t1"), "names no other trial of this form; name another trial"),
        ({"diagnoses": [{"icd10cm": "F331"}]}, "write capitals and the dot, such as F33.1"),
        ({"diagnoses": [{"icd10cm": "f33.1"}]}, "write capitals and the dot, such as F33.1"),
        ({"scales": [{"instrument": "PHQ-9", "total": 9}]}, "did you mean phq9?"),
        ({"scales": [{"instrument": "phq9", "items": [0] * 8 + [7]}]}, "items[8]: above 3"),
        ({"patient": {"country": "usa"}}, "two capitals of ISO 3166"),
        ({"patient": {"country": "UK"}}, "did you mean GB?"),
        ({"patient": {"country": "XX"}}, "no country of ISO 3166"),
        ({"patient": {"age_years": 30, "birth_date": "1980-01-01"}}, "does not fit birth_date"),
        ({"body": {"height_cm": 1.65}}, "write centimetres, 165 for 1.65 m"),
        ({"body": {"height_cm": 261}}, "a height lies between 50 and 260"),
    ],
)  # fmt: skip
def test_a_form_is_told_what_to_write_instead(told: dict[str, Any], said: str) -> None:
    with pytest.raises(SourceError) as fault:
        read(**told)

    assert said in str(fault.value)
    assert "regex" not in str(fault.value)
    assert "Expected" not in str(fault.value)


def test_no_value_of_a_patient_is_repeated() -> None:
    with pytest.raises(SourceError) as fault:
        read(diagnoses=[{"icd10cm": "F331"}])

    assert "F331" not in str(fault.value)


@pytest.mark.parametrize("age", [45.5, 46, 46.9])
def test_an_age_in_whole_years_fits_the_day_of_birth(age: float) -> None:
    assert read(patient={"age_years": age, "birth_date": "1980-06-01"}).patient.age_years == age


@pytest.mark.parametrize("height", [50, 165, 260])
def test_a_height_on_the_line_can_be(height: float) -> None:
    assert read(body={"height_cm": height}).body["height_cm"].value == height


@pytest.mark.parametrize("unit", ["mIU/L", "uIU/mL", "m[IU]/L", "u[IU]/mL"])
def test_a_unit_as_people_write_it_is_understood_as_in_a_fhir_record(unit: str) -> None:
    (lab,) = read(labs=[{"loinc": "3016-3", "value": 2.5, "unit": unit}]).labs

    assert lab.value == Quantity(2.5, "m[IU]/L")


def test_an_unknown_unit_is_told_the_one_of_the_page() -> None:
    record = read(labs=[{"loinc": "3016-3", "value": 2.5, "unit": "bananas"}])

    assert record.reading.skipped[0].why.endswith("such as m[IU]/L")


# ------------------------------------------------------------------ read, and doubted


def doubts(record: Record) -> str:
    return " ".join(one.what for one in assess(record, KNOWLEDGE).quality.doubts)


def test_an_improvement_that_looks_like_a_share_is_doubted() -> None:
    assert "if a share was meant, write 10" in doubts(read(**trial(improvement_pct=0.1)))
    assert "share" not in doubts(read(**trial(improvement_pct=1)))


def test_more_days_than_the_episode_has_lasted_are_doubted() -> None:
    told = trial(days_at_dose=300, episode="current")

    assert "than the episode has lasted" in doubts(read(episode={"months": 3}, **told))
    assert "than the episode" not in doubts(read(episode={"months": 9}, **told))


@pytest.mark.parametrize(
    "told",
    [
        {
            "improvement_pct": 10,
            "scale_change": {"instrument": "phq9", "before": 20, "after": 3},
            "stop_reason": "lack_of_efficacy",
        },
        {
            "improvement_pct": 80,
            "scale_change": {"instrument": "phq9", "before": 20, "after": 18},
        },
        {"improvement_pct": 70, "stop_reason": "lack_of_efficacy"},
    ],
)
def test_an_outcome_that_contradicts_itself_is_not_known_and_is_asked_about(
    told: dict[str, Any],
) -> None:
    record = read(**trial(**told), complete=["diagnoses", "trials"], episode={"months": 9})
    found = assess(record, KNOWLEDGE)
    (finding,) = found.resistance.trials

    assert finding.rules["fda_ema"].failed is Verdict.UNKNOWN
    assert finding.improvement_pct is None
    assert finding.exposure is None
    assert "its outcome is not known" in doubts(record)
    assert "trials.t1.response_achieved" in {one.id for one in found.questions}


def test_two_words_on_one_side_of_response_do_not_contradict() -> None:
    change = {"instrument": "phq9", "before": 20, "after": 18}
    told = trial(improvement_pct=12, scale_change=change, stop_reason="lack_of_efficacy")

    assert "its outcome is not known" not in doubts(read(**told))


# ------------------------------------------------------------------ what can be repaired


def test_only_a_trial_with_a_fault_can_be_repaired() -> None:
    fair = TRIAL | {"improvement_pct": 10}
    low = fair | {"id": "t2", "drug": "venlafaxine", "dose_mg": 37.5}
    one = assess(read(trials=[fair]), KNOWLEDGE).resistance.exposure
    two = assess(read(trials=[fair, low]), KNOWLEDGE).resistance.exposure

    assert one is not None
    assert two is not None
    assert (one.repair_first, one.at_fault) == (True, ())
    assert (two.repair_first, two.at_fault) == (True, ("t2",))


# ------------------------------------------------------------------ nine domains


def test_the_quick_inventory_counts_the_highest_of_each_domain() -> None:
    items = [1, 2, 3, 0, 1, 0, 2, 1, 0, 1, 1, 0, 2, 1, 0, 3]
    (score,) = assess(read(scales=[{"instrument": "qids_sr16", "items": items}]), KNOWLEDGE).scores

    assert (score.total, score.doubt) == (3 + 1 + 2 + 1 + 1 + 0 + 2 + 1 + 3, None)


def test_a_total_of_the_quick_inventory_that_contradicts_its_domains_is_doubted() -> None:
    scale = {"instrument": "qids_sr16", "items": [1] * 16, "total": 16}
    (score,) = assess(read(scales=[scale]), KNOWLEDGE).scores

    assert score.total is None
    assert score.doubt == "the total says 16, the items add up to 9"
