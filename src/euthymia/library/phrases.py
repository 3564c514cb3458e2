"""Reads a `when` of a page into a condition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from euthymia.knowledge.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    FactSource,
    Hint,
    Is,
    Not,
    Relation,
)
from euthymia.library.faults import KnowledgeError, mend
from euthymia.terms import Quantity

RELATIONS: tuple[Relation, ...] = get_args(Relation)


def condition(where: str, body: Mapping[str, Any], facts: Mapping[str, FactSource]) -> Condition:
    """The condition written as `body`. Raises KnowledgeError: unknown fact, relation or shape."""
    match body:
        case {"all": [*parts], **rest} if not rest:
            return AllOf(tuple(condition(where, part, facts) for part in parts))
        case {"any": [*parts], **rest} if not rest:
            return AnyOf(tuple(condition(where, part, facts) for part in parts))
        case {"not": dict(part), **rest} if not rest:
            return Not(condition(where, part, facts))
        case {"fact": str(name), **test} if len(test) == 1:
            return _test(where, name, test, facts)
        case _:
            raise KnowledgeError(
                f"{where}: cannot read the condition {dict(body)}; "
                "write one fact with one relation, or one of all, any, not"
            )


def _test(
    where: str, name: str, test: Mapping[str, Any], facts: Mapping[str, FactSource]
) -> Condition:
    if name not in facts:
        raise KnowledgeError(
            f"{where} tests the fact '{name}', which no page defines; "
            f"add [fact.{name}] or correct the name{mend(name, facts)}"
        )
    [(relation, bound)] = test.items()
    if relation == "hints":
        return _hint(where, name, bound)
    if relation == "is":
        return _yes_or_no(where, name, bound, facts[name].unit)
    if relation not in RELATIONS:
        raise KnowledgeError(
            f"{where}: unknown relation '{relation}'; one of is, hints, {', '.join(RELATIONS)}"
        )
    return Comparison(name, relation, _bound(where, name, bound, facts[name].unit))


def _hint(where: str, name: str, bound: object) -> Hint:
    if bound is not True:
        raise KnowledgeError(f"{where}: '{name}' hints {bound!r}; write hints = true")
    return Hint(name)


def _yes_or_no(where: str, name: str, bound: object, unit: str | None) -> Is:
    if not isinstance(bound, bool):
        raise KnowledgeError(f"{where}: '{name}' is {bound!r}; write true or false without quotes")
    if unit is not None:
        raise KnowledgeError(
            f"{where} asks yes or no of '{name}', which is measured in {unit}; "
            f"write one of {', '.join(RELATIONS)}"
        )
    return Is(name, bound)


def _bound(where: str, name: str, text: str, unit: str | None) -> Quantity:
    try:
        bound = Quantity.parse(text)
    except ValueError as fault:
        raise KnowledgeError(f"{where}: {fault}") from None
    if bound.unit != unit:
        raise KnowledgeError(
            f"{where} compares '{name}' in {bound.unit}, but [fact.{name}] says unit {unit}; "
            "give the bound in that unit"
        )
    return bound
