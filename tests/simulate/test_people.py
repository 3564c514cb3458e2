"""Who the synthetic patients are: prevalences, correlations, planted effects."""

from __future__ import annotations

from functools import cache

import msgspec
import numpy as np
import pytest

from euthymia.simulate.people import Column, draw_columns, draw_people, indicators_of
from euthymia.simulate.world import Causes, Variable, world

MANY = 60_000
MEAN_X = {
    "nt_anxious_features": 0.53,
    "nt_anhedonia": 0.50,
    "np_episode_chronicity": 0.45,
    "np_number_episodes": 0.50,
    "np_age_onset": 0.30,
    "np_executive_cognition": 0.25,
    "np_insomnia": 0.60,
    "in_hscrp": 0.45,
    "in_bmi": 0.35,
    "in_il6_tnf": 0.35,
    "ps_childhood_trauma": 0.46,
    "ps_unemployment": 0.30,
    "ps_housing": 0.10,
    "ps_social_support": 0.25,
    "ps_ptsd": 0.20,
    "ps_conflict_criticism": 0.30,
}
"""As the causes page gives them."""
RHO = {
    "neurotransmitter": 0.20,
    "neuroplasticity": 0.25,
    "inflammation": 0.35,
    "psychosocial": 0.25,
}


@cache
def drawn() -> tuple[dict[str, Column], dict[str, Column]]:
    columns = draw_columns(world(), np.random.default_rng(0), MANY)
    return columns, indicators_of(columns, world())


def ranks(column: Column) -> Column:
    return np.argsort(np.argsort(column)).astype(float)


@pytest.mark.parametrize("name", MEAN_X)
def test_each_indicator_is_about_as_frequent_as_the_causes_page_says(name: str) -> None:
    _, x = drawn()
    assert x[name].mean() == pytest.approx(MEAN_X[name], abs=0.03)


@pytest.mark.parametrize("domain", RHO)
def test_indicators_of_a_domain_go_together_as_much_as_assumed(domain: str) -> None:
    _, x = drawn()
    names = list(world().planted.effect[domain])
    together = np.corrcoef(np.array([x[name] for name in names]))
    pairs = together[np.triu_indices(len(names), 1)]
    assert pairs.mean() == pytest.approx(RHO[domain], abs=0.03)
    assert pairs.min() > 0.1


def test_weight_drives_crp_and_trauma_drives_weight() -> None:
    columns, _ = drawn()
    with_crp = np.corrcoef(ranks(columns["bmi"]), ranks(columns["crp"]))[0, 1]
    with_trauma = np.corrcoef(ranks(columns["ace"]), ranks(columns["bmi"]))[0, 1]
    assert with_crp == pytest.approx(0.45, abs=0.05), "0.45 in NHANES among the depressed"
    assert 0.03 < with_trauma < 0.25


def test_nobody_fell_ill_after_today_or_before_the_episode_began() -> None:
    columns, _ = drawn()
    assert (columns["onset_age"] <= columns["age"]).all()
    single = columns["episodes"] == 1
    began = columns["age"] - columns["months"] / 12
    apart = (began - columns["onset_age"])[single & (began > 7)]
    assert apart.min() >= 0
    assert apart.max() < 1


def test_the_predictor_is_the_planted_sum() -> None:
    planted = world()
    for person in draw_people(planted, np.random.default_rng(3), 0, 50):
        added = sum(theta * person.indicators[name] for name, theta in planted.thetas.items())
        expected = planted.planted.intercept + added + person.unmeasured
        assert person.predictor == pytest.approx(expected)


def test_a_domain_planted_to_do_nothing_does_nothing() -> None:
    planted = world()
    nothing = planted.without("inflammation")
    assert set(nothing.planted.effect["inflammation"].values()) == {0.0}
    assert nothing.planted.effect["psychosocial"] == planted.planted.effect["psychosocial"]
    people = draw_people(nothing, np.random.default_rng(3), 0, 200)
    for person in people:
        added = sum(
            theta * person.indicators[name]
            for domain, effects in planted.planted.effect.items()
            if domain != "inflammation"
            for name, theta in effects.items()
        )
        assert person.predictor == pytest.approx(
            added + planted.planted.intercept + person.unmeasured
        )


def test_an_unknown_domain_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="neurotransmitter"):
        world().without("serotonin")


def test_what_is_later_never_causes_what_is_earlier() -> None:
    backwards = Causes(
        status="assumption",
        source="a test",
        variable=(Variable("crp", 3), Variable("trauma", 0, {"crp": 0.2})),
    )
    with pytest.raises(ValueError, match="later tier"):
        _ = backwards.chance


def test_every_group_of_the_page_has_a_status_and_a_source() -> None:
    page = msgspec.to_builtins(world())
    groups = [part for name, part in page.items() if name not in ("review", "marginal")]
    for group in [*groups, *page["marginal"].values()]:
        assert group["status"]
        assert len(group["source"]) > 10
