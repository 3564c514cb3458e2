"""From what was told, measured or coded to the 16 indicators, row by row as the contract says."""

from __future__ import annotations

from typing import Any

import pytest

from euthymia import assess
from euthymia.exchange.document import document
from tests.laws.strategies import KNOWLEDGE, record_of

TODAY = "2026-11-24"


def causes(**told: Any) -> dict[str, Any]:
    found = document(assess(record_of({"intake": 1, "as_of": TODAY, **told}), KNOWLEDGE))
    return dict(found["causes"])


def x(indicator: str, **told: Any) -> float | None:
    return next(
        domain["indicators"][indicator]["x"]
        for domain in causes(**told).values()
        if indicator in domain["indicators"]
    )


def said(**context: Any) -> dict[str, Any]:
    return {"context": context}


def scale(instrument: str, total: float, day: str = TODAY) -> dict[str, Any]:
    return {"scales": [{"instrument": instrument, "total": total, "date": day}]}


def lab(value: float, unit: str = "mg/L", loinc: str = "30522-7", **more: Any) -> dict[str, Any]:
    return {"labs": [{"loinc": loinc, "value": value, "unit": unit, "date": TODAY, **more}]}


def aged(years: float, **context: Any) -> dict[str, Any]:
    return {"patient": {"age_years": years}, "context": context}


def coded(code: str) -> dict[str, Any]:
    return {"diagnoses": [{"icd10cm": code}]}


ROWS = [
    ("nt_anxious_features", said(anxious_distress=True), 1),
    ("nt_anxious_features", said(anxious_distress=False), 0),
    ("nt_anxious_features", scale("gad7", 10), 1),
    ("nt_anxious_features", scale("gad7", 9), 0),
    ("nt_anxious_features", scale("hamd17_anxiety_factor", 7), 1),
    ("nt_anxious_features", scale("hamd17_anxiety_factor", 6), 0),
    ("nt_anxious_features", coded("F41.1"), 1),
    ("nt_anhedonia", said(anhedonia=True), 1),
    ("nt_anhedonia", scale("shaps", 3), 1),
    ("nt_anhedonia", scale("shaps", 2), 0),
    ("np_episode_chronicity", {"episode": {"months": 24}}, 1),
    ("np_episode_chronicity", {"episode": {"months": 23.9}}, 0.5),
    ("np_episode_chronicity", {"episode": {"months": 12}}, 0.5),
    ("np_episode_chronicity", {"episode": {"months": 11.9}}, 0),
    ("np_number_episodes", {"episode": {"lifetime_episodes": 3}}, 1),
    ("np_number_episodes", {"episode": {"lifetime_episodes": 2}}, 0),
    ("np_age_onset", {"episode": {"first_onset_age_years": 18}}, 1),
    ("np_age_onset", {"episode": {"first_onset_age_years": 19}}, 0),
    ("np_executive_cognition", aged(50, executive_z=-1), 1),
    ("np_executive_cognition", aged(49, executive_z=-1), 0.5),
    ("np_executive_cognition", aged(49, executive_z=-0.9), 0),
    ("np_executive_cognition", aged(60, executive_impaired=True), 1),
    ("np_executive_cognition", aged(40, executive_impaired=True), 0.5),
    ("np_executive_cognition", said(executive_z=-2), None),
    ("np_executive_cognition", said(executive_z=0), 0),
    ("np_executive_cognition", said(executive_impaired=False), 0),
    ("np_insomnia", said(insomnia=True), 1),
    ("np_insomnia", scale("isi", 15), 1),
    ("np_insomnia", scale("isi", 14), 0),
    ("in_hscrp", lab(0.9), 0),
    ("in_hscrp", lab(1), 0.5),
    ("in_hscrp", lab(3), 0.5),
    ("in_hscrp", lab(3.1), 1),
    ("in_hscrp", lab(10), 1),
    ("in_hscrp", lab(10.1), None),
    ("in_hscrp", lab(0.42, "mg/dL"), 1),
    ("in_hscrp", lab(4.2, loinc="1988-5"), 1),
    ("in_hscrp", lab(0.4, loinc="1988-5"), None),
    ("in_bmi", {"body": {"bmi_kg_per_m2": 30}}, 1),
    ("in_bmi", {"body": {"bmi_kg_per_m2": 29.9}}, 0),
    ("in_bmi", {"body": {"weight_kg": 100, "height_cm": 170}}, 1),
    ("in_il6_tnf", lab(4, "pg/mL", "26881-3", percentile_75=3), 1),
    ("in_il6_tnf", lab(3, "pg/mL", "26881-3", percentile_75=3), 0),
    ("in_il6_tnf", lab(4, "pg/mL", "26881-3"), None),
    ("ps_childhood_trauma", said(childhood_trauma=True), 1),
    ("ps_childhood_trauma", scale("ace", 4), 1),
    ("ps_childhood_trauma", scale("ace", 3), 0),
    ("ps_unemployment", said(employment="unemployed"), 1),
    ("ps_unemployment", said(employment="long_term_sick"), 1),
    ("ps_unemployment", said(employment="employed"), 0),
    ("ps_unemployment", said(employment="retired"), 0),
    ("ps_housing", said(housing="insecure"), 1),
    ("ps_housing", said(housing="secure"), 0),
    ("ps_social_support", said(social_support="severe_lack"), 1),
    ("ps_social_support", said(social_support="moderate"), 0),
    ("ps_social_support", scale("osss3", 8), 1),
    ("ps_social_support", scale("osss3", 9), 0),
    ("ps_social_support", scale("mspss_mean", 2.9), 1),
    ("ps_social_support", scale("mspss_mean", 3), 0),
    ("ps_ptsd", said(ptsd=True), 1),
    ("ps_ptsd", said(ptsd=False), 0),
    ("ps_ptsd", scale("pcl5", 33), 1),
    ("ps_ptsd", scale("pcl5", 32), None),
    ("ps_ptsd", scale("pcl5", 31), None),
    ("ps_ptsd", scale("pcl5", 30), 0),
    ("ps_ptsd", coded("F43.10"), 1),
    ("ps_conflict_criticism", said(perceived_criticism=6), 1),
    ("ps_conflict_criticism", said(perceived_criticism=5), 0),
]


