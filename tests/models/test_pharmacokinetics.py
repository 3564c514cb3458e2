"""The infusion models: other programs, a matrix exponential, and the laws of linear kinetics."""

from __future__ import annotations

import csv
import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from numpy.typing import NDArray

from euthymia.exchange.kinetics import rates_of, uptake_of
from euthymia.library import shipped
from euthymia.models import infusion, nasal, pharmacokinetics
from euthymia.models.infusion import Flows, Program, Rates, Stretch, modes, steady

Array = NDArray[np.float64]

PUMP = steady(35, 40)
DOMINO = Rates(4.41, 0.438, (0.592, 0.590), (0.247, 0.0146))
# 35 mg over 40 minutes at 70 kg, by the matrix exponential of this file: minute, ng/mL
BY_HAND = {
    "domino": {5: 155.353623, 20: 209.607259, 40: 240.359605, 45: 91.426092, 120: 35.839475},
    "clements": {5: 33.198136, 20: 109.479524, 40: 177.313276, 45: 157.393621, 120: 58.834227},
    "hijazi": {40: 225.343546},
}
PROGRAM_OF = {"Domino": "domino", "Clements250": "clements", "Hijazi": "hijazi"}


def exponential(matrix: Array) -> Array:
    """Scaling and squaring, written apart from the code under test."""
    halvings = max(0, math.ceil(math.log2(max(np.abs(matrix).sum(axis=1).max(), 1e-300))) + 3)
    small, term, total = matrix / 2**halvings, np.eye(len(matrix)), np.eye(len(matrix))
    for order in range(1, 20):
        term = term @ small / order
        total = total + term
    for _ in range(halvings):
        total = total @ total
    return total


def system(rates: Rates, mg_per_min: float) -> Array:
    size = 1 + len(rates.out_per_min)
    matrix = np.zeros((size + 1, size + 1))
    matrix[0, 0] = -rates.elimination_per_min - sum(rates.out_per_min)
    matrix[0, -1] = mg_per_min
    for place, (out, back) in enumerate(zip(rates.out_per_min, rates.back_per_min, strict=True), 1):
        matrix[place, 0], matrix[0, place], matrix[place, place] = out, back, -back
    return matrix


def amounts(rates: Rates, program: Program, minute: float) -> Array:
    """What every compartment holds, in mg, by matrix exponentials from knot to knot."""
    edges = {0.0, minute, *(m for m, _ in program.boluses)}
    edges |= {edge for one in program.stretches for edge in (one.start_min, one.end_min)}
    knots = sorted(edge for edge in edges if edge <= minute)
    state = np.zeros(2 + len(rates.out_per_min))
    state[-1] = 1.0
    for early, late in itertools.pairwise([0.0, *knots]):
        running = sum(
            one.mg_per_min
            for one in program.stretches
            if one.start_min <= early and late <= one.end_min
        )
        state = exponential(system(rates, running) * (late - early)) @ state
        state[0] += sum(mg for when, mg in program.boluses if when == late)
    return state[:-1]


def stepped(rates: Rates, program: Program, times: list[float]) -> list[float]:
    return [1000 * float(amounts(rates, program, t)[0]) / rates.central_l for t in times]


# ---------------------------------------------------------------- generated models and programs

rate = st.floats(1e-3, 3.0)
minutes = st.floats(0.0, 200.0)


@st.composite
def models(draw: st.DrawFn) -> Rates:
    others = draw(st.integers(1, 2))
    several = st.tuples(*[rate] * others)
    return Rates(draw(st.floats(1.0, 200.0)), draw(rate), draw(several), draw(several))


@st.composite
def programs(draw: st.DrawFn) -> Program:
    runs = draw(st.lists(st.tuples(minutes, minutes, st.floats(0.0, 5.0)), min_size=1, max_size=4))
    boluses = draw(st.lists(st.tuples(minutes, st.floats(0.0, 50.0)), max_size=2))
    stretches = tuple(Stretch(start, start + length, mg) for start, length, mg in runs)
    return Program(stretches, tuple(boluses))


