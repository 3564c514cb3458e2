"""Laws of the causes: what is measured may move a score; what is not never passes for normal."""

from __future__ import annotations

import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from euthymia import assess
from euthymia.engine.assessment import Assessment
from euthymia.engine.findings import DomainFinding
from euthymia.engine.links import tilt_at_most
from euthymia.engine.next_steps import to_measure
from euthymia.engine.scorecards import Scorecard, Values, score, scorecards, shifted
from tests.laws.strategies import KNOWLEDGE, intakes, record_of

CARDS = scorecards(KNOWLEDGE)
X = st.sampled_from([None, 0.0, 0.5, 1.0])


@st.composite
def patterns(draw: st.DrawFn) -> tuple[Scorecard, Values]:
    card = draw(st.sampled_from(CARDS))
    count = len(card.indicators)
    return card, tuple(draw(st.lists(X, min_size=count, max_size=count)))


def of_each_domain(found: Assessment) -> list[DomainFinding]:
    return list(found.causes.domains)


@given(patterns())
def test_no_label_is_given_where_too_little_was_measured(pattern):
    card, values = pattern
    found = score(card, values)

    enough = found.pooled.coverage >= card.cuts.coverage
    assert (found.label == "not_enough_measured") is not enough
    assert not (found.borderline and not enough)


@given(patterns())
def test_a_label_near_a_cut_says_borderline(pattern):
    card, values = pattern
    found = score(card, values)
    nearest = min(abs(found.probability - cut) for cut in (card.cuts.probable, card.cuts.possible))

    if found.label != "not_enough_measured":
        assert found.borderline is (nearest <= card.cuts.borderline)


@given(patterns())
def test_what_was_not_measured_lies_between_all_absent_and_all_present(pattern):
    card, values = pattern
    absent, present = (
        score(card, tuple(x if value is None else value for value in values)).pooled.log_odds
        for x in (0.0, 1.0)
    )

    assert absent <= present + 1e-12


@given(patterns())
def test_every_assumption_is_varied_and_every_indicator_left_out_once(pattern):
    card, values = pattern
    names = [one.name for one in shifted(card, values)]

    for assumption in ("prior_sd", "bias_factor", "contributes_odds_ratio", "overlap"):
        assert names.count(assumption) == 2
    assert names[8:] == [one.id for one in card.indicators]


@given(patterns())
def test_a_larger_smallest_effect_of_interest_never_raises_the_probability(pattern):
    card, values = pattern
    low, high = (
        one.score.probability
        for one in shifted(card, values)
        if one.name == "contributes_odds_ratio"
    )

    assert high <= low


@given(intakes)
def test_every_indicator_not_measured_is_a_question_with_a_change_in_order(form):
    found = assess(record_of(form), KNOWLEDGE)
    steps = to_measure(of_each_domain(found), KNOWLEDGE)
    unmeasured = {
        one.indicator.id
        for domain in of_each_domain(found)
        for one in domain.indicators
        if one.x is None
    }

    assert {step.indicator.id for step in steps if step.indicator} == unmeasured
    assert all(0 <= (step.label_change or 0) <= 1 + 1e-9 for step in steps)
    for first, second in pairwise(steps):
        assert (first.coverage_gain or 0) >= (second.coverage_gain or 0)
    asked = {question.id for question in found.questions}
    assert {step.id for step in steps} <= asked


@given(intakes)
def test_the_scores_are_numbers_and_the_shares_add_up(form):
    for domain in of_each_domain(assess(record_of(form), KNOWLEDGE)):
        pooled = domain.score.pooled
        assert math.isfinite(pooled.odds_ratio)
        assert math.isclose(sum(pooled.shares), pooled.log_odds, abs_tol=1e-12)
        assert 0 <= domain.score.probability <= 1


def test_a_link_tilts_nothing_unless_its_page_lets_it_and_then_little():
    for link in KNOWLEDGE.links.values():
        allowed = 0.15 if link.steer == "yes_weak" else 0.0
        assert tilt_at_most(link, KNOWLEDGE) <= allowed
    assert {link.finds for link in KNOWLEDGE.links.values()} >= {"null", "worse", "better"}


def test_nulls_and_contradictions_stand_beside_what_was_found():
    obese = assess(
        record_of({"intake": 1, "as_of": "2026-11-24", "body": {"bmi_kg_per_m2": 34}}), KNOWLEDGE
    )
    found = {linked.link.finds for linked in obese.causes.links}

    assert {"null", "better", "worse"} <= found


def test_nobody_is_called_probable_by_what_everybody_has():
    for card in CARDS:
        assert score(card, (None,) * len(card.indicators)).label == "not_enough_measured"
