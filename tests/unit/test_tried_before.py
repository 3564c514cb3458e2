"""An option says what came of the same treatment before."""

from __future__ import annotations

from typing import Any

import pytest

from euthymia.terms import Verdict
from tests.laws.strategies import assessed

FORM: dict[str, Any] = {
    "intake": 1,
    "as_of": "2026-06-30",
    "complete": ["trials", "nondrug_trials"],
    "diagnoses": [{"icd10cm": "F33.2"}],
}


def verdict_of(form: dict[str, Any], option: str, criterion: str) -> Verdict:
    (found,) = (
        graded.finding.verdict
        for one in assessed({**FORM, **form}).options
        if one.therapy.id == option
        for graded in one.findings
        if graded.finding.criterion.id.endswith(criterion)
    )
    return found


def course(**told: Any) -> dict[str, Any]:
    return {"nondrug_trials": [{"id": "n1", "kind": "tms", "sessions": 36, **told}]}


def drug(name: str, **told: Any) -> dict[str, Any]:
    return {"trials": [{"id": "t1", "drug": name, "episode": "current", **told}]}


@pytest.mark.parametrize(
    ("told", "met"),
    [
        (course(improvement_pct=5), Verdict.MET),
        (course(improvement_pct=70), Verdict.NOT_MET),
        (course(scale_change={"instrument": "phq9", "before": 20, "after": 19}), Verdict.MET),
        (course(scale_change={"instrument": "phq9", "before": 20, "after": 5}), Verdict.NOT_MET),
        (course(), Verdict.UNKNOWN),
        ({}, Verdict.NOT_MET),
    ],
)
def test_tms_that_did_not_help_before_asks_for_care(told: dict[str, Any], met: Verdict) -> None:
    assert verdict_of(told, "tms", "earlier_course_without_response") is met


@pytest.mark.parametrize("option", ["ketamine_iv", "esketamine"])
@pytest.mark.parametrize(
    ("told", "met"),
    [
        (drug("esketamine", improvement_pct=10), Verdict.MET),
        (drug("ketamine_iv", stop_reason="intolerance"), Verdict.MET),
        (drug("ketamine_iv", improvement_pct=60), Verdict.NOT_MET),
        (drug("sertraline", improvement_pct=0), Verdict.NOT_MET),
    ],
)
def test_ketamine_that_was_of_no_use_before_asks_for_care_on_both(
    told: dict[str, Any], met: Verdict, option: str
) -> None:
    assert verdict_of(told, option, "earlier_course_without_use") is met