TIMES = [0.0, 0.5, 1.0, 7.0, 30.0, 31.5, 120.0, 240.0]


def at(rates: Rates, program: Program, times: list[float] = TIMES) -> tuple[float, ...]:
    return infusion.concentrations(rates, program, times)


# ---------------------------------------------------------------- against other programs


@pytest.mark.parametrize("model", BY_HAND)
def test_the_models_of_the_pages_give_the_numbers_reckoned_beforehand(model: str):
    rates = rates_of(shipped().kinetics[model], 70)

    for minute, level in BY_HAND[model].items():
        assert at(rates, PUMP, [minute]) == pytest.approx([level], abs=5e-7)


def reference(shared: Path) -> list[dict[str, str]]:
    with (shared / "clinical/ketamine/pk_reference.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def expected(row: dict[str, str]) -> float:
    rates = rates_of(shipped().kinetics[PROGRAM_OF[row["model"]]], float(row["weight_kg"]))
    planned = steady(float(row["ordered_dose_mg"]), float(row["planned_minutes"]))
    pump = planned.stopped(float(row["stopped_at_min"]))
    assert pump.delivered_mg == pytest.approx(float(row["delivered_mg"]))
    return at(rates, pump, [float(row["time_min"])])[0]


def test_every_row_of_three_other_programs_agrees_within_5e_4(shared: Path):
    rows = reference(shared)

    assert len(rows) == 320
    for row in rows:
        assert expected(row) == pytest.approx(float(row["plasma_ng_per_mL"]), rel=5e-4), row


def test_with_equal_constants_they_agree_to_the_rounding_of_the_table(shared: Path):
    rows = [
        row
        for row in reference(shared)
        if not (row["model"] == "Domino" and row["program"].startswith("opentiva"))
    ]

    assert len(rows) == 256
    for row in rows:
        assert expected(row) == pytest.approx(float(row["plasma_ng_per_mL"]), abs=5.01e-7), row


def test_one_program_carries_a_fourth_digit_and_agrees_once_we_do(shared: Path):
    rows = [row for row in reference(shared) if row["program"].startswith("opentiva")]
    rows = [row for row in rows if row["model"] == "Domino"]
    constants = replace(DOMINO, elimination_per_min=0.4381, out_per_min=(0.5921, 0.5900))

    assert len(rows) == 64
    for row in rows:
        theirs = replace(constants, central_l=0.063 * float(row["weight_kg"]))
        pump = steady(float(row["ordered_dose_mg"]), float(row["planned_minutes"]))
        [level] = at(theirs, pump, [float(row["time_min"])])
        assert level == pytest.approx(float(row["plasma_ng_per_mL"]), abs=5.01e-7)


def test_the_end_of_the_infusion_agrees_to_nine_digits():
    assert at(DOMINO, PUMP, [40]) == pytest.approx([240.3596045], rel=3e-10)


def test_the_s_ketamine_model_meets_what_its_study_measured():
    rates = rates_of(shipped().kinetics["simons"], 73)
    [level] = at(rates, steady(20, 20), [20])

    assert level == pytest.approx(259, abs=0.5)
    assert 251 < level < 287  # both groups' intervals


# ---------------------------------------------------------------- against a matrix exponential


@given(models(), programs())
def test_one_person_agrees_with_a_matrix_exponential(rates: Rates, program: Program):
    assert at(rates, program) == pytest.approx(stepped(rates, program, TIMES), rel=1e-9, abs=1e-9)


@given(models(), programs())
def test_a_population_agrees_with_a_matrix_exponential(rates: Rates, program: Program):
    [found] = pharmacokinetics.concentrations(pharmacokinetics.one(rates), program, TIMES)

    assert found == pytest.approx(stepped(rates, program, TIMES), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("apart", [0.0, 1e-15, 1e-12, 1e-9, 1e-6])
def test_equal_and_nearly_equal_roots_do_no_harm(apart: float):
    rates = Rates(10.0, 0.1, (0.05, 0.03), (0.02, 0.02 * (1 + apart)))
    program = PUMP.paused(15, 5)
    [many] = pharmacokinetics.concentrations(pharmacokinetics.one(rates), program, TIMES)

    assert at(rates, program) == pytest.approx(stepped(rates, program, TIMES), rel=1e-9)
    assert many == pytest.approx(stepped(rates, program, TIMES), rel=1e-9)


def test_a_compartment_that_nothing_enters_changes_nothing():
    two = Rates(10.0, 0.1, (0.05,), (0.02,))
    three = Rates(10.0, 0.1, (0.05, 0.0), (0.02, 0.3))

    assert at(three, PUMP) == pytest.approx(at(two, PUMP), rel=1e-12)


def test_far_out_nothing_cancels():
    tail = [3000.0, 6000.0]

    assert at(DOMINO, PUMP, tail) == pytest.approx(stepped(DOMINO, PUMP, tail), rel=1e-9)


def test_a_slow_mode_of_hardly_any_weight_is_as_exact_as_the_others():
    rates, pump = Rates(1.0, 3.0, (0.0078125, 0.002), (0.002, 0.002)), steady(1, 1)
    exact = stepped(rates, pump, [7.0, 120.0])
    [many] = pharmacokinetics.concentrations(pharmacokinetics.one(rates), pump, [7.0, 120.0])

    assert at(rates, pump, [7.0, 120.0]) == pytest.approx(exact, rel=1e-9, abs=0)
    assert many == pytest.approx(exact, rel=1e-9, abs=0)


def test_the_roots_and_weights_of_the_usual_model_are_known():
    roots, weights = zip(*sorted(modes(DOMINO), reverse=True), strict=True)

    assert roots == pytest.approx((1.724037, 0.151516, 0.0060467), abs=5e-7)
    assert weights == pytest.approx((0.934603, 0.057150, 0.008247), abs=5e-7)


# ---------------------------------------------------------------- the laws


@given(models())
def test_every_mode_decays_and_the_weights_add_up_to_one(rates: Rates):
    roots, weights = zip(*modes(rates), strict=True)

    assert min(roots) > 0
    assert min(weights) >= 0
    assert sum(weights) == pytest.approx(1, abs=1e-12)


@given(models(), programs())
def test_what_was_given_is_in_the_body_or_has_left_it(rates: Rates, program: Program):
    held = amounts(rates, program, 240.0).sum()
    left = rates.elimination_per_min * rates.central_l / 1000 * area(rates, program, 240.0)

    assert held + left == pytest.approx(program.stopped(240.0).delivered_mg, rel=1e-8, abs=1e-8)


def area(rates: Rates, program: Program, until: float) -> float:
    """Under the curve, by Gauss's rule on pieces that no change of the pump cuts."""
    edges = {edge for one in program.stretches for edge in (one.start_min, one.end_min)}
    edges |= {minute for minute, _ in program.boluses}
    # each piece begins finely, since the fastest mode settles within a minute
    fine = {
        edge + step for edge in (0.0, *edges) for step in (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3, 6, 12)
    }
    cuts = sorted({0.0, until, *(c for c in edges | fine | set(range(0, 241, 20)) if c < until)})
    places, weights = np.polynomial.legendre.leggauss(12)
    return sum(
        (late - early)
        / 2
        * float(weights @ at(rates, program, list((late + early + (late - early) * places) / 2)))
        for early, late in itertools.pairwise(cuts)
        if late - early > 1e-9
    )


@given(models(), programs(), programs())
def test_two_programs_together_add_up(rates: Rates, one: Program, other: Program):
    both = Program(one.stretches + other.stretches, one.boluses + other.boluses)
    summed = [a + b for a, b in zip(at(rates, one), at(rates, other), strict=True)]

    assert at(rates, both) == pytest.approx(summed, rel=1e-12, abs=1e-12)


@given(models(), st.floats(1, 200), st.floats(1, 120), st.floats(0.1, 10))
def test_a_dose_so_many_times_larger_gives_levels_so_many_times_higher(
    rates: Rates, dose: float, length: float, times: float
):
    larger = at(rates, steady(times * dose, length))

    assert larger == pytest.approx([times * c for c in at(rates, steady(dose, length))], rel=1e-12)


@given(models(), programs(), st.floats(0, 100), st.floats(0, 60))
def test_a_pause_is_a_stretch_at_no_rate_and_gives_the_rest_later(
    rates: Rates, program: Program, start: float, length: float
):
    paused = program.paused(start, length)
    rest = Program((*paused.stretches, Stretch(start, start + length, 0.0)), paused.boluses)

    assert paused.delivered_mg == pytest.approx(program.delivered_mg, rel=1e-12)
    assert at(rates, paused) == at(rates, rest)
    during = pytest.approx(at(rates, program.stopped(start), [start + length / 2]), rel=1e-12)
    assert at(rates, paused, [start + length / 2]) == during or paused.boluses


@given(models(), st.floats(1, 39))
def test_a_stop_is_what_is_left_once_the_rest_is_taken_away(rates: Rates, minute: float):
    stopped, rest = at(rates, PUMP.stopped(minute)), Program((Stretch(minute, 40.0, 35 / 40),))
    whole = [a + b for a, b in zip(stopped, at(rates, rest), strict=True)]

    assert whole == pytest.approx(at(rates, PUMP), rel=1e-12)
    assert PUMP.stopped(minute).delivered_mg == pytest.approx(35 / 40 * minute)


@given(models())
def test_a_short_infusion_nears_a_bolus(rates: Rates):
    bolus = at(rates, Program(boluses=((0.0, 10.0),)), [5.0])

    assert at(rates, steady(10, 1e-6), [5.0]) == pytest.approx(bolus, rel=1e-4)


def test_at_the_minute_of_a_bolus_the_level_is_the_one_just_after_it():
    program = Program(boluses=((7.0, 10.0),))
    [many] = pharmacokinetics.concentrations(pharmacokinetics.one(DOMINO), program, [6.9, 7.0])

    assert at(DOMINO, program, [6.9, 7.0]) == pytest.approx([0.0, 10_000 / 4.41])
    assert many == pytest.approx([0.0, 10_000 / 4.41])


def test_a_bolus_at_the_minute_of_a_stop_is_not_given():
    program = Program(boluses=((7.0, 10.0),))

    assert program.stopped(7.0).delivered_mg == 0
    assert program.stopped(7.1).delivered_mg == 10


@given(st.floats(40, 150))
def test_by_the_usual_model_mg_per_kg_gives_one_curve_at_every_weight(weight_kg: float):
    model = shipped().kinetics["domino"]

    assert at(rates_of(model, weight_kg), steady(weight_kg / 2, 40)) == pytest.approx(
        at(rates_of(model, 70), PUMP), rel=1e-12
    )


# ---------------------------------------------------------------- populations

FANTA = Flows(133, 95.2 / 60, (187, 98.8), (23.2 / 60, 157 / 60))


def fanta(patients: int, seed: int = 0) -> pharmacokinetics.Population:
    spread = shipped().kinetics["fanta_otto"].spread
    assert spread is not None
    return pharmacokinetics.draw(FANTA, np.array(spread.covariance(2)), patients, seed)


def test_each_virtual_patient_is_as_alone():
    people, times = fanta(30), [0.0, 3.0, 40.0, 41.0, 240.0]
    together = pharmacokinetics.concentrations(people, PUMP.paused(10, 7), times)

    for place in range(30):
        alone = Rates(
            float(people.central_l[place]),
            float(people.elimination_per_min[place]),
            tuple(map(float, people.out_per_min[place])),
            tuple(map(float, people.back_per_min[place])),
        )
        assert together[place] == pytest.approx(at(alone, PUMP.paused(10, 7), times), rel=1e-9)


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_the_size_of_a_chunk_changes_nothing(size: int):
    people = fanta(65)
    whole = pharmacokinetics.concentrations(people, PUMP, range(241))
    parts = [part.copy() for _, part in pharmacokinetics.in_chunks(people, PUMP, range(241), size)]

    assert np.array_equal(np.vstack(parts), whole)


def test_uneven_times_agree_with_even_ones():
    people = fanta(20)
    even = pharmacokinetics.concentrations(people, PUMP, np.linspace(0, 240, 701).tolist())
    uneven = pharmacokinetics.concentrations(people, PUMP, [0.0, 1.2 / 3.5, 120.0, 240.0])

    assert even[:, [0, 1, 350, 700]] == pytest.approx(uneven, rel=1e-9)


def test_the_drawn_patients_have_the_published_spread():
    people = fanta(200_000)
    logs = np.log([people.central_l, people.elimination_per_min * people.central_l])

    assert np.cov(logs) == pytest.approx(np.array([[0.0842, 0.0226], [0.0226, 0.0260]]), abs=8e-4)
    assert np.median(people.central_l) == pytest.approx(133, rel=5e-3)


def test_the_same_seed_gives_the_same_patients():
    assert np.array_equal(fanta(5).central_l, fanta(5).central_l)
    assert not np.array_equal(fanta(5).central_l, fanta(5, seed=1).central_l)


def test_noise_of_a_quarter_on_every_rate_gives_the_band_of_the_dossier():
    chance = np.random.default_rng(0)
    noise = np.exp(0.25 * chance.standard_normal((5, 100_000)))
    people = pharmacokinetics.Population(
        np.full(100_000, 4.41),
        0.438 * noise[0],
        np.column_stack((0.592 * noise[1], 0.590 * noise[2])),
        np.column_stack((0.247 * noise[3], 0.0146 * noise[4])),
    )
    [[low], [high]] = pharmacokinetics.quantiles(people, PUMP, [40.0], [0.025, 0.975])

    assert (low, high) == (pytest.approx(167, abs=2), pytest.approx(334, abs=3))


# ---------------------------------------------------------------- the nasal spray


@pytest.mark.parametrize(
    ("devices", "peak", "minute"), [(1, 43.927, 36), (2, 72.628, 41), (3, 101.192, 44)]
)
def test_each_number_of_devices_gives_the_peak_of_the_dossier(
    devices: int, peak: float, minute: int
):
    levels = spray(devices)

    assert max(levels) == pytest.approx(peak, abs=5e-4)
    assert levels.index(max(levels)) == minute


def spray(devices: int, **changed: float) -> tuple[float, ...]:
    uptake = replace(uptake_of(shipped().nasal_kinetics["perez_ruixo"]), **changed)
    sprays = [(5.0 * place, 28.0) for place in range(devices)]
    return nasal.concentrations(uptake, sprays, range(241))


def test_less_blood_through_an_old_liver_raises_the_peak_a_little():
    assert max(spray(3, liver_flow_l_per_min=(151 - 2.19 * 15) / 60)) == pytest.approx(104, abs=0.5)


def test_the_whole_of_a_spray_leaves_through_the_liver():
    uptake = uptake_of(shipped().nasal_kinetics["perez_ruixo"])
    times = [float(minute) for minute in range(0, 14401, 2)]
    levels = np.array(nasal.concentrations(uptake, [(0.0, 28.0)], times))
    extracted = uptake.liver_loss_per_min * uptake.liver_l
    extracted /= uptake.liver_flow_l_per_min + uptake.liver_loss_per_min * uptake.liver_l
    into_blood = 28 * (uptake.first_share + (1 - uptake.first_share) * 0.64 * (1 - extracted))

    assert extracted == pytest.approx(0.722, abs=5e-4)
    assert into_blood / 28 == pytest.approx(0.622, abs=5e-4)
    clearance = uptake.liver_flow_l_per_min * extracted
    trapezium = float(np.trapezoid(levels, times))
    assert trapezium * clearance / 1000 == pytest.approx(into_blood, rel=2e-4)


def test_steps_of_any_size_give_the_same_spray():
    uptake = uptake_of(shipped().nasal_kinetics["perez_ruixo"])
    few = nasal.concentrations(uptake, [(0.0, 28.0), (5.0, 28.0)], [17.0, 90.0])
    fine = nasal.concentrations(
        uptake, [(0.0, 28.0), (5.0, 28.0)], [place / 2 for place in range(181)]
    )

    assert few == pytest.approx((fine[34], fine[180]), rel=1e-12)


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf])
def test_a_dose_or_time_that_is_no_number_above_zero_is_refused(bad: float):
    with pytest.raises(ValueError, match="dose_mg is not a finite number above 0"):
        steady(bad, 40)
    with pytest.raises(ValueError, match="minutes is not a finite number above 0"):
        steady(35, bad)


