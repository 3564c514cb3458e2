"""The lines of a chart of vital signs: where the rules of a therapy draw them. Read, never set.

Drawn is what holds at any time: a rule that also asks how the session stands has no place in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from euthymia.engine.sessions import rules_of
from euthymia.knowledge import Knowledge
from euthymia.knowledge.conditions import AnyOf, Comparison, Condition
from euthymia.knowledge.sessions import SessionTherapy

DRAWN = ("alert", "pause", "stop")


class Limit(Struct, frozen=True):
    """One line: at which value of a reading a rule decides what."""

    reading: str
    at: float
    decision: str


def limits_of(therapy: SessionTherapy, knowledge: Knowledge) -> tuple[Limit, ...]:
    """Every bound on a single reading by which a rule alerts, pauses or stops; each once."""
    found: dict[tuple[str, float], Limit] = {}
    for rule in rules_of(knowledge, therapy).at("observation"):
        if rule.decision not in DRAWN:
            continue
        for name, at in _bounds(rule.when):
            reading = knowledge.facts[name].key or name
            one = Limit(reading, at, rule.decision)
            known = found.get((reading, at))
            if known is None or DRAWN.index(known.decision) > DRAWN.index(one.decision):
                found[reading, at] = one
    return tuple(found.values())


def _bounds(condition: Condition) -> Iterator[tuple[str, float]]:
    """Each bound by itself enough for the rule to be met."""
    match condition:
        case Comparison(fact, _, bound):
            yield fact, bound.value
        case AnyOf(parts):
            for part in parts:
                yield from _bounds(part)
        case _:
            pass
