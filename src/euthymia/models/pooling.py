"""Pools published effects into one score, in closed form.

Each effect is shrunk for sampling error and for likely bias; correlation between the indicators of
one group is allowed for; what was not measured is integrated out. Logarithms of odds throughout.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from msgspec import Struct

Point = tuple[float, float]
"""A value of an indicator, and its probability."""

NORMAL_95 = 1.959963984540054
"""Standard errors on each side of the mean within which 95 % of a normal distribution lies."""


class Effect(Struct, frozen=True):
    """A published effect and its indicator.

    Attributes:
        log_odds, se: The effect of x going from 0 to 1, and its standard error.
        bias_sd: Standard deviation of the likely bias.
        mean_x, var_x: Mean and variance of x, which lies in 0 to 1, where nobody measured it.
    """

    log_odds: float
    se: float
    bias_sd: float
    mean_x: float
    var_x: float


class Shrunk(Struct, frozen=True):
    """An effect after shrinkage: its posterior mean and variance, with its indicator's."""

    mean: float
    variance: float
    mean_x: float
    var_x: float

    @property
    def information(self) -> float:
        """How much of the spread of a score hangs on this indicator."""
        return self.mean**2 * self.var_x


class Pooled(Struct, frozen=True):
    """The score of one group.

    Attributes:
        log_odds, sd: Association with the outcome, against one who has none of the indicators.
        shift, shift_sd: The same against the typical patient.
        coverage: Share of the group's information that was measured, 0 to 1.
        shares: What each indicator adds to `log_odds`, in the order given.
    """

    log_odds: float
    sd: float
    shift: float
    shift_sd: float
    coverage: float
    shares: tuple[float, ...]

    @property
    def odds_ratio(self) -> float:
        """The same as `log_odds`, without the logarithm."""
        return math.exp(self.log_odds)

    @property
    def interval_95(self) -> tuple[float, float]:
        """The odds ratio's 95 % interval."""
        reach = NORMAL_95 * self.sd
        return math.exp(self.log_odds - reach), math.exp(self.log_odds + reach)

    def exceeds(self, log_odds: float) -> float:
        """Probability that the association is above `log_odds`; without spread it is 0 or 1."""
        if self.sd == 0:
            return float(self.log_odds > log_odds)
        return 0.5 * math.erfc((log_odds - self.log_odds) / (self.sd * math.sqrt(2)))


def shrink(effect: Effect, prior_sd: float) -> Shrunk:
    """Normal prior around zero, normal error and bias: the exact posterior."""
    noise = effect.se**2 + effect.bias_sd**2
    kept = prior_sd**2 / (prior_sd**2 + noise)
    return Shrunk(kept * effect.log_odds, kept * noise, effect.mean_x, effect.var_x)


def overlap(count: int, correlation: float) -> float:
    """What is left of each of `count` equal effects whose indicators correlate by so much."""
    return 1 / (1 + (count - 1) * correlation) if count else 0.0


def pool(effects: Sequence[Shrunk], values: Sequence[float | None], correlation: float) -> Pooled:
    """The score of one group; None among the values was not measured.

    Raises:
        ValueError: `effects` and `values` are not of one length.
    """
    whole = overlap(len(effects), correlation)
    seen = overlap(sum(value is not None for value in values), correlation)
    parts = [
        _part(effect, value, whole, seen) for effect, value in zip(effects, values, strict=True)
    ]
    shares = tuple(part.weight * effect.mean for part, effect in zip(parts, effects, strict=True))
    return Pooled(
        log_odds=math.fsum(shares),
        sd=math.sqrt(math.fsum(part.variance for part in parts)),
        shift=math.fsum(
            part.moved * effect.mean for part, effect in zip(parts, effects, strict=True)
        ),
        shift_sd=math.sqrt(math.fsum(part.shift_variance for part in parts)),
        coverage=_coverage(effects, values),
        shares=shares,
    )


class _Part(Struct, frozen=True):
    """What one indicator brings: its weight in the score, and how far it moves from the typical."""

    weight: float
    moved: float
    variance: float
    shift_variance: float


def _part(effect: Shrunk, value: float | None, whole: float, seen: float) -> _Part:
    typical = whole * effect.mean_x
    if value is None:
        spread = whole**2 * (effect.mean**2 + effect.variance) * effect.var_x
        return _Part(typical, 0.0, typical**2 * effect.variance + spread, spread)
    moved = seen * (value - effect.mean_x)
    weight = typical + moved
    return _Part(weight, moved, weight**2 * effect.variance, moved**2 * effect.variance)


def _coverage(effects: Iterable[Shrunk], values: Iterable[float | None]) -> float:
    pairs = list(zip(effects, values, strict=True))
    everything = math.fsum(effect.information for effect, _ in pairs)
    measured = math.fsum(effect.information for effect, value in pairs if value is not None)
    return measured / everything if everything else 0.0


def spread(mean: float, variance: float) -> tuple[Point, ...]:
    """A distribution on 0, a half and 1 with this mean and variance.

    Where the variance is that of yes or no, the half has no weight. Rounding apart, a variance
    above that of yes or no is taken as it.
    """
    half = max(4 * (mean * (1 - mean) - variance), 0.0)
    one = mean - half / 2
    points = ((0.0, 1 - one - half), (0.5, half), (1.0, one))
    return tuple((x, chance) for x, chance in points if chance > 1e-9)  # noqa: PLR2004 - rounding