@pytest.mark.parametrize(
    ("rates", "said"),
    [
        ((0.0, 0.1, (0.1,), (0.1,)), "central_l is not"),
        ((1.0, math.nan, (0.1,), (0.1,)), "elimination_per_min is not"),
        ((1.0, 0.1, (-0.1,), (0.1,)), "out_per_min is below 0"),
        ((1.0, 0.1, (0.1, 0.1), (0.1, 0.0)), "back_per_min 2 is not"),
        ((1.0, 0.1, (0.1, 0.1), (0.1,)), "differ in length"),
    ],
)
def test_rates_that_cannot_be_are_refused_by_name(rates: tuple, said: str):
    with pytest.raises(ValueError, match=said):
        Rates(*rates)


def test_a_pump_that_runs_backwards_is_refused():
    with pytest.raises(ValueError, match="stretch 1: it ends before it starts"):
        Program((Stretch(0, 1, 1), Stretch(5, 4, 1)))
    with pytest.raises(ValueError, match="stretch 0: the rate is below 0"):
        Program((Stretch(0, 1, -1),))
    with pytest.raises(ValueError, match="bolus 0"):
        Program(boluses=((1.0, -5.0),))


@pytest.mark.parametrize("times", [[], [5.0, 4.0], [1.0, 1.0], [-1.0], [math.nan], [math.inf]])
def test_times_that_do_not_rise_are_refused(times: list[float]):
    with pytest.raises(ValueError, match="the times do not rise"):
        pharmacokinetics.concentrations(pharmacokinetics.one(DOMINO), PUMP, times)
    with pytest.raises(ValueError, match="the times do not rise"):
        nasal.concentrations(
            uptake_of(shipped().nasal_kinetics["perez_ruixo"]), [(0.0, 28.0)], times
        )


def test_a_population_with_one_bad_patient_is_refused_by_name():
    good = np.array([[0.1], [0.2]])
    with pytest.raises(ValueError, match="back_per_min holds a value"):
        pharmacokinetics.Population(np.ones(2), np.ones(2), good, np.array([[0.1], [math.nan]]))
    with pytest.raises(ValueError, match="not of the shape"):
        pharmacokinetics.Population(np.ones(3), np.ones(3), good, good)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (np.eye(4), "not symmetric of the shape"),
        (np.triu(np.ones((6, 6))), "not symmetric"),
        (-np.eye(6), "below 0"),
    ],
)
def test_a_covariance_that_is_none_is_refused(rows: Array, said: str):
    with pytest.raises(ValueError, match=said):
        pharmacokinetics.draw(FANTA, rows, 3)
