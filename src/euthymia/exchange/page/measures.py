"""What to measure next, by how far it would move a domain; questions that weigh more come first."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from euthymia.engine.assessment import Assessment
from euthymia.engine.findings import NextStep
from euthymia.exchange.cause_words import measures, worth_words
from euthymia.knowledge import Knowledge

SHOWN = 5


class MeasureLine(Struct, frozen=True):
    """One indicator to measure. `worth`: what it would move, and how often the label."""

    ask: str
    domain: str
    indicator: str
    worth: str


class MeasureBox(Struct, frozen=True):
    """`before`: that questions of danger or of the answer come first. `more` are folded."""

    before: str
    first: tuple[MeasureLine, ...]
    more: tuple[MeasureLine, ...]


def measure_box(assessment: Assessment, knowledge: Knowledge) -> MeasureBox:
    steps = measures(assessment.next)
    lines = _lines(steps, knowledge)
    before = len(assessment.next) - len(steps)
    return MeasureBox(_before(before), lines[:SHOWN], lines[SHOWN:])


def _before(count: int) -> str:
    if not count:
        return ""
    return "1 question comes" if count == 1 else f"{count} questions come"


def _lines(steps: Iterable[NextStep], knowledge: Knowledge) -> tuple[MeasureLine, ...]:
    return tuple(
        MeasureLine(
            step.ask,
            knowledge.domains[step.indicator.domain].title,
            step.indicator.title,
            worth_words(step),
        )
        for step in steps
        if step.indicator is not None
    )
