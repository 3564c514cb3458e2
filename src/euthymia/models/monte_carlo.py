"""The same score by chance: draws effects, correlation and what was not measured.

It checks the closed form of `pooling` and serves research; no report shows its figures.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from euthymia.models.pooling import Shrunk, spread

Draws = NDArray[np.float64]


class Drawn(Struct, frozen=True, eq=False):
    """Draws of one score. `association` against none of the indicators, a value a draw."""

    association: Draws

    @property
    def log_odds(self) -> float:
        return float(self.association.mean())

    @property
    def sd(self) -> float:
        return float(self.association.std())

    def exceeds(self, log_odds: float) -> float:
        """Share of the draws above `log_odds`."""
        return float((self.association > log_odds).mean())


def draw(  # noqa: PLR0913 - what is drawn, and how
    effects: Sequence[Shrunk],
    values: Sequence[float | None],
    correlation: float,
    *,
    draws: int = 20_000,
    seed: int = 0,
    correlation_weight: float | None = None,
) -> Drawn:
    """Draws the score of one group; None among `values` was not measured.

    Args:
        effects: The shrunk effects, a normal distribution each.
        values: x of each indicator, 0 to 1.
        correlation: Mean correlation between the indicators.
        draws: How many.
        seed: The same seed gives the same draws.
        correlation_weight: Weight in patients of the belief in `correlation`, which is then drawn
            from a beta distribution; None holds it fixed, as the closed form does.
    """
    chance = np.random.default_rng(seed)
    rho = _correlations(chance, correlation, correlation_weight, draws)
    whole = _overlaps(len(effects), rho)
    seen = _overlaps(sum(value is not None for value in values), rho)
    association = np.zeros(draws)
    for effect, value in zip(effects, values, strict=True):
        beta = chance.normal(effect.mean, np.sqrt(effect.variance), draws)
        if value is None:
            association += whole * beta * _unmeasured(chance, effect, draws)
        else:
            association += (whole * effect.mean_x + seen * (value - effect.mean_x)) * beta
    return Drawn(association)


def _correlations(
    chance: np.random.Generator, mean: float, weight: float | None, draws: int
) -> Draws:
    if weight is None:
        return np.full(draws, mean)
    return chance.beta(mean * weight, (1 - mean) * weight, draws)


def _overlaps(count: int, correlations: Draws) -> Draws:
    return 1 / (1 + (count - 1) * correlations) if count else np.zeros_like(correlations)


def _unmeasured(chance: np.random.Generator, effect: Shrunk, draws: int) -> Draws:
    points = spread(effect.mean_x, effect.var_x)
    values, chances = zip(*points, strict=True)
    return chance.choice(values, size=draws, p=np.divide(chances, sum(chances)))