@pytest.mark.parametrize(("indicator", "told", "expected"), ROWS)
def test_the_row_of_the_contract_holds(indicator, told, expected):
    assert x(indicator, **told) == expected


def test_nothing_told_leaves_every_indicator_unknown():
    found = [one["x"] for domain in causes().values() for one in domain["indicators"].values()]

    assert found == [None] * 16


def test_a_plain_answer_wins_over_a_scale_and_a_scale_over_a_diagnosis():
    ill = scale("gad7", 15) | coded("F41.1")

    assert x("nt_anxious_features", **ill, **said(anxious_distress=False)) == 0
    assert x("nt_anxious_features", **scale("gad7", 3), **coded("F41.1")) == 0


def test_a_diagnosis_speaks_only_when_present():
    told = {"complete": ["diagnoses"], **coded("F33.2")}

    assert x("ps_ptsd", **told) is None
    assert x("ps_housing", **told) is None


def test_an_old_laboratory_value_or_scale_says_nothing_of_today():
    assert x("in_hscrp", **lab(4, "mg/L") | {"as_of": "2028-11-24"}) is None
    assert x("nt_anxious_features", **scale("gad7", 15, "2025-01-01")) is None


def test_crp_above_ten_behaves_exactly_as_missing_and_asks_to_be_repeated():
    body = {"body": {"bmi_kg_per_m2": 33}}
    raised, missing = causes(**lab(14), **body), causes(**body)
    raised["inflammation"]["indicators"]["in_hscrp"].pop("because")

    assert raised == missing
    found = document(assess(record_of({"intake": 1, "as_of": TODAY, **lab(14)}), KNOWLEDGE))
    assert "repeat_hscrp" in {step["id"] for step in found["next"]}
    assert "repeat_hscrp" in found["questions"]


def test_a_crp_so_low_that_the_unit_may_be_wrong_is_doubted():
    found = assess(record_of({"intake": 1, "as_of": TODAY, **lab(0.03)}), KNOWLEDGE)

    assert any("check the unit" in doubt.what for doubt in found.quality.doubts)


def test_the_same_crp_in_another_unit_is_the_same():
    assert causes(**lab(4.2)) == {
        **causes(**lab(0.42, "mg/dL")),
        "inflammation": causes(**lab(4.2))["inflammation"],
    }
    assert x("in_hscrp", **lab(0.42, "mg/dL")) == x("in_hscrp", **lab(4.2)) == 1
