"""What a plan is written down in: lines of numbers, each with what it rests on, and warnings."""

from __future__ import annotations

from msgspec import Struct

from euthymia.exchange.page.statement import Statement, said
from euthymia.knowledge import Knowledge

PER_MINUTE = 60


class PlanLine(Struct, frozen=True):
    """One line of a plan. `rests` are the entries of the knowledge whose numbers it takes."""

    name: str
    told: str
    rests: tuple[Statement, ...] = ()


class Warned(Struct, frozen=True):
    """What to heed in a plan, and what the knowledge says of it."""

    told: str
    rests: tuple[Statement, ...] = ()


def parameters(knowledge: Knowledge, *names: str) -> tuple[Statement, ...]:
    """The constants of the pages by these names, as they are said there."""
    return tuple(said(knowledge.parameters[one]) for one in names if one in knowledge.parameters)


def number(value: float) -> str:
    """Four significant digits: `66`, `37.57`."""
    return f"{value:.4g}"


def duration(seconds: float) -> str:
    """`37 min 30 s`; shorter ones in seconds."""
    minutes, rest = divmod(round(seconds), PER_MINUTE)
    if not minutes:
        return f"{number(seconds)} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"
