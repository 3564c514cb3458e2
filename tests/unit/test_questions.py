"""Which questions are said to be able to turn the answer."""

from __future__ import annotations

from typing import Any

from euthymia.engine.assessment import Assessment
from tests.laws.strategies import KNOWLEDGE, assessed


def patient(**more: Any) -> Assessment:
    """Two fair trials without effect, and nothing else asked."""
    trials = [
        {
            "id": name,
            "drug": drug,
            "dose_mg": 150,
            "days_at_dose": 56,
            "pdc": 0.95,
            "improvement_pct": 10,
        }
        for name, drug in (("t1", "sertraline"), ("t2", "venlafaxine"))
    ]
    told = {"intake": 1, "as_of": "2026-06-30", "diagnoses": [{"icd10cm": "F33.1"}]}
    return assessed(told | {"trials": trials} | more)


def turning_mimics(found: Assessment) -> set[str]:
    """The mimics that open questions could settle, of those that could turn the answer."""
    return {
        settles.split("/")[2]
        for question in found.questions
        if question.turns_answer
        for settles in question.settles
        if settles.startswith("/mimics/")
    }


def test_no_question_turns_what_is_excluded_already() -> None:
    found = patient(diagnoses=[{"icd10cm": "F31.9"}])

    assert found.resistance.answer == "excluded"
    assert not any(question.turns_answer for question in found.questions)


def test_an_open_correction_that_only_voids_its_own_trial_turns_no_yes() -> None:
    found = patient()
    turning = turning_mimics(found)

    assert found.resistance.answer == "yes"
    assert turning
    assert not any(KNOWLEDGE.mimics[name].voids_only_its_trial for name in turning)


def test_an_open_exclusion_turns_a_no() -> None:
    found = patient(trials=[], complete=["trials"])

    assert found.resistance.answer == "no"
    assert {KNOWLEDGE.mimics[name].kind for name in turning_mimics(found)} == {"exclude"}


def test_of_what_matters_alike_a_person_is_asked_before_a_laboratory() -> None:
    found = patient()
    turning = [one.id for one in found.questions if one.turns_answer]
    by_test = [KNOWLEDGE.facts[name].needs_a_test for name in turning if name in KNOWLEDGE.facts]

    assert {"alcohol_use_disorder_active", "genotype_lowers_exposure"} <= set(turning)
    assert by_test == sorted(by_test)
