"""Facts of a running session by name, and rules judged on them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from euthymia.engine.findings import Fact, Finding
from euthymia.engine.judge import judge, verdict_of
from euthymia.knowledge import Knowledge
from euthymia.knowledge.conditions import AllOf, AnyOf, Condition, FactSource, Not, facts_of
from euthymia.knowledge.rulesets import Parameter
from euthymia.knowledge.sessions import ReadingsDue, SessionRule, SessionTherapy, Stage
from euthymia.terms import Quantity, Verdict

Value = bool | float | str | tuple[str, ...] | None
Told = Mapping[str, Value]
"""What is told, by the name of its field. Absent and None both mean that nobody said."""


class Rules(Struct, frozen=True):
    """What holds in sessions of one therapy: its rules, readings due, facts and numbers."""

    therapy: SessionTherapy
    rules: tuple[SessionRule, ...]
    dues: tuple[ReadingsDue, ...]
    facts: Mapping[str, FactSource]
    parameters: Mapping[str, Parameter]

    def number(self, parameter: str) -> float:
        """The value of one parameter. Raises KeyError where no page defines it."""
        return self.parameters[parameter].value

    def at(self, stage: Stage) -> tuple[SessionRule, ...]:
        """The rules judged at one stage, as the pages have them."""
        return tuple(rule for rule in self.rules if rule.stage == stage)


def rules_of(knowledge: Knowledge, therapy: SessionTherapy) -> Rules:
    """The rules that speak of one therapy."""
    return Rules(
        therapy,
        tuple(one for one in knowledge.session_rules.values() if therapy in one.therapies),
        tuple(one for one in knowledge.session_dues.values() if therapy in one.therapies),
        knowledge.facts,
        knowledge.parameters,
    )


def judged(rule: SessionRule, told: Told, rules: Rules) -> Finding:
    """One rule on what is told, with the facts that decide it under the names of their fields."""
    facts = _facts(rule, told, rules)
    finding = judge(rule, facts)
    names = dict.fromkeys(_deciding(rule.when, finding.verdict, facts))
    because = (_shown(facts[name], rules.facts[name]) for name in names)
    return replace(finding, because=_each_once(because), missing=_each_once(finding.missing))


def all_judged(stage: Stage, told: Told, rules: Rules) -> tuple[Finding, ...]:
    """Every rule of a stage, judged."""
    return tuple(judged(rule, told, rules) for rule in rules.at(stage))


def met_at(stage: Stage, told: Told, rules: Rules) -> tuple[Finding, ...]:
    """The rules of a stage that are met. Most are not, and why not is nobody's question here."""
    return tuple(
        judged(rule, told, rules)
        for rule in rules.at(stage)
        if verdict_of(rule.when, _facts(rule, told, rules)) is Verdict.MET
    )


def met(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that are met."""
    return tuple(one for one in findings if one.verdict is Verdict.MET)


def _facts(rule: SessionRule, told: Told, rules: Rules) -> dict[str, Fact]:
    return {name: _fact(rules.facts[name], told) for name in rule.facts}


def _fact(source: FactSource, told: Told) -> Fact:
    name = source.key or source.name
    return Fact(name, _value(source, told.get(name)), ask=source.ask)


def _value(source: FactSource, value: Value) -> bool | Quantity | None:
    """As a condition reads it: a number in the page's unit, a list by what it holds."""
    match value:
        case None | bool():
            return value
        case tuple():
            return _holds(source, value)
        case str():
            return value == source.equals
        case _:
            return Quantity(value, source.unit or "1")


def _holds(source: FactSource, words: tuple[str, ...]) -> bool:
    """Whether a list holds the word of a fact, or a text in it speaks of one of its words."""
    if source.words:
        sought = re.compile(rf"\b({'|'.join(map(re.escape, source.words))})", re.IGNORECASE)
        return any(sought.search(text) for text in words)
    return source.equals in words


def _shown(fact: Fact, source: FactSource) -> Fact:
    """A word of a list is shown as the word."""
    return replace(fact, value=source.equals) if source.equals and fact.value is True else fact


def _each_once(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple(dict.fromkeys(facts))


def _deciding(condition: Condition, found: Verdict, facts: Mapping[str, Fact]) -> Iterator[str]:
    """The facts in the branches that have the verdict; those that say nothing are left out."""
    match condition:
        case Not(part):
            yield from _deciding(part, ~found, facts)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                if verdict_of(part, facts) is found:
                    yield from _deciding(part, found, facts)
        case _:
            yield from facts_of(condition)
