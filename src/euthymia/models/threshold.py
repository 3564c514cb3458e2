"""Finding the motor threshold: which intensity comes next, and what the answers so far say.

Both methods are folds over the answers: the same answers give the same sequence, and taking back
an answer is leaving it out. Intensities are whole percent of the stimulator's maximum output.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache, reduce
from typing import Literal, Protocol

from msgspec import Struct
from msgspec.structs import replace

LEAST, MOST = 1, 100
"""Percent of maximum output: no stimulator gives less or more in whole steps."""
CERTAIN = 1e-12
"""A chance is held this far from 0 and 1, so that its logarithm exists."""


class Trial(Struct, frozen=True):
    """One pulse, and whether the muscle answered."""

    intensity: int
    response: bool

    def __post_init__(self) -> None:
        """Raises ValueError for an intensity that no stimulator gives."""
        if not LEAST <= self.intensity <= MOST:
            raise ValueError(f"intensity: not {LEAST} to {MOST}; give percent of maximum output")


PRIMES = ((MOST, True), (0, False))
"""What the search assumes before the first pulse: an answer at full output, none at nothing."""


class Pest(Protocol):
    """The constants of maximum-likelihood threshold hunting; a page holds them by these names.

    Attributes:
        start: First intensity, % of maximum output.
        spread: Standard deviation of the threshold from pulse to pulse, as a share of it.
        drop: How far the log-likelihood may fall within the interval.
    """

    @property
    def start(self) -> int: ...
    @property
    def spread(self) -> float: ...
    @property
    def drop(self) -> float: ...


class Estimate(Struct, frozen=True):
    """A threshold with its profile-likelihood interval, % of maximum output.

    Attributes:
        only: Where every pulse got the same answer, that answer; the threshold then rests on
            what was assumed, and was not found.
    """

    threshold: int
    low: int
    high: int
    only: Literal["responses", "misses"] | None

    @property
    def width(self) -> int:
        return self.high - self.low


def next_intensity(trials: Sequence[Trial], pest: Pest) -> int:
    """The next intensity to give: the start, then the most likely threshold so far."""
    return estimate(trials, pest).threshold if trials else pest.start


def estimate(trials: Sequence[Trial], pest: Pest) -> Estimate:
    """The most likely threshold, and all that are nearly as likely.

    The middle of several equally likely ones, rounded up.

    Source: threshold hunting after Awiszus 2003, by our dossier.
    """
    likely = [_log_likelihood(theta, trials, pest) for theta in range(LEAST, MOST + 1)]
    best = max(likely)
    ties = _where(likely, best)
    near = _where(likely, best - pest.drop)
    return Estimate((ties[0] + ties[-1] + 1) // 2, near[0], near[-1], _only(trials))


def _where(likely: Sequence[float], least: float) -> list[int]:
    return [theta for theta, each in enumerate(likely, start=LEAST) if each >= least]


def _only(trials: Sequence[Trial]) -> Literal["responses", "misses"] | None:
    answers = {trial.response for trial in trials}
    if answers == {True}:
        return "responses"
    return None if len(answers) > 1 else "misses"


def _log_likelihood(theta: int, trials: Sequence[Trial], pest: Pest) -> float:
    pulses = [*PRIMES, *((trial.intensity, trial.response) for trial in trials)]
    return math.fsum(_log_chance(*pulse, theta, pest.spread) for pulse in pulses)


@cache
def _log_chance(intensity: int, response: bool, theta: int, spread: float) -> float:
    """Log of the chance of this answer: a normal distribution about the threshold."""
    chance = math.erfc(-(intensity - theta) / (spread * theta * math.sqrt(2))) / 2
    chance = min(max(chance, CERTAIN), 1 - CERTAIN)
    return math.log(chance if response else 1 - chance)


class Counting(Protocol):
    """The constants of counting answers at each intensity, such as 5 of 10.

    Attributes:
        start: First intensity, % of maximum output.
        coarse, fine: Steps, % of maximum output: down until an intensity fails, then between the
            lowest that passed and that one.
        needed, pulses: An intensity passes with `needed` answers of `pulses`.
    """

    @property
    def start(self) -> int: ...
    @property
    def coarse(self) -> int: ...
    @property
    def fine(self) -> int: ...
    @property
    def needed(self) -> int: ...
    @property
    def pulses(self) -> int: ...


class Level(Struct, frozen=True):
    """Where the count stands.

    Attributes:
        intensity: The one being tried or to be tried; None: nothing more is to be given.
        hits, misses: Answers at it so far.
        passed: The lowest intensity that passed.
        failed: The highest that failed.
    """

    intensity: int | None
    hits: int = 0
    misses: int = 0
    passed: int | None = None
    failed: int | None = None

    @property
    def threshold(self) -> int | None:
        """The lowest intensity that passed; None before the end, or where even the most failed."""
        return None if self.intensity is not None else self.passed


def count(answers: Iterable[bool], rule: Counting) -> Level:
    """Where the count stands after these answers, each to the intensity that was due.

    Raises:
        ValueError: An answer came after the end.
    """
    return reduce(lambda level, hit: answered(level, hit, rule), answers, Level(rule.start))


def answered(level: Level, response: bool, rule: Counting) -> Level:
    """The count after one more pulse: an intensity is left as soon as it passes or fails."""
    if level.intensity is None:
        raise ValueError("answers: more than the sequence asks for; leave the last out")
    now = replace(level, hits=level.hits + response, misses=level.misses + (not response))
    if now.hits >= rule.needed:
        return _moved(replace(now, passed=now.intensity), rule)
    if now.misses > rule.pulses - rule.needed:  # the needed answers can no longer come
        return _moved(replace(now, failed=now.intensity), rule)
    return now


def _moved(level: Level, rule: Counting) -> Level:
    return replace(level, intensity=_next_level(level, rule), hits=0, misses=0)


def _next_level(level: Level, rule: Counting) -> int | None:
    """Up while nothing passed, down while nothing failed, then finely between the two."""
    if level.passed is None:
        return _above(level.failed or LEAST, rule)
    if level.failed is None:
        return _below(level.passed, rule)
    lower = level.passed - rule.fine
    return lower if lower > level.failed else None


def _above(failed: int, rule: Counting) -> int | None:
    return min(failed + rule.coarse, MOST) if failed < MOST else None


def _below(passed: int, rule: Counting) -> int | None:
    return max(passed - rule.coarse, LEAST) if passed > LEAST else None
