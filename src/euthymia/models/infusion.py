"""Plasma concentration of one person during and after an infusion, in closed form.

A mammillary model: a central compartment, into which the pump runs and from which the drug is
eliminated, and beside it one or two others. Amounts in mg, time in minutes, volumes in litres,
concentrations in ng/mL. Plain Python, so that a report needs no numerical library; whole
populations are in `pharmacokinetics`.

Its matrix becomes symmetric once each amount is scaled, so that its modes are orthogonal: a bolus
of 1 mg decays as a sum of exponentials whose weights are squares, lie in 0 to 1 and add up to 1.
Nothing is subtracted, so near or equal rates need no second way.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from msgspec import Struct

NG_PER_ML = 1000.0
"""Nanograms in a millilitre for each milligram in a litre."""
SWEEPS, CLOSE = 30, 1e-40
"""Jacobi's rotations, until the squares beside the diagonal are nothing beside its own.

So far down, since a slow mode may weigh a millionth of the whole, and what is left alters it.
"""

Matrix = list[list[float]]


class Rates(Struct, frozen=True):
    """The micro-constants of one person.

    Attributes:
        central_l: Volume of the central compartment, above 0.
        elimination_per_min: Out of the central compartment for good, above 0.
        out_per_min: Into each of the other compartments, 0 or more; one or two of them.
        back_per_min: Back from each, above 0.
    """

    central_l: float
    elimination_per_min: float
    out_per_min: tuple[float, ...]
    back_per_min: tuple[float, ...]

    def __post_init__(self) -> None:
        above_zero(
            central_l=self.central_l,
            elimination_per_min=self.elimination_per_min,
            **{f"back_per_min {place}": rate for place, rate in enumerate(self.back_per_min, 1)},
        )
        if len(self.out_per_min) != len(self.back_per_min):
            raise ValueError("out_per_min and back_per_min differ in length; give one of each")
        if not all(0 <= rate < math.inf for rate in self.out_per_min):
            raise ValueError("out_per_min is below 0 or not finite; give rates of 0 or more")


class Flows(Struct, frozen=True):
    """The same model by clearances: volumes in L, clearance and flows in L/min, all above 0."""

    central_l: float
    clearance_l_per_min: float
    other_l: tuple[float, ...]
    flow_l_per_min: tuple[float, ...]

    def rates(self) -> Rates:
        """The micro-constants that these clearances mean."""
        above_zero(central_l=self.central_l)
        for volume in self.other_l:
            above_zero(other_l=volume)
        return Rates(
            self.central_l,
            self.clearance_l_per_min / self.central_l,
            tuple(flow / self.central_l for flow in self.flow_l_per_min),
            tuple(
                flow / volume
                for flow, volume in zip(self.flow_l_per_min, self.other_l, strict=True)
            ),
        )


class Stretch(Struct, frozen=True):
    """The pump runs at one rate, in mg/min; a pause is the gap between two stretches."""

    start_min: float
    end_min: float
    mg_per_min: float


class Program(Struct, frozen=True):
    """What the pump gives: stretches, and boluses as (minute, mg). Stretches may overlap: they add.

    Raises ValueError where a stretch runs backwards, or anything is below 0 or not finite.
    """

    stretches: tuple[Stretch, ...] = ()
    boluses: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        for place, one in enumerate(self.stretches):
            if not 0 <= one.start_min <= one.end_min < math.inf:
                raise ValueError(f"stretch {place}: it ends before it starts; correct its minutes")
            if not 0 <= one.mg_per_min < math.inf:
                raise ValueError(f"stretch {place}: the rate is below 0 or not finite; correct it")
        for place, (minute, mg) in enumerate(self.boluses):
            if not (0 <= minute < math.inf and 0 <= mg < math.inf):
                raise ValueError(f"bolus {place}: its minute or mg is below 0 or not finite")

    @property
    def delivered_mg(self) -> float:
        """All that is given in the end."""
        run = math.fsum((one.end_min - one.start_min) * one.mg_per_min for one in self.stretches)
        return run + math.fsum(mg for _, mg in self.boluses)

    @property
    def end_min(self) -> float:
        """When the last of it is in; 0 where nothing is given."""
        ends = [one.end_min for one in self.stretches]
        return max([0.0, *ends, *(minute for minute, _ in self.boluses)])

    def paused(self, at_min: float, minutes: float) -> Program:
        """The pump rests for so long; what was left is given afterwards, at the same rates."""
        if not (at_min >= 0 and 0 <= minutes < math.inf):
            raise ValueError("a pause begins before 0 or lasts no known time; correct its minutes")
        later = tuple(
            Stretch(one.start_min + minutes, one.end_min + minutes, one.mg_per_min)
            for one in _after(self.stretches, at_min)
        )
        boluses = tuple((m + minutes if m >= at_min else m, mg) for m, mg in self.boluses)
        return Program((*_before(self.stretches, at_min), *later), boluses)

    def stopped(self, at_min: float) -> Program:
        """Nothing is given from then on."""
        if math.isnan(at_min):
            raise ValueError("the minute of the stop is not a number; correct it")
        boluses = tuple((minute, mg) for minute, mg in self.boluses if minute < at_min)
        return Program(tuple(_before(self.stretches, at_min)), boluses)


def steady(dose_mg: float, minutes: float) -> Program:
    """The whole dose at one rate from minute 0. Raises ValueError where a number is not above 0."""
    above_zero(dose_mg=dose_mg, minutes=minutes)
    return Program((Stretch(0.0, minutes, dose_mg / minutes),))


def _before(stretches: Sequence[Stretch], minute: float) -> Iterator[Stretch]:
    for one in stretches:
        if one.start_min < minute:
            yield Stretch(one.start_min, min(one.end_min, minute), one.mg_per_min)


def _after(stretches: Sequence[Stretch], minute: float) -> Iterator[Stretch]:
    for one in stretches:
        if one.end_min > minute:
            yield Stretch(max(one.start_min, minute), one.end_min, one.mg_per_min)


def concentrations(rates: Rates, program: Program, times_min: Sequence[float]) -> tuple[float, ...]:
    """Plasma concentration in ng/mL at each time; every stretch adds its own share.

    At the very minute of a bolus the value is the one just after it. Before minute 0 it is 0.
    """
    found = tuple(modes(rates))
    scale = NG_PER_ML / rates.central_l
    return tuple(scale * _central_mg(found, program, time) for time in times_min)


def _central_mg(found: Sequence[tuple[float, float]], program: Program, time: float) -> float:
    return math.fsum(
        weight * given for root, weight in found for given in _left(root, program, time)
    )


def _left(root: float, program: Program, time: float) -> Iterator[float]:
    """What a mode that decays at `root` per minute still holds of each thing given so far, in mg.

    Written with the time since the end, not as a difference of two saturations: far out, those
    would cancel.
    """
    for one in program.stretches:
        if time > one.start_min:
            end = min(time, one.end_min)
            grown = -math.expm1(-root * (end - one.start_min)) / root
            yield one.mg_per_min * grown * math.exp(-root * (time - end))
    for minute, mg in program.boluses:
        if time >= minute:
            yield mg * math.exp(-root * (time - minute))


def modes(rates: Rates) -> Iterator[tuple[float, float]]:
    """Decay per minute of each mode, and its weight in a bolus of 1; the weights add up to 1."""
    matrix = _symmetric(rates)
    vectors = [
        [float(row == column) for column in range(len(matrix))] for row in range(len(matrix))
    ]
    for _ in range(SWEEPS):
        if _beside_the_diagonal(matrix) <= CLOSE * sum(row[n] for n, row in enumerate(matrix)) ** 2:
            break
        for first in range(len(matrix)):
            for second in range(first + 1, len(matrix)):
                _turn(matrix, vectors, first, second)
    for place, row in enumerate(matrix):
        yield row[place], vectors[0][place] ** 2


def _symmetric(rates: Rates) -> Matrix:
    """Rates of loss on the diagonal; beside it the geometric mean of the two ways."""
    size = 1 + len(rates.out_per_min)
    matrix = [[0.0] * size for _ in range(size)]
    matrix[0][0] = math.fsum((rates.elimination_per_min, *rates.out_per_min))
    pairs = zip(rates.out_per_min, rates.back_per_min, strict=True)
    for place, (out, back) in enumerate(pairs, start=1):
        matrix[place][place] = back
        matrix[0][place] = matrix[place][0] = -math.sqrt(out * back)
    return matrix


def _beside_the_diagonal(matrix: Matrix) -> float:
    return math.fsum(
        value**2 for r, row in enumerate(matrix) for c, value in enumerate(row) if r != c
    )


def _turn(matrix: Matrix, vectors: Matrix, p: int, q: int) -> None:
    """One rotation of Jacobi's method: it makes the entry at p, q zero."""
    if matrix[p][q] == 0:
        return
    theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q])
    tangent = math.copysign(1, theta) / (abs(theta) + math.hypot(theta, 1))
    cosine = 1 / math.hypot(tangent, 1)
    _mix(matrix, p, q, cosine, tangent * cosine)
    turned = [list(column) for column in zip(*matrix, strict=True)]
    _mix(turned, p, q, cosine, tangent * cosine)
    matrix[:] = turned
    matrix[p][q] = matrix[q][p] = 0.0
    for row in vectors:
        row[p], row[q] = (
            cosine * row[p] - tangent * cosine * row[q],
            tangent * cosine * row[p] + cosine * row[q],
        )


def _mix(rows: Matrix, p: int, q: int, cosine: float, sine: float) -> None:
    """Rows p and q, turned into each other."""
    rows[p], rows[q] = (
        [cosine * a - sine * b for a, b in zip(rows[p], rows[q], strict=True)],
        [sine * a + cosine * b for a, b in zip(rows[p], rows[q], strict=True)],
    )


def above_zero(**values: float) -> None:
    """Raises ValueError, with its name, where a value is not a finite number above 0."""
    for name, value in values.items():
        if not 0 < value < math.inf:
            raise ValueError(f"{name} is not a finite number above 0; correct it")
