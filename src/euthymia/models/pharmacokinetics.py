"""The model of `infusion` for whole populations: a million virtual patients at once.

Shapes: n patients, k compartments (2 or 3), t times. Units as in `infusion`: mg, min, L, ng/mL.
Each mode is carried exactly from one time to the next (x e^-La + rate c (1 - e^-La) / L), which is
the sum over all stretches of the pump without one pass for each, and without the error of an ODE
solver. With micro-constants whose spread is below 10^6 it agrees with a matrix exponential to 1e-9.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from euthymia.models.infusion import NG_PER_ML, Flows, Program, Rates

Array = NDArray[np.float64]

CHUNK = 2048
"""Patients worked on together: what they need lies in the cache of one core."""
DIGITS = 12
"""Steps that agree to so many decimals of a minute are one step."""


class Population(Struct, frozen=True, eq=False):
    """The micro-constants of n patients; bounds as in `Rates`.

    Attributes:
        central_l: Shape (n,), L.
        elimination_per_min: Shape (n,).
        out_per_min, back_per_min: Shape (n, k - 1).
    """

    central_l: Array
    elimination_per_min: Array
    out_per_min: Array
    back_per_min: Array

    def __post_init__(self) -> None:
        shape = (len(self.central_l), self.out_per_min.shape[-1])
        if not (self.out_per_min.shape == self.back_per_min.shape == shape):
            raise ValueError(f"out_per_min or back_per_min is not of the shape {shape}; correct it")
        if self.elimination_per_min.shape != self.central_l.shape:
            raise ValueError("elimination_per_min is not as long as central_l; correct it")
        _refuse_outside(self)

    def __len__(self) -> int:
        return len(self.central_l)

    def part(self, patients: slice) -> Population:
        """Some of them, without a copy."""
        return Population(
            self.central_l[patients],
            self.elimination_per_min[patients],
            self.out_per_min[patients],
            self.back_per_min[patients],
        )


def _refuse_outside(people: Population) -> None:
    for name in ("central_l", "elimination_per_min", "back_per_min"):
        values = getattr(people, name)
        if not (np.isfinite(values).all() and (values > 0).all()):
            raise ValueError(f"{name} holds a value that is not finite and above 0; correct it")
    if not (np.isfinite(people.out_per_min).all() and (people.out_per_min >= 0).all()):
        raise ValueError("out_per_min holds a value below 0 or not finite; correct it")


def one(rates: Rates) -> Population:
    """A population of one patient."""
    return Population(
        np.array([rates.central_l]),
        np.array([rates.elimination_per_min]),
        np.array([rates.out_per_min]),
        np.array([rates.back_per_min]),
    )


def draw(typical: Flows, covariance: Array, patients: int, seed: int = 0) -> Population:
    """Virtual patients around a typical one, log-normally.

    Args:
        typical: The median patient.
        covariance: Shape (2k, 2k): of the logarithms of central volume, clearance, then volume and
            flow of each other compartment. 0 holds a value fixed.
        patients: How many.
        seed: The same seed gives the same patients.

    Raises:
        ValueError: `covariance` has another shape, is not symmetric, or is no covariance.
    """
    others = itertools.chain(*zip(typical.other_l, typical.flow_l_per_min, strict=True))
    medians = np.array([typical.central_l, typical.clearance_l_per_min, *others])
    moved = medians * np.exp(_deviations(covariance, len(medians), patients, seed))
    central, volumes, flows = moved[:, :1], moved[:, 2::2], moved[:, 3::2]
    return Population(
        central_l=moved[:, 0],
        elimination_per_min=moved[:, 1] / moved[:, 0],
        out_per_min=flows / central,
        back_per_min=flows / volumes,
    )


def _deviations(covariance: Array, size: int, patients: int, seed: int) -> Array:
    if covariance.shape != (size, size) or not np.array_equal(covariance, covariance.T):
        raise ValueError(f"covariance is not symmetric of the shape ({size}, {size}); correct it")
    values, vectors = np.linalg.eigh(covariance)
    if values.min() < -1e-12 * max(values.max(), 1.0):
        raise ValueError("covariance is none: a variance along some direction is below 0")
    drawn = np.random.default_rng(seed).standard_normal((patients, size))
    found: Array = drawn @ (vectors * np.sqrt(values.clip(0))).T
    return found


def concentrations(people: Population, program: Program, times_min: Sequence[float]) -> Array:
    """Shape (n, t): plasma concentrations in ng/mL. All in memory: 8 n t bytes.

    Args:
        people: The patients.
        program: What the pump gives, the same to everyone.
        times_min: Rising, from 0 on. At the minute of a bolus the value is the one just after it.

    Raises:
        ValueError: The times do not rise, are not finite, or begin before 0.
    """
    found = np.empty((len(people), len(times_min)))
    for start, curves in in_chunks(people, program, times_min):
        found[start : start + len(curves)] = curves
    return found


def in_chunks(
    people: Population, program: Program, times_min: Sequence[float], patients: int = CHUNK
) -> Iterator[tuple[int, Array]]:
    """The same, so many patients at a time: the first one's number, and shape (patients, t).

    Memory stays bounded whatever n is; the array is used again for the next chunk, so take from it
    what is needed before going on. Raises as `concentrations` does.
    """
    steps = _steps(program, times_min)
    room = np.empty((len(times_min), min(patients, len(people))))
    for start in range(0, len(people), patients):
        part = people.part(slice(start, start + patients))
        for place, values in enumerate(_walk(part, steps)):
            room[place, : len(part)] = values
        yield start, room[:, : len(part)].T


def over_time(
    people: Population, program: Program, times_min: Sequence[float]
) -> Iterator[tuple[float, Array]]:
    """The same, one time after the other: the minute, and shape (n,). Used again likewise."""
    yield from zip(times_min, _walk(people, _steps(program, times_min)), strict=True)


def quantiles(
    people: Population, program: Program, times_min: Sequence[float], shares: Sequence[float]
) -> Array:
    """Shape (shares, t): at each time, the concentrations below which these shares of all lie."""
    found = [np.quantile(values, shares) for _, values in over_time(people, program, times_min)]
    return np.column_stack(found)


class _Step(Struct, frozen=True):
    """From one knot to the next at one rate, then a bolus; `shown` where a time was asked."""

    minutes: float
    mg_per_min: float
    bolus_mg: float
    shown: bool


def _steps(program: Program, times_min: Sequence[float]) -> tuple[_Step, ...]:
    """The timeline cut where the pump changes and where a time is asked."""
    asked = [float(time) for time in times_min]
    rising = all(early < late for early, late in itertools.pairwise(asked))
    if not (asked and rising and asked[0] >= 0 and asked[-1] < math.inf):
        raise ValueError("the times do not rise from 0 or more; sort them and leave out doubles")
    edges = {edge for each in program.stretches for edge in (each.start_min, each.end_min)}
    edges |= {minute for minute, _ in program.boluses}
    knots = sorted({0.0, *asked, *(edge for edge in edges if edge <= asked[-1])})
    shown = set(asked)
    return tuple(
        _Step(
            round(late - early, DIGITS),
            _rate(program, early, late),
            math.fsum(mg for minute, mg in program.boluses if minute == late),
            late in shown,
        )
        for early, late in itertools.pairwise([0.0, *knots])
    )


def _rate(program: Program, early: float, late: float) -> float:
    """What the pump gives between two knots, in mg/min; all stretches that run add up."""
    return math.fsum(
        each.mg_per_min
        for each in program.stretches
        if each.start_min <= early and each.end_min >= late
    )


def _walk(people: Population, steps: Sequence[_Step]) -> Iterator[Array]:
    """At each time asked: shape (n,), in ng/mL. One array, used again."""
    roots, weights = modes(people)
    weights *= NG_PER_ML / people.central_l
    held, central = np.zeros_like(roots), np.empty(len(people))
    carried: dict[float, tuple[Array, Array]] = {}
    for step in steps:
        if step.minutes not in carried:
            carried = {step.minutes: _carried(roots, weights, step.minutes)}
        kept, gained = carried[step.minutes]
        held *= kept
        if step.mg_per_min:
            held += step.mg_per_min * gained
        if step.bolus_mg:
            held += step.bolus_mg * weights
        if step.shown:
            yield held.sum(axis=0, out=central)


def _carried(roots: Array, weights: Array, minutes: float) -> tuple[Array, Array]:
    """What is left of each mode after so long, and what 1 mg/min brings it meanwhile."""
    return np.exp(-roots * minutes), -np.expm1(-roots * minutes) * weights / roots


def modes(people: Population) -> tuple[Array, Array]:
    """Decay of each mode per minute and its weight in a bolus, both of the shape (k, n).

    The scaled matrix is symmetric, so its modes are orthogonal and near or equal roots do no harm.
    """
    others = people.out_per_min.shape[1]
    matrix = np.zeros((len(people), 1 + others, 1 + others))
    matrix[:, 0, 0] = people.elimination_per_min + people.out_per_min.sum(axis=1)
    beside = -np.sqrt(people.out_per_min * people.back_per_min)
    matrix[:, 0, 1:] = matrix[:, 1:, 0] = beside
    places = np.arange(1, 1 + others)
    matrix[:, places, places] = people.back_per_min
    roots, vectors = np.linalg.eigh(matrix)
    return roots.T.copy(), np.square(vectors[:, 0, :]).T.copy()
