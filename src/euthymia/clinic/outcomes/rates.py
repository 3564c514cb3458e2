"""A share of people with its doubt: how many reached something, of how many it can be said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from euthymia.terms import Verdict

COVERS = 0.95
"""How often such an interval holds the true share."""


def wilson(reached: int, of: int) -> tuple[float, float]:
    """The 95 % score interval of a share (E. B. Wilson, J Am Stat Assoc 1927;22:209-212).

    Args:
        reached: 0 to `of`.
        of: At least 1.

    Returns:
        Both ends, 0 to 1; never beyond, and of width above 0 though all or none reached it.
    """
    z = NormalDist().inv_cdf((1 + COVERS) / 2)
    share, spread = reached / of, z * z / of
    middle = share + spread / 2
    half = z * sqrt(share * (1 - share) / of + spread / (4 * of))
    low, high = ((middle - half) / (1 + spread), (middle + half) / (1 + spread))
    return (0.0 if reached == 0 else low), (1.0 if reached == of else high)


@dataclass(frozen=True)
class Rate:
    """How many reached something. `unknown` are apart: neither a failure nor a success."""

    reached: int
    missed: int
    unknown: int

    @property
    def of(self) -> int:
        """Of how many it can be said."""
        return self.reached + self.missed

    @property
    def pct(self) -> float | None:
        return 100 * self.reached / self.of if self.of else None

    @property
    def interval_pct(self) -> tuple[float, float] | None:
        """95 % interval in percent; None where nothing can be said of anyone."""
        if not self.of:
            return None
        low, high = wilson(self.reached, self.of)
        return 100 * low, 100 * high


def rate_of(verdicts: Iterable[str]) -> Rate:
    """From verdicts as words: met, not_met, unknown."""
    told = list(verdicts)
    reached, missed = (told.count(one.word) for one in (Verdict.MET, Verdict.NOT_MET))
    return Rate(reached, missed, len(told) - reached - missed)
