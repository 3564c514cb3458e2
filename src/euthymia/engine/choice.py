"""Puts the options side by side in the order of what the patient holds dear, and tests the order.

The order is by the patient's weights over the merits of the pages. It says nothing of who responds
to what: no established moderator tells TMS and ketamine apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

from msgspec import Struct

from euthymia.engine.options import Option
from euthymia.engine.suitability import Suitability
from euthymia.knowledge.therapies import Merit
from euthymia.record.orders import Preferences

MERITS: tuple[Merit, ...] = get_args(Merit)
BEST, MOST = 4, 10
"""The highest level of a merit, and the highest weight."""
DIGITS = 9
"""Shares that differ only by the noise of floats are one share."""
NOW = (Suitability.SUITABLE, Suitability.CAUTION)
Weights = Mapping[Merit, float]


class Placed(Struct, frozen=True):
    """An option in its place. `share`: how much of what is wished for it offers, 0 to 1."""

    option: Option
    share: float | None
    declined: bool
    preferred: bool


class Flip(Struct, frozen=True):
    """A weight that, changed to `weight`, would put another option first."""

    merit: Merit
    weight: float
    first: str


class Choice(Struct, frozen=True, kw_only=True):
    """The options in order: what could be given now, what is still open, and what is not.

    Attributes:
        compared: The merits by which all of them were compared, with the patient's weights.
        left_out: Merits that were weighed and that some page says nothing of.
        flips: Single changes of a weight that would put another option first.
    """

    now: tuple[Placed, ...]
    open: tuple[Placed, ...]
    not_now: tuple[Placed, ...]
    compared: Weights
    left_out: tuple[str, ...]
    flips: tuple[Flip, ...]


def choice(options: Sequence[Option], wishes: Preferences) -> Choice:
    """Side by side by the patient's weights; without weights nothing is ordered by them."""
    weighed = {merit: weight for merit in MERITS if (weight := wishes.weights.get(merit, 0)) > 0}
    possible = [one for one in options if _possible(one, wishes)]
    compared = {merit: weighed[merit] for merit in weighed if _all_tell(merit, possible)}
    now = [one for one in possible if one.suitability in NOW]
    return Choice(
        now=_ordered(now, compared, wishes),
        open=_ordered([one for one in possible if one not in now], compared, wishes),
        not_now=_ordered([one for one in options if one not in possible], compared, wishes),
        compared=compared,
        left_out=tuple(merit for merit in weighed if merit not in compared),
        flips=tuple(_flips(now, compared, wishes)),
    )


def _possible(option: Option, wishes: Preferences) -> bool:
    ruled_out = option.suitability in (Suitability.CONTRAINDICATED, Suitability.NOT_INDICATED)
    return not ruled_out and option.therapy.id not in wishes.declines


def _all_tell(merit: Merit, options: Sequence[Option]) -> bool:
    return all(merit in one.therapy.standings for one in options)


def _ordered(
    options: Sequence[Option], weights: Weights, wishes: Preferences
) -> tuple[Placed, ...]:
    """The most of what is wished for first; of equal ones the preferred, then by name."""
    placed = [
        Placed(
            one,
            _share(one, weights),
            one.therapy.id in wishes.declines,
            one.therapy.id in wishes.prefers,
        )
        for one in options
    ]
    return tuple(
        sorted(
            placed, key=lambda one: (-(one.share or 0), not one.preferred, one.option.therapy.id)
        )
    )


def _share(option: Option, weights: Weights) -> float | None:
    total = sum(weights.values())
    standings = option.therapy.standings
    if not total or any(merit not in standings for merit in weights):
        return None
    gained = sum(weight * standings[merit].level for merit, weight in weights.items())
    return round(gained / (total * BEST), DIGITS)


def _flips(options: Sequence[Option], weights: Weights, wishes: Preferences) -> Iterator[Flip]:
    """Each weight alone set to nothing or to the most, and whether another comes first."""
    if len(options) < 2 or not weights:  # noqa: PLR2004 - one alone has no rival
        return
    first = _ordered(options, weights, wishes)[0].option
    for merit in weights:
        for weight in (0.0, float(MOST)):
            changed = {**weights, merit: weight}
            then = _ordered(options, changed, wishes)[0]
            if (then.share or 0) > (_share(first, changed) or 0):
                yield Flip(merit, weight, then.option.therapy.id)
