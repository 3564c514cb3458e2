"""Small numbers, which could tell who it is: what leaves the clinic says only that they are few."""

from __future__ import annotations

from collections.abc import Sequence

from euthymia.clinic.outcomes.rates import Rate

LEAST = 5
FEW = f"<{LEAST}"
WITHHELD = "withheld"


def shown(count: int) -> str:
    return str(count) if count >= LEAST else FEW


def together(counts: Sequence[int]) -> tuple[str, ...]:
    """Counts of one list as they may leave it.

    Where one alone is few, the least of the others is withheld too: else whoever knows how many
    there are together could take the others away.
    """
    few = [place for place, count in enumerate(counts) if count < LEAST]
    told = [shown(count) for count in counts]
    if len(few) == 1 and len(counts) > 1:
        others = [place for place in range(len(counts)) if place not in few]
        told[min(others, key=lambda place: counts[place])] = WITHHELD
    return tuple(told)


def may_leave(rate: Rate) -> bool:
    """Whether each part of a share is large enough to be told; else none of it is."""
    return min(rate.reached, rate.missed, rate.unknown or LEAST) >= LEAST
