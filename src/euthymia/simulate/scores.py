"""PHQ-9 totals on the way through a trial, and the nine answers behind a total."""

from __future__ import annotations

from functools import lru_cache
from math import exp

import numpy as np

from euthymia.simulate.chance import Chance
from euthymia.simulate.world import NORMAL, Items, ScoreRates

HIGHEST = 27
REMISSION = 4
ITEMS = 9
SEVERITIES = (-3.0, 5.0)
"""How far the severity of imagined people is spread, so that every total is met."""


def visits(rates: ScoreRates, start: int, end: int) -> list[int]:
    """The days on which a score is taken after the start; the last day always is one."""
    if end <= start:
        return []
    days = [start + after for after in rates.visits_days]
    while days[-1] < end:
        days.append(days[-1] + rates.then_every_days)
    return [day for day in days if day < end] + [end]


class Trajectory:
    """How the totals of one trial fall. A response is a fall by half, measured, by definition."""

    def __init__(
        self, rates: ScoreRates, chance: Chance, baseline: int, *, responds: bool, remits: bool
    ) -> None:
        self.rates, self.chance, self.baseline = rates, chance, baseline
        self.responds, self.remits = responds, remits
        self.fall = self._fall()

    def _fall(self) -> float:
        """The improvement it comes to, as a share of the baseline."""
        rates = self.rates
        if self.responds:
            drawn = self.chance.normal(rates.responded_mean, rates.responded_sd)
            least, most = rates.responded_falls
        else:
            drawn = self.chance.normal(rates.failed_mean, rates.failed_sd)
            least, most = rates.failed_falls
        return min(max(drawn, least), most)

    def total(self, days: int) -> int:
        """The measured total so many days after the start, 0 to 27."""
        rates = self.rates
        reached = (1 - exp(-days / rates.days_to_most)) / (
            1 - exp(-rates.full_by_day / rates.days_to_most)
        )
        expected = self.baseline * (1 - self.fall * min(reached, 1.0))
        measured = round(self.chance.normal(expected, rates.within_sd))
        return self._held(min(max(measured, 0), HIGHEST), days)

    def _held(self, total: int, days: int) -> int:
        """The total on the side of the outcome that was drawn: noise never turns it."""
        half = self.baseline // 2
        if not self.responds:
            return max(total, half + 1)
        if days < self.rates.full_by_day:
            return total if self.remits else max(total, REMISSION + 1)
        return min(total, REMISSION) if self.remits else min(max(total, REMISSION + 1), half)


@lru_cache(maxsize=4)
def answers(items: Items, seed: int = 0) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """Sets of nine answers for each total from 0 to 27, from a one-factor model of the answers.

    The same whatever the seed of the patients: what differs is which set a patient draws.
    """
    generator = np.random.default_rng(seed)
    drawn = _drawn(items, generator)
    totals = drawn.sum(axis=1)
    return tuple(_kept(drawn[totals == total], total, items) for total in range(HIGHEST + 1))


Answered = np.ndarray[tuple[int, int], np.dtype[np.int_]]


def _drawn(items: Items, generator: np.random.Generator) -> Answered:
    """Answers of many people whose severity is spread wide, shape (people, 9)."""
    loadings = np.array(items.loadings)
    left = np.sqrt(1 - loadings**2)
    factor = generator.uniform(*SEVERITIES, (items.drawn, 1))
    own = generator.standard_normal((items.drawn, ITEMS))
    for group in items.groups:
        shared = generator.standard_normal((items.drawn, 1)) * np.sqrt(items.group_share)
        own[:, list(group)] = own[:, list(group)] * np.sqrt(1 - items.group_share) + shared
    latent = factor * loadings + own * left
    cuts = (items.at_most_0, items.at_most_1, items.at_most_2)
    above = [latent > np.array([NORMAL.inv_cdf(share) for share in cut]) for cut in cuts]
    answered: Answered = np.sum(above, axis=0)
    return answered


def _kept(rows: Answered, total: int, items: Items) -> tuple[tuple[int, ...], ...]:
    if not len(rows):
        whole, rest = divmod(total, ITEMS)
        return (tuple(whole + (number < rest) for number in range(ITEMS)),)
    return tuple(tuple(row) for row in rows[: items.kept].tolist())
