"""The indicators of a domain: what was found, what each weighs, and the studies on both sides."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from msgspec import Struct

from euthymia.engine.findings import DomainFinding, Measured
from euthymia.exchange.cause_words import found_word
from euthymia.exchange.page.statement import FactLine, Statement, fact_line
from euthymia.knowledge import Knowledge
from euthymia.knowledge.causes import Effect, Finds, Indicator, Weight
from euthymia.models.pooling import NORMAL_95

SIDES: dict[Finds, str] = {
    "worse": "Worse outcome with it",
    "null": "No difference, mixed or better",
    "mixed": "No difference, mixed or better",
    "better": "No difference, mixed or better",
    "other": "Another question",
}
UNSAID = {"direction", "null"}
"""Measures that the words of the value already say."""


class Side(Struct, frozen=True):
    """What studies found, on one side."""

    heading: str
    studies: tuple[Statement, ...]


class IndicatorLine(Struct, frozen=True, kw_only=True):
    """One scored indicator.

    Attributes:
        word: Present, in between, absent, set aside or not measured.
        aside: Why a value was set aside.
        share: What it adds to the joint score, in log-odds; `bar` the same, 0 to 100 wide.
        typical: Whether that is only the share of the typical patient.
        weight: The odds ratio it enters with; elicited where no study gave one.
    """

    title: str
    measures: str
    word: str
    facts: tuple[FactLine, ...]
    aside: str
    asks: tuple[str, ...]
    share: str
    bar: int
    typical: bool
    weight: Statement | None
    weight_note: str
    sides: tuple[Side, ...]
    causal: Statement
    confounders: str
    caveat: str


class ShownLine(Struct, frozen=True, kw_only=True):
    """An indicator that enters no score and of which something is recorded."""

    title: str
    facts: tuple[FactLine, ...]
    why: str
    sides: tuple[Side, ...]


def indicator_lines(finding: DomainFinding, knowledge: Knowledge) -> tuple[IndicatorLine, ...]:
    shares = finding.score.pooled.shares
    largest = max((abs(share) for share in shares), default=0.0) or 1.0
    return tuple(
        _line(measured, share, share / largest, knowledge)
        for measured, share in zip(finding.indicators, shares, strict=True)
    )


def shown_lines(finding: DomainFinding, knowledge: Knowledge) -> tuple[ShownLine, ...]:
    return tuple(
        ShownLine(
            title=one.indicator.title,
            facts=tuple(fact_line(fact, knowledge) for fact in one.because),
            why=one.indicator.why_not_scored or "",
            sides=_sides(one.indicator),
        )
        for one in finding.shown
    )


def _line(measured: Measured, share: float, part: float, knowledge: Knowledge) -> IndicatorLine:
    indicator, weight = measured.indicator, measured.indicator.weight
    return IndicatorLine(
        title=indicator.title,
        measures=indicator.measures,
        word=found_word(measured),
        facts=tuple(fact_line(fact, knowledge) for fact in measured.because),
        aside=measured.set_aside.says or "" if measured.set_aside else "",
        asks=tuple(dict.fromkeys(fact.ask for fact in measured.missing)),
        share=_signed(share),
        bar=round(100 * max(part, 0.0)),
        typical=measured.x is None,
        weight=_weight(weight) if weight else None,
        weight_note=weight.note or "" if weight else "",
        sides=_sides(indicator),
        causal=_causal(indicator),
        confounders="; ".join(indicator.confounders),
        caveat=indicator.caveat or "",
    )


def _signed(share: float) -> str:
    """`+0.33`; what rounds to nothing has no sign."""
    told = f"{share:+.2f}"
    return "0.00" if float(told) == 0 else told


def _weight(weight: Weight) -> Statement:
    """`1.56 (1.35 to 1.81)`, before it is shrunk."""
    reach = NORMAL_95 * weight.se
    low, high = math.exp(weight.log_odds - reach), math.exp(weight.log_odds + reach)
    says = f"{math.exp(weight.log_odds):.2f} ({low:.2f} to {high:.2f})"
    grade = weight.grade.replace("_", " ")
    return Statement(says, weight.status, weight.evidence, grade=grade)


def _causal(indicator: Indicator) -> Statement:
    causal = indicator.causal
    kind = "association only" if causal.kind == "association" else causal.kind
    return Statement(causal.says, causal.status, causal.evidence, title=kind)


def _sides(indicator: Indicator) -> tuple[Side, ...]:
    return tuple(
        Side(heading, tuple(studies))
        for heading in dict.fromkeys(SIDES.values())
        if (studies := [_study(one) for one in _found(indicator.effects, heading)])
    )


def _found(effects: Iterable[Effect], heading: str) -> Iterator[Effect]:
    yield from (effect for effect in effects if SIDES[effect.finds] == heading)


def _study(effect: Effect) -> Statement:
    """`response to citalopram: odds ratio 1.56 (95 % interval 1.35 to 1.81), 2876 people`."""
    found = [_value(effect)]
    if effect.interval_95:
        low, high = effect.interval_95
        found[0] += f" (95 % interval {low:g} to {high:g})"
    found += [f"{effect.studies} studies"] if effect.studies else []
    found += [f"{effect.n} people"] if effect.n else []
    says = f"{effect.outcome[:1].upper()}{effect.outcome[1:]}: {', '.join(found)}."
    return Statement(f"{says} {effect.note or ''}".strip(), effect.status, effect.evidence)


def _value(effect: Effect) -> str:
    """A percentage stands before its measure, every other number after it."""
    value = effect.value if isinstance(effect.value, str) else f"{effect.value:g}"
    if effect.measure in UNSAID:
        return value
    return f"{value} ({effect.measure})" if "%" in effect.measure else f"{effect.measure} {value}"
