"""Scores a domain by what was measured of it: probability, label, and how firmly it stands.

The model and its limits: docs/causes.md. Nothing here is drawn by chance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from euthymia.engine.findings import DomainScore, Label, Shifted
from euthymia.knowledge import Knowledge
from euthymia.knowledge.causes import Domain, Indicator, Weight
from euthymia.models.pooling import Effect, Pooled, Shrunk, pool, shrink

Values = tuple[float | None, ...]
KNOWLEDGES, PATTERNS = 8, 8192
"""How many sets of pages, and how many patterns of measurements, are remembered."""
VARIED = ("prior_sd", "bias_factor", "contributes_odds_ratio")


class Setting(Struct, frozen=True, eq=False):
    """One set of assumptions, and the effects shrunk under them.

    `name` and `value` say which assumption is not the usual one.
    """

    name: str
    value: float | None
    effects: tuple[Shrunk, ...]
    overlap: float
    contributes: float


class Cuts(Struct, frozen=True):
    """Where the labels begin: the coverage needed, then probabilities."""

    coverage: float
    probable: float
    possible: float
    borderline: float


class Scorecard(Struct, frozen=True, eq=False):
    """One domain made ready to be scored by one set of pages."""

    domain: Domain
    indicators: tuple[Indicator, ...]
    cuts: Cuts
    usual: Setting
    others: tuple[Setting, ...]


@lru_cache(KNOWLEDGES)
def scorecards(knowledge: Knowledge) -> tuple[Scorecard, ...]:
    """A card for each domain of the pages, in their order."""
    return tuple(_card(domain, knowledge) for domain in knowledge.domains.values())


@lru_cache(PATTERNS)
def score(card: Scorecard, values: Values) -> DomainScore:
    """The score of one pattern of measurements; None among the values was not measured."""
    return _score(card, card.usual, values)


@lru_cache(PATTERNS)
def shifted(card: Scorecard, values: Values) -> tuple[Shifted, ...]:
    """The score under every other assumption, and as if each indicator were not in the model."""
    under = (Shifted(one.name, one.value, _score(card, one, values)) for one in card.others)
    without = (
        Shifted(indicator.id, None, _without(card, place, values))
        for place, indicator in enumerate(card.indicators)
        if len(values) > 1
    )
    return (*under, *without)


def _without(card: Scorecard, place: int, values: Values) -> DomainScore:
    effects = (*card.usual.effects[:place], *card.usual.effects[place + 1 :])
    setting = replace(card.usual, effects=effects)
    return _score(card, setting, (*values[:place], *values[place + 1 :]))


def unmeasured_as(card: Scorecard, values: Values, x: float) -> DomainScore:
    """The score if everything that was not measured were known to be `x`."""
    return score(card, tuple(x if value is None else value for value in values))


def _score(card: Scorecard, setting: Setting, values: Values) -> DomainScore:
    pooled = pool(setting.effects, values, setting.overlap)
    probability = pooled.exceeds(setting.contributes)
    label = _label(pooled, probability, card.cuts)
    return DomainScore(pooled, probability, label, _borderline(label, probability, card.cuts))


def _label(pooled: Pooled, probability: float, cuts: Cuts) -> Label:
    """No label is given from base rates alone: enough must have been measured."""
    if pooled.coverage < cuts.coverage:
        return "not_enough_measured"
    if probability >= cuts.probable:
        return "probable"
    return "possible" if probability >= cuts.possible else "not_shown"


def _borderline(label: Label, probability: float, cuts: Cuts) -> bool:
    if label == "not_enough_measured":
        return False
    return any(abs(probability - cut) <= cuts.borderline for cut in (cuts.probable, cuts.possible))


def _card(domain: Domain, knowledge: Knowledge) -> Scorecard:
    indicators = tuple(
        one for one in knowledge.indicators.values() if one.domain == domain.id and one.scored
    )
    weights = tuple(one.weight for one in indicators if one.weight is not None)
    usual = {name: knowledge.number(f"cause_{name}") for name in VARIED if name != "bias_factor"}
    usual |= {"bias_factor": 1.0, "overlap": domain.overlap.value}
    return Scorecard(
        domain,
        indicators,
        _cuts(knowledge),
        _setting("usual", None, weights, usual, knowledge),
        tuple(
            _setting(name, value, weights, usual | {name: value}, knowledge)
            for name, value in _other_assumptions(domain, knowledge)
        ),
    )


def _other_assumptions(domain: Domain, knowledge: Knowledge) -> Iterator[tuple[str, float]]:
    for name in VARIED:
        yield name, knowledge.number(f"cause_{name}_low")
        yield name, knowledge.number(f"cause_{name}_high")
    yield "overlap", domain.overlap_low
    yield "overlap", domain.overlap_high


def _setting(
    name: str,
    value: float | None,
    weights: tuple[Weight, ...],
    assumed: Mapping[str, float],
    knowledge: Knowledge,
) -> Setting:
    effects = tuple(
        shrink(_effect(weight, assumed["bias_factor"], knowledge), assumed["prior_sd"])
        for weight in weights
    )
    least = math.log(assumed["contributes_odds_ratio"])
    return Setting(name, value, effects, assumed["overlap"], least)


def _effect(weight: Weight, bias_factor: float, knowledge: Knowledge) -> Effect:
    bias_sd = bias_factor * knowledge.number(f"cause_bias_sd_{weight.grade}")
    return Effect(weight.log_odds, weight.se, bias_sd, weight.mean_x, weight.var_x)


def _cuts(knowledge: Knowledge) -> Cuts:
    names = ("coverage_needed", "probable_from", "possible_from", "borderline_within")
    return Cuts(*(knowledge.number(f"cause_{name}") for name in names))
