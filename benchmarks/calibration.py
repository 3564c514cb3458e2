"""Is the causes model calibrated? Truth is drawn from its own prior, blurred, and scored.

Run: python benchmarks/calibration.py [COHORTS]

Step 1, each effect: the rank of the truth among posterior draws must be uniform, and 95 % intervals
must hold it in 94 to 96 of 100. Step 2, a domain's score: of the patients given a probability near
p, a share p must truly lie above the smallest odds ratio of interest (slope 0.9 to 1.1).
Without the bias term the cover for very low evidence is told too, to show what the term is worth.
"""

from __future__ import annotations

import math
import sys

import numpy as np

from euthymia import shipped
from euthymia.engine.scorecards import Scorecard, scorecards
from euthymia.knowledge import Knowledge
from euthymia.models.pooling import NORMAL_95, Effect, overlap, pool, shrink

EFFECTS, BINS, SE = 20_000, 20, 0.2
GRADES = ("high", "moderate", "low", "very_low")


def effects_of(grade: str, knowledge: Knowledge, chance: np.random.Generator) -> None:
    omega = knowledge.number("cause_prior_sd")
    tau = knowledge.number(f"cause_bias_sd_{grade}")
    truth = chance.normal(0, omega, EFFECTS)
    seen = truth + chance.normal(0, tau, EFFECTS) + chance.normal(0, SE, EFFECTS)
    cover, ranks = _cover(truth, seen, tau, omega)
    without, _ = _cover(truth, seen, 0.0, omega)
    counts, _ = np.histogram(ranks, bins=BINS, range=(0, 1))
    expected = EFFECTS / BINS
    chi_square = float(((counts - expected) ** 2 / expected).sum())
    print(
        f"| {grade.replace('_', ' ')} | {cover:.3f} | {chi_square:.1f} on {BINS - 1} | "
        f"{without:.3f} |"
    )


def _cover(
    truth: np.ndarray, seen: np.ndarray, bias_sd: float, omega: float
) -> tuple[float, np.ndarray]:
    """Share of the intervals that hold the truth, and the rank of each truth in its posterior."""
    unit = shrink(Effect(1.0, SE, bias_sd, 0.5, 0.25), omega)
    spread = (truth - unit.mean * seen) / math.sqrt(unit.variance)
    ranks = np.array([0.5 * math.erfc(-one / math.sqrt(2)) for one in spread])
    return float((np.abs(spread) <= NORMAL_95).mean()), ranks


def domain(card: Scorecard, cohorts: int, chance: np.random.Generator) -> None:
    """Patients whose true effects and hidden values are drawn as the model believes them."""
    setting, weights = card.usual, [one.weight for one in card.indicators]
    told, above = [], []
    whole = overlap(len(setting.effects), setting.overlap)
    for _ in range(cohorts):
        values: list[float | None] = []
        shown = chance.random(len(weights)) < chance.random()
        truth = 0.0
        seen = overlap(int(shown.sum()), setting.overlap)
        for effect, measured in zip(setting.effects, shown, strict=True):
            x = float(chance.random() < effect.mean_x)
            beta = chance.normal(effect.mean, math.sqrt(effect.variance))
            values.append(x if measured else None)
            truth += beta * (
                whole * effect.mean_x + seen * (x - effect.mean_x) if measured else whole * x
            )
        told.append(pool(setting.effects, values, setting.overlap).exceeds(setting.contributes))
        above.append(truth > setting.contributes)
    slope = np.polyfit(told, np.array(above, dtype=float), 1)[0]
    print(f"| {card.domain.id} | {np.mean(told):.3f} | {np.mean(above):.3f} | {slope:.2f} |")


def main(cohorts: int = 20_000) -> None:
    knowledge, chance = shipped(), np.random.default_rng(20261124)
    print("| grade | 95 % cover | chi-square of ranks | cover without the bias term |")
    print("|---|---|---|---|")
    for grade in GRADES:
        effects_of(grade, knowledge, chance)
    print("\n| domain | mean probability | truly above | reliability slope |")
    print("|---|---|---|---|")
    for card in scorecards(knowledge):
        domain(card, cohorts, chance)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
