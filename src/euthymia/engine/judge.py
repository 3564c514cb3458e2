"""Judges one criterion on the facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

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

NOT_MET, UNKNOWN, MET = Verdict  # by name: this is where all the work is


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
        case Is() | Comparison() | Hint():
            return _of_one(condition, facts[condition.fact])
        case Not():
            return ~verdict_of(condition.part, facts)
        case AllOf():
            return _least_certain(condition.parts, facts)
        case AnyOf():
            return _surest(condition.parts, facts)


def _least_certain(parts: Iterable[Condition], facts: Mapping[str, Fact]) -> Verdict:
    found = MET
    for part in parts:
        one = verdict_of(part, facts)
        if one is NOT_MET:
            return NOT_MET
        found = one if one is UNKNOWN else found
    return found


def _surest(parts: Iterable[Condition], facts: Mapping[str, Fact]) -> Verdict:
    found = NOT_MET
    for part in parts:
        one = verdict_of(part, facts)
        if one is MET:
            return MET
        found = one if one is UNKNOWN else found
    return found


def _of_one(test: Is | Comparison | Hint, fact: Fact) -> Verdict:
    """A test of one fact; a hint is never more than open."""
    match test:
        case Is():
            return verdict(fact.value is test.expected if isinstance(fact.value, bool) else None)
        case Comparison():
            return _compare(fact, test)
        case Hint():
            return NOT_MET if fact.value is False else UNKNOWN


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
