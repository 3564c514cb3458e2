"""What came of a drug is read up to the day another was added: later it is not its doing alone."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from euthymia import assess
from euthymia.engine.findings import TrialFinding
from euthymia.exchange.fhir import read_fhir
from tests.laws.strategies import KNOWLEDGE

TODAY = date(2026, 6, 30)


def order(drug: str, start: str, days: int, sig: str) -> dict[str, Any]:
    return {
        "resourceType": "MedicationDispense",
        "id": f"{drug}-{start}",
        "status": "completed",
        "subject": {"reference": "Patient/p"},
        "medicationCodeableConcept": {"text": drug},
        "whenHandedOver": start,
        "daysSupply": {"value": days, "unit": "d", "code": "d"},
        "dosageInstruction": [{"text": sig}],
    }


def phq9(day: str, total: int) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": f"o-{day}",
        "status": "final",
        "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": "http://loinc.org", "code": "44261-6"}]},
        "effectiveDateTime": day,
        "valueInteger": total,
    }


def judged(*resources: dict[str, Any]) -> dict[str, TrialFinding]:
    lines = "\n".join(
        json.dumps(one) for one in ({"resourceType": "Patient", "id": "p"}, *resources)
    )
    [record] = read_fhir([("p.ndjson", lines.encode())], KNOWLEDGE, as_of=TODAY)
    return {one.trial.drug: one for one in assess(record, KNOWLEDGE).resistance.trials}


SERTRALINE = (
    order("sertraline", "2026-01-01", 90, "Take 100 mg by mouth daily"),
    order("sertraline", "2026-04-01", 91, "Take 100 mg by mouth daily"),
)
BETTER_ONLY_LATER = (phq9("2026-01-01", 20), phq9("2026-03-20", 18), phq9("2026-06-28", 6))


def test_a_drug_that_had_failed_before_another_was_added_has_failed():
    added = order("aripiprazole", "2026-03-20", 100, "Take 5 mg by mouth daily")
    found = judged(*SERTRALINE, added, *BETTER_ONLY_LATER)["sertraline"]

    assert found.improvement_pct == 10
    assert found.judged.failed is not None
    assert found.judged.failed.word == "met"


def test_without_an_addition_the_same_scores_are_a_response():
    found = judged(*SERTRALINE, *BETTER_ONLY_LATER)["sertraline"]

    assert found.improvement_pct == 70
    assert "response_achieved" in found.judged.codes


def test_a_low_dose_for_sleep_is_no_addition_and_nothing_hangs_on_it():
    sleep = order("trazodone", "2026-03-01", 120, "Take 50 mg by mouth at bedtime")
    quetiapine = order("quetiapine", "2026-03-20", 100, "Take 150 mg by mouth daily")
    found = judged(*SERTRALINE, sleep, *BETTER_ONLY_LATER)
    both = judged(*SERTRALINE, sleep, quetiapine, *BETTER_ONLY_LATER)

    assert found["sertraline"].improvement_pct == 70
    assert both["quetiapine"].trial.augments == both["sertraline"].trial.id


def test_the_drug_that_replaces_it_is_no_addition():
    first = order("sertraline", "2026-01-01", 90, "Take 100 mg by mouth daily")
    next_one = order("venlafaxine", "2026-03-16", 100, "Take 150 mg by mouth daily")
    found = judged(first, next_one, phq9("2026-01-01", 20), phq9("2026-03-30", 8))["sertraline"]

    assert found.improvement_pct == 60


def test_what_the_addition_may_have_done_settles_nothing():
    added = order("aripiprazole", "2026-03-20", 100, "Take 5 mg by mouth daily")
    found = judged(*SERTRALINE, added, phq9("2026-01-01", 20), phq9("2026-06-28", 6))["sertraline"]

    assert found.improvement_pct is None
    assert found.judged.failed is not None
    assert found.judged.failed.word == "unknown"
