"""Judges one criterion on the facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from euthymia.engine.findings import Fact, Finding
from euthymia.knowledge.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Hint,
    Is,
    Not,
    parts_of,
)
from euthymia.knowledge.criteria import Criterion
from euthymia.terms import Quantity, Verdict, verdict


def judge(criterion: Criterion, facts: Mapping[str, Fact]) -> Finding:
    """The criterion's verdict, with the facts it rests on."""
    because = tuple([facts[name] for name in criterion.facts if not facts[name].silent])
    found = verdict_of(criterion.when, facts)
    if found is not Verdict.UNKNOWN:
        return Finding(criterion, found, because)
    missing = dict.fromkeys(open_facts(criterion.when, facts))
    return Finding(criterion, found, because, tuple(facts[name] for name in missing))


def open_facts(condition: Condition, facts: Mapping[str, Fact]) -> Iterator[str]:
    """The unknown facts that matter: those in branches that the known ones leave open."""
    for part in parts_of(condition):
        if verdict_of(part, facts) is Verdict.UNKNOWN:
            yield from open_facts(part, facts)
    match condition:
        case Is(fact) | Comparison(fact):
            yield fact
        case Hint(fact) if facts[fact].value is None:  # a yes was given: something else must tell
            yield fact
        case _:
            pass


def verdict_of(condition: Condition, facts: Mapping[str, Fact]) -> Verdict:
    """Kleene's logic over the facts: all is the least certain part, any the surest."""
    match condition:
        case Not(part):
            return ~verdict_of(part, facts)
        case AllOf(parts):
            return min((verdict_of(part, facts) for part in parts), default=Verdict.MET)
        case AnyOf(parts):
            return max((verdict_of(part, facts) for part in parts), default=Verdict.NOT_MET)
        case Is() | Hint() | Comparison():
            return _of_one(condition, facts[condition.fact])


def _of_one(test: Is | Hint | Comparison, fact: Fact) -> Verdict:
    """A test of one fact; a hint is never more than open."""
    match test:
        case Is(_, expected):
            return verdict(fact.value is expected if isinstance(fact.value, bool) else None)
        case Hint():
            return min(verdict(fact.value is not False), Verdict.UNKNOWN)
        case Comparison():
            return _compare(fact, test)


def _compare(fact: Fact, test: Comparison) -> Verdict:
    if not isinstance(fact.value, Quantity):
        return verdict(fact.value if fact.value is False else None)
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
