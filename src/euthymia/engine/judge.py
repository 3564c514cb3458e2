"""Judges one criterion on the facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from euthymia.engine.findings import Fact, Finding
from euthymia.knowledge.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Is,
    Not,
)
from euthymia.knowledge.criteria import Criterion
from euthymia.terms import Quantity, Verdict, verdict


def judge(criterion: Criterion, facts: Mapping[str, Fact]) -> Finding:
    """The criterion's verdict, with the facts it rests on."""
    because = tuple([facts[name] for name in criterion.facts])
    found = verdict_of(criterion.when, facts)
    if found is not Verdict.UNKNOWN:
        return Finding(criterion, found, because)
    missing = dict.fromkeys(_open_facts(criterion.when, facts))
    return Finding(criterion, found, because, tuple(facts[name] for name in missing))


def _open_facts(condition: Condition, facts: Mapping[str, Fact]) -> Iterator[str]:
    """The unknown facts that matter: those in branches that the known ones leave open."""
    match condition:
        case Is(fact) | Comparison(fact):
            yield fact
        case Not(part):
            yield from _open_facts(part, facts)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                if verdict_of(part, facts) is Verdict.UNKNOWN:
                    yield from _open_facts(part, facts)


def verdict_of(condition: Condition, facts: Mapping[str, Fact]) -> Verdict:
    """Kleene's logic over the facts: all is the least certain part, any the surest."""
    match condition:
        case Is(fact, expected):
            answer = facts[fact].value
            return verdict(answer is expected if isinstance(answer, bool) else None)
        case Comparison(fact):
            return _compare(facts[fact], condition)
        case Not(part):
            return ~verdict_of(part, facts)
        case AllOf(parts):
            return min((verdict_of(part, facts) for part in parts), default=Verdict.MET)
        case AnyOf(parts):
            return max((verdict_of(part, facts) for part in parts), default=Verdict.NOT_MET)


def _compare(fact: Fact, test: Comparison) -> Verdict:
    if not isinstance(fact.value, Quantity):
        return Verdict.UNKNOWN
    excess = fact.value.minus(test.bound)
    match test.relation:
        case "above":
            return verdict(excess > 0)
        case "at_least":
            return verdict(excess >= 0)
        case "below":
            return verdict(excess < 0)
        case "at_most":
            return verdict(excess <= 0)
