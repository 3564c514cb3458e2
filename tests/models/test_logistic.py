"""The regression finds what was planted, and says so where it cannot."""

from __future__ import annotations

import numpy as np
import pytest

from euthymia.models.logistic import fit

FLAT = np.array([np.inf, np.inf])


def cohort(seed: int, people: int, effect: float):
    chance = np.random.default_rng(seed)
    columns = np.column_stack((np.ones(people), chance.random(people) < 0.4)).astype(float)
    odds = np.exp(columns @ np.array([-0.3, effect]))
    return columns, (chance.random(people) < odds / (1 + odds)).astype(float)


def test_one_yes_or_no_column_gives_the_odds_ratio_of_the_table():
    columns, outcomes = cohort(1, 2000, 0.7)
    found = fit(columns, outcomes, np.zeros(2), FLAT)
    exposed = columns[:, 1] == 1
    counts = [
        [(outcomes[group] == answer).sum() for answer in (1, 0)] for group in (exposed, ~exposed)
    ]
    (a, b), (c, d) = counts

    assert found.coefficients[1] == pytest.approx(np.log(a * d / (b * c)), abs=1e-8)
    assert found.standard_errors[1] == pytest.approx(np.sqrt(1 / a + 1 / b + 1 / c + 1 / d))


def test_planted_effects_lie_in_nearly_all_intervals():
    inside = [
        low <= 0.5 <= high
        for seed in range(200)
        for low, high in [fit(*cohort(seed, 800, 0.5), np.zeros(2), FLAT).intervals_95[1]]
    ]

    assert 0.90 <= np.mean(inside) <= 0.99


def test_a_firm_prior_holds_against_few_people():
    columns, outcomes = cohort(3, 20, 2.0)
    free = fit(columns, outcomes, np.zeros(2), np.array([np.inf, 10.0]))
    firm = fit(columns, outcomes, np.array([0.0, 0.2]), np.array([np.inf, 0.05]))

    assert abs(firm.coefficients[1] - 0.2) < 0.05 < abs(free.coefficients[1] - 0.2)


def test_a_column_that_tells_all_is_refused_without_a_prior():
    columns = np.column_stack((np.ones(20), np.repeat([0.0, 1.0], 10)))
    with pytest.raises((ValueError, np.linalg.LinAlgError)):
        fit(columns, np.repeat([0.0, 1.0], 10), np.zeros(2), FLAT)
