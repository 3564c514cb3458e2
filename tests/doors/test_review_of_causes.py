"""What a review found: each sentence once stood for the opposite."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from euthymia import assess
from euthymia.engine.assessment import Assessment
from euthymia.exchange.document import document
from euthymia.exchange.faults import SourceError
from euthymia.exchange.fhir import read_fhir
from euthymia.terms import Verdict
from tests.laws.strategies import KNOWLEDGE, record_of

TODAY = date(2026, 11, 24)


def form(**told: Any) -> Assessment:
    return assess(record_of({"intake": 1, "as_of": TODAY.isoformat(), **told}), KNOWLEDGE)


def fhir(*resources: dict[str, Any]) -> Assessment:
    lines = "\n".join(
        json.dumps(one) for one in ({"resourceType": "Patient", "id": "p"}, *resources)
    )
    [record] = read_fhir([("p.ndjson", lines.encode())], KNOWLEDGE, as_of=TODAY)
    return assess(record, KNOWLEDGE)


def condition(code: str, day: str, category: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": f"{code}-{day}",
        "subject": {"reference": "Patient/p"},
        "category": [{"coding": [{"code": category}]}],
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code}]},
        "recordedDate": day,
        **more,
    }


def measure(loinc: str, day: str, value: float, unit: str) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": f"{loinc}-{day}",
        "status": "final",
        "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": "http://loinc.org", "code": loinc}]},
        "effectiveDateTime": day,
        "valueQuantity": {"value": value, "unit": unit, "code": unit},
    }


def x(found: Assessment, indicator: str) -> float | None:
    return next(
        one.x
        for domain in found.causes.domains
        for one in domain.indicators
        if one.indicator.id == indicator
    )


@pytest.mark.parametrize("code", ["T43.222A", "T39.1X2A", "T71.162A", "T43.92XA"])
def test_poisoning_on_purpose_is_a_suicide_attempt(code):
    found = form(diagnoses=[{"icd10cm": code, "onset": "2026-11-20"}]).safety.findings[0]

    assert (found.id, found.verdict) == ("suicidality_attempt_coded", Verdict.MET)


@pytest.mark.parametrize("code", ["T43.221A", "T39.1X1A", "T43.225A"])
def test_poisoning_by_accident_or_a_side_effect_is_none(code):
    found = form(diagnoses=[{"icd10cm": code, "onset": "2026-11-20"}]).safety.findings

    assert [one.id for one in found if one.verdict is Verdict.MET] == []


def test_a_trial_that_ended_in_remission_is_no_certain_failure():
    well = [
        {
            "id": name,
            "drug": drug,
            "dose_mg": dose,
            "days_at_dose": 70,
            "pdc": 0.95,
            "episode": "current",
            "scale_change": {"instrument": "phq9", "before": 4, "after": 4},
        }
        for name, drug, dose in (("t1", "sertraline", 150), ("t2", "venlafaxine", 225))
    ]
    found = form(complete=["trials"], trials=well, diagnoses=[{"icd10cm": "F33.1"}])

    assert found.resistance.answer == "not_assessable"
    assert any("remission" in one.what for one in found.quality.doubts)


@pytest.mark.parametrize(
    ("code", "indicator"),
    [
        ("F41.9", "nt_anxious_features"),
        ("G47.00", "np_insomnia"),
        ("F43.10", "ps_ptsd"),
        ("F34.1", "np_episode_chronicity"),
    ],
)
def test_a_visit_of_years_ago_says_nothing_of_today(code, indicator):
    old = fhir(condition(code, "2012-03-01", "encounter-diagnosis"))
    new = fhir(condition(code, "2026-10-01", "encounter-diagnosis"))

    assert (x(old, indicator), x(new, indicator)) == (None, 1)


LISTED = {
    "onsetDateTime": "2012-01-01",
    "clinicalStatus": {"coding": [{"code": "active"}]},
}


def test_an_entry_never_closed_tells_no_length_where_the_patient_was_well_since():
    entry = condition("F32.1", "2012-01-01", "problem-list-item", **LISTED)
    well = measure("44261-6", "2019-05-01", 2, "{score}")
    other = condition("F32.2", "2026-09-01", "encounter-diagnosis")

    assert x(fhir(entry), "np_episode_chronicity") == 1
    assert x(fhir(entry, well), "np_episode_chronicity") is None
    assert x(fhir(entry, other), "np_episode_chronicity") is None


def test_the_weight_of_today_counts_and_an_index_of_years_ago_does_not():
    old = measure("39156-5", "2015-01-01", 22, "kg/m2")
    height = measure("8302-2", "2011-01-01", 170, "cm")
    weight = measure("29463-7", "2026-11-01", 100, "kg")

    assert x(fhir(old, height, weight), "in_bmi") == 1
    assert x(fhir(old), "in_bmi") is None


def test_a_value_set_aside_lets_the_next_source_speak():
    labs = [
        {"loinc": "30522-7", "value": 14, "unit": "mg/L", "date": "2026-02-01"},
        {"loinc": "1988-5", "value": 5, "unit": "mg/L", "date": "2026-11-20"},
    ]
    ptsd = {"scales": [{"instrument": "pcl5", "total": 32, "date": "2026-11-20"}]}

    assert x(form(labs=labs), "in_hscrp") == 1
    assert x(form(**ptsd, diagnoses=[{"icd10cm": "F43.10"}]), "ps_ptsd") == 1


def test_dropping_an_indicator_takes_it_out_of_the_model():
    """By the model's own arithmetic: without the open, elicited anhedonia anxiety is probable."""
    anxious = form(context={"anxious_distress": True}).causes.domains[0]
    flips = {one.name: one.score for one in anxious.flips}

    assert flips["nt_anhedonia"].label == "probable"
    assert flips["nt_anhedonia"].probability == pytest.approx(0.884, abs=0.001)


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ({"patient": {"age_years": 40}, "episode": {"first_onset_age_years": 60}}, "first_onset"),
        ({"patient": {"age_years": 30}, "episode": {"months": 600}}, "episode.months"),
        ({"body": {"bmi_kg_per_m2": 400}}, "body.bmi_kg_per_m2"),
        ({"body": {"weight_kg": 250, "height_cm": 100}}, "body.weight_kg"),
    ],
)
def test_what_cannot_be_is_an_error_with_its_place(told, place):
    with pytest.raises(SourceError, match=place):
        form(**told)


def test_every_source_named_in_the_answer_is_in_its_evidence():
    found = document(form(tms={"protocol": "itbs_600"}, body={"bmi_kg_per_m2": 33}))
    named: set[str] = set()

    def collect(part: Any) -> None:
        if isinstance(part, dict):
            named.update(part.get("sources", []))
            for one in part.values():
                collect(one)
        elif isinstance(part, list):
            for one in part:
                collect(one)

    collect({name: part for name, part in found.items() if name != "evidence"})
    assert named <= set(found["evidence"])
    assert "threed-2018" in found["evidence"]
