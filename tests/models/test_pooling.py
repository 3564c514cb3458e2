"""Pooling effects: the worked examples by hand, and the laws that hold for any numbers."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from euthymia.models.monte_carlo import draw
from euthymia.models.pooling import Effect, Pooled, Shrunk, overlap, pool, shrink, spread

OMEGA = 0.35
TAU = {"high": 0.05, "moderate": 0.15, "low": 0.30, "very_low": 0.50}
DELTA = math.log(1.20)

# log-odds, standard error, grade, mean and variance of x; then kappa, m and v of the worked table
TABLE = {
    "anxious": (0.4472, 0.0753, "moderate", 0.53, 0.249, 0.8130, 0.3636, 0.02290),
    "anhedonia": (0.3365, 0.2280, "very_low", 0.50, 0.25, 0.2886, 0.0971, 0.08715),
    "chronicity": (0.4055, 0.2069, "low", 0.45, 0.18, 0.4798, 0.1946, 0.06372),
    "episodes": (0.4055, 0.2000, "low", 0.50, 0.25, 0.4851, 0.1967, 0.06307),
    "onset": (0.6931, 0.2500, "low", 0.30, 0.21, 0.4455, 0.3087, 0.06793),
    "cognition": (0.5441, 0.3500, "low", 0.25, 0.15, 0.3657, 0.1990, 0.07771),
    "insomnia": (0.4813, 0.1619, "moderate", 0.60, 0.24, 0.7155, 0.3444, 0.03485),
    "hscrp": (0.3090, 0.1381, "low", 0.45, 0.15, 0.5290, 0.1635, 0.05770),
    "bmi": (0.3470, 0.1735, "low", 0.35, 0.2275, 0.5049, 0.1752, 0.06064),
    "il6": (0.2624, 0.1906, "very_low", 0.35, 0.2275, 0.2996, 0.0786, 0.08579),
    "trauma": (0.3577, 0.1275, "low", 0.46, 0.248, 0.5355, 0.1915, 0.05690),
    "unemployment": (0.5247, 0.2385, "moderate", 0.30, 0.21, 0.6068, 0.3184, 0.04817),
    "housing": (0.4383, 0.2000, "low", 0.10, 0.09, 0.4851, 0.2126, 0.06307),
    "support": (0.3319, 0.1261, "moderate", 0.25, 0.1875, 0.7613, 0.2527, 0.02924),
    "ptsd": (0.4055, 0.2606, "very_low", 0.20, 0.16, 0.2781, 0.1128, 0.08843),
    "criticism": (0.4700, 0.2438, "very_low", 0.30, 0.21, 0.2836, 0.1333, 0.08776),
}
TRANSMITTER = ("anxious", "anhedonia")
PLASTICITY = ("chronicity", "episodes", "onset", "cognition", "insomnia")
INFLAMMATION = ("hscrp", "bmi", "il6")
PSYCHOSOCIAL = ("trauma", "unemployment", "housing", "support", "ptsd", "criticism")


def shrunk(name: str) -> Shrunk:
    log_odds, se, grade, mean_x, var_x, *_ = TABLE[name]
    return shrink(Effect(log_odds, se, TAU[grade], mean_x, var_x), OMEGA)


def domain(names: tuple[str, ...], rho: float, **x: float) -> Pooled:
    return pool([shrunk(name) for name in names], [x.get(name) for name in names], rho)


@pytest.mark.parametrize("name", TABLE)
def test_each_effect_is_shrunk_as_in_the_worked_table(name):
    kept, mean, variance = TABLE[name][5:]
    found = shrunk(name)

    assert found.mean / TABLE[name][0] == pytest.approx(kept, abs=5e-5)
    assert found.mean == pytest.approx(mean, abs=5e-5)
    assert found.variance == pytest.approx(variance, abs=5e-6)


# ---------------------------------------------------------------- the worked examples E1 to E6

EXAMPLES = {
    "E1 raised CRP and obesity": (
        domain(INFLAMMATION, 0.35, hscrp=1, bmi=1),
        (0.2465, 0.2561, 1.28, 0.77, 2.11, 0.599, 0.887, 0.1510, 0.1757),
    ),
    "E2 CRP set aside": (
        domain(INFLAMMATION, 0.35, bmi=1),
        (0.2094, 0.2524, 1.23, 0.75, 2.02, 0.543, 0.563, 0.1139, None),
    ),
    "E3 psychosocial load": (
        domain(PSYCHOSOCIAL, 0.25, trauma=1, unemployment=1, support=1, ptsd=0, housing=0),
        (0.3829, 0.1921, 1.47, 1.01, 2.14, 0.852, 0.929, 0.2360, 0.1399),
    ),
    "E4 anxious": (
        domain(TRANSMITTER, 0.20, anxious=1),
        (0.3719, 0.2257, 1.45, 0.93, 2.26, 0.7996, 0.933, 0.1709, 0.1477),
    ),
    "E5 nothing recorded": (
        domain(PLASTICITY, 0.25),
        (0.2675, 0.2148, 1.307, 0.86, 1.99, 0.654, 0.0, 0.0, 0.182),
    ),
    "E6 plasticity complete": (
        domain(PLASTICITY, 0.25, chronicity=1, episodes=1, onset=0, cognition=0, insomnia=1),
        (0.3678, 0.2010, 1.45, 0.97, 2.14, 0.822, 1.0, 0.1004, 0.1136),
    ),
}


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_worked_example_holds(example):
    found, (log_odds, sd, ratio, low, high, probability, coverage, shift, shift_sd) = EXAMPLES[
        example
    ]

    assert found.log_odds == pytest.approx(log_odds, abs=0.0002)
    assert found.sd == pytest.approx(sd, abs=0.0002)
    assert found.odds_ratio == pytest.approx(ratio, abs=0.006)
    assert found.interval_95 == pytest.approx((low, high), abs=0.006)
    assert found.exceeds(DELTA) == pytest.approx(probability, abs=0.0006)
    assert found.coverage == pytest.approx(coverage, abs=0.0006)
    assert found.shift == pytest.approx(shift, abs=0.0002)
    if shift_sd is not None:
        assert found.shift_sd == pytest.approx(shift_sd, abs=0.0002)


@pytest.mark.parametrize(
    ("names", "rho", "base"),
    [
        (TRANSMITTER, 0.20, 0.530),
        (PLASTICITY, 0.25, 0.654),
        (INFLAMMATION, 0.35, 0.305),
        (PSYCHOSOCIAL, 0.25, 0.419),
    ],
)
def test_the_probability_with_nothing_known_is_the_base(names, rho, base):
    assert domain(names, rho).exceeds(DELTA) == pytest.approx(base, abs=0.0006)


# ---------------------------------------------------------------- against chance


@pytest.mark.parametrize("example", EXAMPLES)
def test_drawing_by_chance_gives_the_same_mean_and_spread(example):
    found, _ = EXAMPLES[example]
    names, rho, x = SETUPS[example]
    drawn = draw(
        [shrunk(name) for name in names], [x.get(name) for name in names], rho, draws=400_000
    )

    assert drawn.log_odds == pytest.approx(found.log_odds, abs=0.005)
    assert drawn.sd == pytest.approx(found.sd, abs=0.005)
    close = 0.01 if len(x) == len(names) else 0.04
    assert drawn.exceeds(DELTA) == pytest.approx(found.exceeds(DELTA), abs=close)


SETUPS = {
    "E1 raised CRP and obesity": (INFLAMMATION, 0.35, {"hscrp": 1, "bmi": 1}),
    "E2 CRP set aside": (INFLAMMATION, 0.35, {"bmi": 1}),
    "E3 psychosocial load": (
        PSYCHOSOCIAL,
        0.25,
        {"trauma": 1, "unemployment": 1, "support": 1, "ptsd": 0, "housing": 0},
    ),
    "E4 anxious": (TRANSMITTER, 0.20, {"anxious": 1}),
    "E5 nothing recorded": (PLASTICITY, 0.25, {}),
    "E6 plasticity complete": (
        PLASTICITY,
        0.25,
        {"chronicity": 1, "episodes": 1, "onset": 0, "cognition": 0, "insomnia": 1},
    ),
}


def test_the_same_seed_draws_the_same():
    effects = [shrunk(name) for name in INFLAMMATION]
    once, again, other = (draw(effects, [1, None, 0], 0.35, seed=seed) for seed in (1, 1, 2))

    assert np.array_equal(once.association, again.association)
    assert not np.array_equal(once.association, other.association)


def test_a_correlation_that_is_itself_uncertain_widens_the_score_and_little_else():
    effects = [shrunk(name) for name in PLASTICITY]
    fixed = draw(effects, [1] * 5, 0.25, draws=200_000)
    drawn = draw(effects, [1] * 5, 0.25, draws=200_000, correlation_weight=20)

    assert fixed.sd < drawn.sd < 1.3 * fixed.sd


# ---------------------------------------------------------------- laws

CHANCE = st.floats(0.05, 0.95)
EFFECTS = st.builds(
    Effect,
    log_odds=st.floats(-1, 1),
    se=st.floats(0.02, 0.6),
    bias_sd=st.sampled_from(sorted(TAU.values())),
    mean_x=CHANCE,
    var_x=st.just(0.0),
).map(
    lambda one: Effect(one.log_odds, one.se, one.bias_sd, one.mean_x, one.mean_x * (1 - one.mean_x))
)
DOMAINS = st.lists(EFFECTS, min_size=1, max_size=6).map(
    lambda effects: tuple(shrink(one, OMEGA) for one in effects)
)
X = st.one_of(st.none(), st.sampled_from([0.0, 0.5, 1.0]))
RHO = st.floats(0.0, 0.6)


@st.composite
def scored(draw_from) -> tuple[tuple[Shrunk, ...], list[float | None], float]:
    effects = draw_from(DOMAINS)
    values = draw_from(st.lists(X, min_size=len(effects), max_size=len(effects)))
    return effects, values, draw_from(RHO)


@given(scored(), st.data())
def test_raising_an_indicator_that_worsens_never_lowers_the_score(situation, data):
    effects, values, rho = situation
    place = data.draw(st.integers(0, len(values) - 1))
    low, high = sorted(data.draw(st.tuples(st.floats(0, 1), st.floats(0, 1))))
    assume(effects[place].mean >= 0)
    less, more = (
        pool(effects, [*values[:place], x, *values[place + 1 :]], rho) for x in (low, high)
    )

    assert more.log_odds >= less.log_odds - 1e-12


@given(scored(), st.data())
def test_hiding_a_value_never_raises_coverage(situation, data):
    effects, values, rho = situation
    place = data.draw(st.integers(0, len(values) - 1))
    hidden = pool(effects, [*values[:place], None, *values[place + 1 :]], rho)

    assert hidden.coverage <= pool(effects, values, rho).coverage + 1e-12


@given(DOMAINS, RHO)
def test_with_nothing_measured_there_is_no_shift_and_no_coverage(effects, rho):
    found = pool(effects, [None] * len(effects), rho)

    assert (found.shift, found.coverage) == (0.0, 0.0)


@given(DOMAINS, RHO)
def test_with_every_indicator_absent_there_is_no_association_and_no_doubt(effects, rho):
    found = pool(effects, [0.0] * len(effects), rho)

    assert (found.log_odds, found.sd) == (0.0, 0.0)
    assert found.exceeds(DELTA) == 0.0


@given(scored())
def test_the_shares_add_up_to_the_score(situation):
    found = pool(*situation)

    assert sum(found.shares) == pytest.approx(found.log_odds, abs=1e-12)
    assert 0 <= found.coverage <= 1 + 1e-12
    assert 0 <= found.exceeds(DELTA) <= 1


@given(scored(), st.permutations(range(6)))
def test_the_order_of_the_indicators_changes_nothing(situation, order):
    effects, values, rho = situation
    places = [place for place in order if place < len(effects)]
    found = pool(effects, values, rho)
    other = pool([effects[one] for one in places], [values[one] for one in places], rho)

    assert other.log_odds == pytest.approx(found.log_odds, abs=1e-12)
    assert other.sd == pytest.approx(found.sd, abs=1e-12)


@given(st.integers(1, 12), RHO)
def test_overlap_only_ever_takes_away(count, rho):
    assert 0 < overlap(count, rho) <= 1
    assert overlap(count + 1, rho) <= overlap(count, rho)


@given(CHANCE, CHANCE)
def test_what_may_be_found_has_the_mean_and_variance_it_was_made_for(mean, part):
    variance = mean * (1 - mean) * (0.5 + part / 2)
    half = 4 * (mean * (1 - mean) - variance)
    assume(half / 2 <= mean <= 1 - half / 2)
    points = spread(mean, variance)

    assert sum(chance for _, chance in points) == pytest.approx(1)
    assert sum(x * chance for x, chance in points) == pytest.approx(mean)
    found = sum(x * x * chance for x, chance in points) - mean**2
    assert found == pytest.approx(variance, abs=1e-9)


def test_a_measurement_as_expected_can_still_lower_the_score_a_little():
    """Documented, not a fault: one more measured indicator shares what they overlap in."""
    effects = [shrunk(name) for name in INFLAMMATION]
    before, after = pool(effects, [1, 1, None], 0.35), pool(effects, [1, 1, 0.35], 0.35)

    assert after.log_odds < before.log_odds
    assert before.log_odds - after.log_odds < 0.05


# ---------------------------------------------------------------- calibration (short; the long one
# is benchmarks/calibration.py, whose figures stand in docs/causes.md)


@pytest.mark.parametrize("grade", TAU)
def test_ninety_five_percent_intervals_cover_about_ninety_five_percent(grade):
    chance = np.random.default_rng(7)
    draws = 20_000
    truth = chance.normal(0, OMEGA, draws)
    seen = truth + chance.normal(0, TAU[grade], draws) + chance.normal(0, 0.2, draws)
    posterior = [shrink(Effect(one, 0.2, TAU[grade], 0.5, 0.25), OMEGA) for one in seen]
    inside = [
        abs(true - one.mean) <= 1.959964 * math.sqrt(one.variance)
        for true, one in zip(truth, posterior, strict=True)
    ]

    assert 0.94 <= np.mean(inside) <= 0.96


def test_every_pattern_of_a_domain_gives_a_number():
    effects = [shrunk(name) for name in INFLAMMATION]
    for values in product((None, 0.0, 0.5, 1.0), repeat=3):
        assert math.isfinite(pool(effects, values, 0.35).exceeds(DELTA))
