"""Chance for one block of patients: draws taken in batches, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import numpy as np

Thing = TypeVar("Thing")
BATCH = 8192
NORMAL = NormalDist()
TINY = 1e-12


class Chance:
    """Uniform draws in order. Scalar calls on a numpy generator cost ten times as much."""

    def __init__(self, generator: np.random.Generator) -> None:
        self._generator = generator
        self._draws: Iterator[float] = iter(())
        self._fill()

    def _fill(self) -> None:
        self._draws = iter(self._generator.random(BATCH).tolist())

    def share(self) -> float:
        """A number from 0 up to 1."""
        draw = next(self._draws, None)
        if draw is None:
            self._fill()
            draw = next(self._draws)
        return draw

    def befalls(self, share: float) -> bool:
        """Whether something happens that happens in this share of cases."""
        return self.share() < share

    def between(self, span: tuple[int, int]) -> int:
        """A whole number between the two, both included."""
        low, high = span
        return low + int(self.share() * (high - low + 1))

    def real(self, low: float, high: float) -> float:
        """A number between the two."""
        return low + self.share() * (high - low)

    def one_of(self, things: Sequence[Thing]) -> Thing:
        """One of several, all alike."""
        return things[int(self.share() * len(things))]

    def weighted(self, things: Sequence[Thing], weights: Sequence[float]) -> Thing:
        """One of several by weight. ValueError where all weights are nothing."""
        left = self.share() * sum(weights)
        for thing, weight in zip(things, weights, strict=True):
            left -= weight
            if left < 0 < weight:
                return thing
        raise ValueError("nothing to choose from: every weight is 0")

    def normal(self, mean: float, sd: float) -> float:
        """A normal draw."""
        return mean + sd * NORMAL.inv_cdf(max(self.share(), TINY))
