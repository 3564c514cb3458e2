"""Plasma concentration after sprays into the nose, stepped exactly from one time to the next.

Part of each spray is taken up in the nose; the rest is swallowed evenly over a while and reaches
the blood through the liver, from which alone the drug is eliminated. The system is linear and its
input constant between knots, so that one matrix exponential carries it over each of them without an
error of its own. Minutes, mg, litres, ng/mL.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

from msgspec import Struct

from euthymia.models.infusion import NG_PER_ML, Matrix, above_zero

NOSE, GUT, LIVER, CENTRAL = range(4)
TERMS = 18
"""Of the exponential's series, once the matrix is scaled below a half: the rest is below 1e-20."""
DIGITS = 12
"""Steps that agree to so many decimals of a minute are one step."""


class Uptake(Struct, frozen=True):
    """The drug in one person. Volumes in L, flows in L/min, rates per minute, all above 0.

    Attributes:
        first_share, later_share: Share of the first spray, and of each later one, that is taken up
            in the nose, 0 to 1.
        gut_share: Share of what was swallowed that passes the gut, 0 to 1.
        swallowed_min: Over how long the rest of a spray is swallowed.
        liver_loss_per_min: All ways of elimination together.
    """

    central_l: float
    other_l: tuple[float, ...]
    flow_l_per_min: tuple[float, ...]
    liver_l: float
    liver_flow_l_per_min: float
    liver_loss_per_min: float
    first_share: float
    later_share: float
    nasal_per_min: float
    swallowed_min: float
    swallowed_per_min: float
    gut_share: float

    def __post_init__(self) -> None:
        above_zero(
            central_l=self.central_l,
            liver_l=self.liver_l,
            liver_flow_l_per_min=self.liver_flow_l_per_min,
            liver_loss_per_min=self.liver_loss_per_min,
            nasal_per_min=self.nasal_per_min,
            swallowed_min=self.swallowed_min,
            swallowed_per_min=self.swallowed_per_min,
        )
        for name in ("first_share", "later_share", "gut_share"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is not within 0 to 1; correct it")


Spray = tuple[float, float]
"""Minute of one device, 0 or later, and its mg."""


def concentrations(
    uptake: Uptake, sprays: Sequence[Spray], times_min: Sequence[float]
) -> tuple[float, ...]:
    """Plasma concentration in ng/mL at each time.

    Args:
        uptake: The drug in one person.
        sprays: In the order in which they were given, the first one first.
        times_min: Rising, from 0 on.

    Raises:
        ValueError: Sprays or times do not rise, begin before 0, or are not finite.
    """
    _refuse_falling("the sprays", [minute for minute, _ in sprays])
    _refuse_falling("the times", times_min)
    levels = dict(_walk(uptake, sprays, times_min))
    return tuple(levels[float(time)] for time in times_min)


def _refuse_falling(what: str, minutes: Sequence[float]) -> None:
    rising = all(early < late for early, late in itertools.pairwise(minutes))
    if not (minutes and rising and minutes[0] >= 0 and minutes[-1] < math.inf):
        raise ValueError(f"{what} do not rise from minute 0 or later; put them in order")


def _walk(
    uptake: Uptake, sprays: Sequence[Spray], times_min: Sequence[float]
) -> Iterator[tuple[float, float]]:
    """The level at every knot: the times asked, the sprays, and the ends of swallowing."""
    ends = {minute + uptake.swallowed_min for minute, _ in sprays}
    knots = sorted({0.0, *map(float, times_min), *(float(minute) for minute, _ in sprays), *ends})
    state = [0.0] * (CENTRAL + 1 + len(uptake.other_l)) + [1.0]
    carried: dict[tuple[float, float], Matrix] = {}
    for early, late in itertools.pairwise([0.0, *knots]):
        key = (round(late - early, DIGITS), _swallowing(uptake, sprays, early, late))
        if key not in carried:
            carried[key] = exponential(_scaled(system(uptake, key[1]), key[0]))
        state = [_dot(row, state) for row in carried[key]]
        state[NOSE] += _into_the_nose(uptake, sprays, late)
        yield late, NG_PER_ML * state[CENTRAL] / uptake.central_l


def _shares(uptake: Uptake, sprays: Sequence[Spray]) -> Iterator[tuple[float, float, float]]:
    """Minute, mg and nasal share of each spray."""
    for place, (minute, mg) in enumerate(sprays):
        yield minute, mg, uptake.later_share if place else uptake.first_share


def _into_the_nose(uptake: Uptake, sprays: Sequence[Spray], now: float) -> float:
    return math.fsum(mg * share for minute, mg, share in _shares(uptake, sprays) if minute == now)


def _swallowing(uptake: Uptake, sprays: Sequence[Spray], early: float, late: float) -> float:
    """What reaches the gut meanwhile and passes it, in mg/min."""
    return math.fsum(
        mg * (1 - share) * uptake.gut_share / uptake.swallowed_min
        for minute, mg, share in _shares(uptake, sprays)
        if minute <= early and late <= minute + uptake.swallowed_min
    )


def system(uptake: Uptake, swallowing_mg_per_min: float) -> Matrix:
    """Change of each amount per minute; the last column holds what comes in from outside."""
    size = CENTRAL + 2 + len(uptake.other_l)
    matrix = [[0.0] * size for _ in range(size)]
    matrix[GUT][-1] = swallowing_mg_per_min
    flow = uptake.liver_flow_l_per_min
    _move(matrix, NOSE, CENTRAL, uptake.nasal_per_min)
    _move(matrix, GUT, LIVER, uptake.swallowed_per_min)
    _move(matrix, LIVER, CENTRAL, flow / uptake.liver_l)
    _move(matrix, CENTRAL, LIVER, flow / uptake.central_l)
    matrix[LIVER][LIVER] -= uptake.liver_loss_per_min
    others = zip(uptake.other_l, uptake.flow_l_per_min, strict=True)
    for place, (volume, between) in enumerate(others, start=CENTRAL + 1):
        _move(matrix, CENTRAL, place, between / uptake.central_l)
        _move(matrix, place, CENTRAL, between / volume)
    return matrix


def _move(matrix: Matrix, source: int, target: int, per_min: float) -> None:
    matrix[source][source] -= per_min
    matrix[target][source] += per_min


def exponential(matrix: Matrix) -> Matrix:
    """The matrix exponential: its series after halving, then squared as often as it was halved."""
    size = max(math.fsum(map(abs, row)) for row in matrix)
    halvings = max(0, math.ceil(math.log2(size)) + 1) if size > 0 else 0
    small = _scaled(matrix, 0.5**halvings)
    term = total = [[float(r == c) for c in range(len(matrix))] for r in range(len(matrix))]
    for order in range(1, TERMS):
        term = _scaled(_times(term, small), 1 / order)
        total = [
            [a + b for a, b in zip(*rows, strict=True)] for rows in zip(total, term, strict=True)
        ]
    for _ in range(halvings):
        total = _times(total, total)
    return total


def _scaled(matrix: Matrix, factor: float) -> Matrix:
    return [[factor * value for value in row] for row in matrix]


def _times(one: Matrix, other: Matrix) -> Matrix:
    columns = list(zip(*other, strict=True))
    return [[_dot(row, column) for column in columns] for row in one]


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))
