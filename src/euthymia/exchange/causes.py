"""Writes the causes of an assessment: the public part, and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from euthymia.engine.findings import (
    Causes,
    DomainFinding,
    DomainScore,
    Fact,
    Linked,
    Measured,
    NextStep,
    Shifted,
)
from euthymia.terms import Quantity

Json = dict[str, Any]


def causes_of(causes: Causes) -> Json:
    """The four domains as the contract names them."""
    return {finding.domain.id: _domain(finding) for finding in causes.domains}


def _domain(finding: DomainFinding) -> Json:
    pooled = finding.score.pooled
    shares = zip(finding.indicators, pooled.shares, strict=True)
    return {
        "log_odds": pooled.log_odds,
        "sd": pooled.sd,
        "odds_ratio": pooled.odds_ratio,
        "interval_95": list(pooled.interval_95),
        "probability": finding.score.probability,
        "base_probability": finding.base_probability,
        "coverage": pooled.coverage,
        "label": finding.score.label,
        "borderline": finding.score.borderline,
        "shift": pooled.shift,
        "shift_sd": pooled.shift_sd,
        "indicators": {one.indicator.id: _indicator(one, share) for one, share in shares},
    }


def _indicator(measured: Measured, share: float) -> Json:
    because = [fact_of(fact) for fact in measured.because]
    return {
        "x": measured.x,
        "share": share,
        **({"because": because} if because else {}),
        "sources": [item.id for item in measured.indicator.evidence],
    }


def fact_of(fact: Fact) -> Json:
    """A fact with its unit and day."""
    value: Any = fact.value
    unit: Json = {}
    if isinstance(fact.value, Quantity):
        value, unit = fact.value.value, {"unit": fact.value.unit}
    seen = {"date": fact.seen.isoformat()} if fact.seen else {}
    return {"fact": fact.name, "value": value, **unit, **seen}


def next_of(steps: Iterable[NextStep]) -> list[Json]:
    """What to ask or measure next, the weightiest first."""
    return [
        {
            "id": step.id,
            "ask": step.ask,
            "moves": step.moves,
            **({"indicator": step.indicator.id} if step.indicator else {}),
            "coverage_gain": step.coverage_gain,
            "expected_change": step.expected_change,
            "label_change": step.label_change,
        }
        for step in steps
    ]


def sensitivity_of(causes: Causes) -> Json:
    """How far each label hangs on our assumptions and on what was not measured."""
    return {
        finding.domain.id: {
            "if_the_rest_were_absent": _short(finding.lowest),
            "if_the_rest_were_present": _short(finding.highest),
            "under": [_shifted(one) for one in finding.shifted],
            "label_flips": [_shifted(one) for one in finding.flips],
        }
        for finding in causes.domains
    }


def _shifted(shifted: Shifted) -> Json:
    value = {} if shifted.value is None else {"value": shifted.value}
    name = "assumption" if value else "without"
    return {name: shifted.name, **value, **_short(shifted.score)}


def _short(score: DomainScore) -> Json:
    return {"probability": score.probability, "label": score.label}


def links_of(links: Iterable[Linked]) -> Json:
    """What the indicators found say of therapies, with how little that may weigh."""
    return {
        one.link.id: {
            "indicator": one.link.indicator,
            "therapy": one.link.therapy,
            "kind": one.link.kind,
            "finds": one.link.finds,
            "says": one.link.says,
            "grade": one.link.grade,
            "status": one.link.status,
            "steer": one.link.steer,
            "tilt_at_most": one.tilt_at_most,
            "sources": [item.id for item in one.link.evidence],
        }
        for one in links
    }
