"""What counts as one failure, and that more failures never make less resistance."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from euthymia.engine.assessment import Assessment
from euthymia.engine.exposure import at_least
from euthymia.engine.staging import STAGES
from euthymia.terms import Count, Verdict
from tests.laws.strategies import (
    ANTIDEPRESSANTS,
    AUGMENTERS,
    KNOWLEDGE,
    TODAY,
    Form,
    assessed,
    intakes,
    thoroughly,
    trials,
)

EXCLUDING = ("F31.9", "F20.0", "F03.90")
LABELS = ("fda_ema", "eu_pearl below 25 %", "eu_pearl below 50 %", "athf_style")
BY_CLASS: dict[str, str] = {
    page.thase_rush_class: key
    for key in ANTIDEPRESSANTS
    if (page := KNOWLEDGE.drugs[key]).thase_rush_class and not page.counts_as
}
"""For each class of Thase-Rush one agent that stands for it."""


def failed(drug: str, name: str | None = None, **more: Any) -> Form:
    """A trial that certainly failed under every rule set: high dose, long, taken, no effect."""
    page = KNOWLEDGE.drugs[drug]
    enough = max(figure.value for figure in page.minimum.values())
    return {
        "id": name or f"of_{drug}",
        "drug": drug,
        "dose_mg": enough,
        "days_at_dose": 84,
        "pdc": 1,
        "improvement_pct": 0,
        "stop_reason": "lack_of_efficacy",
        "episode": "current",
        **more,
    }


def patient(told: Sequence[Form], **more: Any) -> Form:
    """Somebody with a depressive episode whose trials are all listed."""
    return {
        "intake": 1,
        "as_of": TODAY.isoformat(),
        "complete": ["diagnoses", "trials", "nondrug_trials"],
        "diagnoses": [{"icd10cm": "F33.2"}],
        "episode": {"months": 9, "severity": "moderate"},
        "trials": list(told),
        **more,
    }


def counts(assessment: Assessment) -> dict[str, Count]:
    found = assessment.resistance
    return {
        "fda_ema": found.fda_ema.failed,
        "eu_pearl below 25 %": found.eu_pearl.failed_below_25_pct,
        "eu_pearl below 50 %": found.eu_pearl.failed_below_50_pct,
        "athf_style": found.athf_style.failed,
        "atrq": found.atrq.failed,
        "msm": found.msm.failed,
    }


def exactly(number: int) -> Count:
    return Count(number, number)


# ---------------------------------------------------------------- one drug, a pair, an addition


@pytest.mark.parametrize("drug", ANTIDEPRESSANTS)
def test_a_fair_trial_of_any_antidepressant_without_effect_is_one_failure(drug: str) -> None:
    """Guards the laws below: a trial that never counts would satisfy most of them."""
    found = counts(assessed(patient([failed(drug)])))

    assert set(found.values()) == {exactly(1)}


@given(st.sampled_from(ANTIDEPRESSANTS), st.integers(1, 4))
def test_one_drug_counts_once_however_often_it_failed(drug: str, times: int) -> None:
    courses = [failed(drug, f"t{number}") for number in range(times)]

    assert set(counts(assessed(patient(courses))).values()) == {exactly(1)}


different = st.lists(
    st.sampled_from(sorted(BY_CLASS.values())), min_size=2, max_size=5, unique=True
)


@given(different)
def test_different_drugs_count_one_each(drugs: list[str]) -> None:
    found = counts(assessed(patient([failed(drug) for drug in drugs])))

    assert set(found.values()) == {exactly(len(drugs))}


@given(different)
def test_a_pair_started_together_counts_once_for_the_label_and_twice_for_the_msm(
    drugs: list[str],
) -> None:
    pair = [failed(drug, combination="pair") for drug in drugs[:2]]
    single = [failed(drug) for drug in drugs[2:]]
    found = counts(assessed(patient([*pair, *single])))

    assert {found[name] for name in (*LABELS, "atrq")} == {exactly(1 + len(single))}
    assert found["msm"] == exactly(2 + len(single))


@thoroughly
@given(intakes.filter(lambda form: form.get("trials")), st.sampled_from(AUGMENTERS), st.data())
def test_what_is_added_to_a_drug_never_raises_a_count_of_the_label(
    form: Form, drug: str, data: st.DataObject
) -> None:
    bases = [trial["id"] for trial in form["trials"] if "augments" not in trial]
    added = failed(drug, "added", augments=data.draw(st.sampled_from(bases)))
    before = counts(assessed(form))
    after = counts(assessed(form | {"trials": [*form["trials"], added]}))

    assert {name: after[name] for name in (*LABELS, "msm")} == {
        name: before[name] for name in (*LABELS, "msm")
    }


# ---------------------------------------------------------------- more failures, never less


def stage(assessment: Assessment) -> int:
    found = assessment.resistance.thase_rush.stage
    assert found is not None
    return STAGES.index(found)


@given(st.sets(st.sampled_from(sorted(BY_CLASS))), st.sets(st.sampled_from(sorted(BY_CLASS))))
def test_the_thase_rush_stage_never_falls_as_more_classes_fail(
    classes: set[str], more: set[str]
) -> None:
    fewer = assessed(patient([failed(BY_CLASS[name]) for name in sorted(classes)]))
    all_of_them = assessed(patient([failed(BY_CLASS[name]) for name in sorted(classes | more)]))

    assert stage(fewer) <= stage(all_of_them)
    assert set(fewer.resistance.thase_rush.classes_failed) == classes


def test_each_stage_of_thase_rush_is_reached_in_its_order() -> None:
    steps = ["SSRI", "SNRI", "TCA", "MAOI"]
    reached = [
        stage(assessed(patient([failed(BY_CLASS[name]) for name in steps[:number]])))
        for number in range(len(steps) + 1)
    ]

    assert reached == [0, 1, 2, 3, 4]


@st.composite
def with_one_more(draw: DrawFn) -> tuple[Form, Form]:
    """A patient, and the same with one more certain failure, of a class not tried so far.

    Certain: no well period is told that would leave open to which episode it belongs.
    """
    form: Form = draw(intakes) | {"trials": [draw(trials(f"t{n}")) for n in range(1, 4)]}
    form.get("episode", {}).pop("longest_well_period_days", None)
    pages = [KNOWLEDGE.drugs.get(one["drug"]) for one in form["trials"]]
    tried = {page.thase_rush_class for page in pages if page and page.thase_rush_class}
    new = draw(st.sampled_from(sorted(set(BY_CLASS) - tried)))
    more = failed(BY_CLASS[new], "more")
    return form, form | {"trials": [*form["trials"], more]}


@thoroughly
@given(with_one_more())
def test_one_more_certain_failure_of_a_new_class_never_lowers_a_count_or_a_stage(
    both: tuple[Form, Form],
) -> None:
    before, after = (_scales_of_resistance(assessed(form)) for form in both)
    lowered = {
        name: (before[name], after[name])
        for name in before.keys() & after.keys()
        if after[name] < before[name]
    }

    assert lowered == {}


def _scales_of_resistance(assessment: Assessment) -> dict[str, float]:
    """Every count, stage and score that is known; the higher, the more resistant."""
    found = assessment.resistance
    known: dict[str, float | None] = {
        "thase_rush": STAGES.index(found.thase_rush.stage) if found.thase_rush.stage else None,
        "msm": found.msm.total,
        "msm failures": found.msm.failures,
        "mgh_s": found.mgh_s.score,
        "dm_trd at least": found.dm_trd.total_at_least,
        "dm_trd at most": found.dm_trd.total_at_most,
    }
    for name, count in counts(assessment).items():
        known[f"{name} at least"] = count.at_least
        known[f"{name} at most"] = count.at_most
    return {name: number for name, number in known.items() if number is not None}


@given(with_one_more())
def test_one_more_certain_failure_raises_each_count_by_one(both: tuple[Form, Form]) -> None:
    before, after = (counts(assessed(form)) for form in both)

    assert {name: count.at_least - before[name].at_least for name, count in after.items()} == (
        dict.fromkeys(after, 1)
    )


# ---------------------------------------------------------------- exclusion


@given(intakes, st.sampled_from(EXCLUDING))
def test_an_exclusion_says_no_to_the_label_and_leaves_the_counts(form: Form, code: str) -> None:
    excluding = {"icd10cm": code}
    before = assessed(form)
    after = assessed(form | {"diagnoses": [*form.get("diagnoses", []), excluding]})

    assert after.resistance.answer == "excluded"
    assert after.resistance.fda_ema.verdict is Verdict.NOT_MET
    assert after.resistance.eu_pearl.group == "excluded"
    assert (after.resistance.msm.scorable, after.resistance.msm.total) == (False, None)
    assert counts(after) == counts(before)


# ---------------------------------------------------------------- how many were truly adequate


@given(st.lists(st.floats(0, 1), max_size=6), st.integers(1, 4))
def test_the_chance_of_enough_adequate_failures_is_that_of_all_ways_it_can_come_about(
    chances: list[float], needed: int
) -> None:
    ways = product((True, False), repeat=len(chances))
    enough = sum(
        prod(chance if is_so else 1 - chance for chance, is_so in zip(chances, way, strict=True))
        for way in ways
        if sum(way) >= needed
    )

    assert at_least(needed, chances) == pytest.approx(enough)
