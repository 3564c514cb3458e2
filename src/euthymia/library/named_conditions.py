"""Gives an entry the codes of the conditions that it names, so that every page reads the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from euthymia.knowledge.coded_conditions import CodedCondition
from euthymia.knowledge.conditions import FactSource
from euthymia.library.faults import KnowledgeError, mend
from euthymia.terms import Code

Table = dict[str, Any]
Conditions = Mapping[str, CodedCondition]
ICD10CM = "icd10cm"
NAMES, LEFT_OUT = "conditions", "unless_conditions"


def with_codes(where: str, entry: Table, conditions: Conditions) -> Table:
    """The entry with the `codes` and `unless` of the conditions it names. Raises KnowledgeError."""
    if not {NAMES, LEFT_OUT} & set(entry):
        _refuse_codes_of_a_condition(where, entry, conditions)
        return entry
    _refuse_codes_beside_conditions(where, entry)
    named = _known(where, entry.get(NAMES, ()), conditions)
    left_out = _known(where, entry.get(LEFT_OUT, ()), conditions)
    return {
        **entry,
        "codes": _written(code for one in named for code in one.codes),
        "unless": _written((*_exempt(where, named), *_left_out(where, named, left_out))),
    }


def _written(codes: Iterable[Code]) -> list[str]:
    return list(dict.fromkeys(map(str, codes)))


def _known(where: str, names: Iterable[str], conditions: Conditions) -> list[CodedCondition]:
    for name in names:
        if name not in conditions:
            raise KnowledgeError(
                f"{where} names the condition '{name}', which no page defines; "
                f"add [condition.{name}] or correct the name{mend(name, conditions)}"
            )
    return [conditions[name] for name in names]


def _exempt(where: str, named: Sequence[CodedCondition]) -> Iterator[Code]:
    """What one of them leaves out, unless another of them carries it."""
    for one in named:
        others = [other for other in named if other is not one]
        for code in one.unless:
            if any(other.carried_by(code) for other in others):
                continue
            _refuse_half_carried(where, one, code, others)
            yield code


def _refuse_half_carried(
    where: str, one: CodedCondition, code: Code, others: Iterable[CodedCondition]
) -> None:
    for other in others:
        if other.touches(code):
            raise KnowledgeError(
                f"{where}: the condition '{one.id}' leaves out {code}, of which '{other.id}' "
                f"carries a part; let '{one.id}' leave out the narrower codes"
            )


def _left_out(
    where: str, named: Sequence[CodedCondition], left_out: Iterable[CodedCondition]
) -> Iterator[Code]:
    """The codes of the conditions left out, where they are codes of those named at all."""
    for one in left_out:
        if one.unless:
            raise KnowledgeError(
                f"{where} leaves out the condition '{one.id}', which has an `unless` of its own; "
                "name one that has none"
            )
        yield from (code for code in one.codes if any(other.touches(code) for other in named))


def _refuse_codes_beside_conditions(where: str, entry: Table) -> None:
    if not entry.get(NAMES):
        raise KnowledgeError(
            f"{where}: leaves out conditions and names none; write {NAMES} = [...]"
        )
    for key in ("codes", "unless"):
        if key in entry:
            raise KnowledgeError(
                f"{where}: has `{key}` beside `{NAMES}`; make a condition of them and name it"
            )


def _refuse_codes_of_a_condition(where: str, entry: Table, conditions: Conditions) -> None:
    """A page that lists a condition's codes by itself would miss what is added to it later."""
    for text in entry.get("codes", ()):
        system, _, value = text.partition(":")
        for one in conditions.values() if system == ICD10CM and value else ():
            if one.touches(Code(system, value)):
                raise KnowledgeError(
                    f"{where}: {text} belongs to the condition '{one.id}'; "
                    f'write {NAMES} = ["{one.id}"], or make a narrower condition and name that'
                )


def refuse_codes_listed_twice(facts: Iterable[FactSource]) -> None:
    """Two facts that list one code by themselves would drift apart. Raises KnowledgeError."""
    listed = sorted(
        (code.bare, fact.name)
        for fact in facts
        if not fact.conditions
        for code in fact.codes
        if code.system == ICD10CM
    )
    for (wider, one), (narrower, other) in combinations(listed, 2):
        if one != other and narrower.startswith(wider):
            raise KnowledgeError(
                f"the facts '{one}' and '{other}' both list the code {narrower}; "
                f"make a condition of it, and let both write {NAMES}"
            )
