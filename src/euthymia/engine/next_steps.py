"""What to ask or measure next: how much each unmeasured indicator or open question could change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from euthymia.engine.findings import ANSWER, DomainFinding, Measured, NextStep, Question
from euthymia.engine.scorecards import PATTERNS, Scorecard, Values, score, scorecards
from euthymia.knowledge import Knowledge
from euthymia.models.pooling import spread

SAFETY = "/safety/"
Change = tuple[float, float]
"""Mean change of a probability, up or down; and the probability that the label changes."""


def to_measure(domains: Sequence[DomainFinding], knowledge: Knowledge) -> tuple[NextStep, ...]:
    """The indicators that nobody measured, those first that tell most of their domain.

    That is the share of the spread of a domain's log-odds that hangs on the indicator: a weight
    that is hardly known moves a probability by its doubt alone, and must not come first for it.
    """
    steps = [
        step
        for card, finding in zip(scorecards(knowledge), domains, strict=True)
        for step in _to_measure(card, finding, knowledge)
    ]
    return tuple(sorted(steps, key=_weight))


def to_ask(questions: Iterable[Question]) -> Iterator[NextStep]:
    """The questions on which safety or the answer hangs, in the order they came.

    How often they are answered yes nobody knows, so they carry no expected change.
    """
    for question in questions:
        danger = next((one for one in question.settles if one.startswith(SAFETY)), None)
        if danger or question.turns_answer:
            yield NextStep(id=question.id, ask=question.ask, moves=danger or ANSWER)


def _to_measure(
    card: Scorecard, finding: DomainFinding, knowledge: Knowledge
) -> Iterator[NextStep]:
    values = tuple(one.x for one in finding.indicators)
    for place, measured in enumerate(finding.indicators):
        if measured.x is None:
            name, ask = _how(measured, knowledge)
            change, label_change = _change(card, values, place)
            yield NextStep(
                id=name,
                ask=ask,
                moves=f"/causes/{card.domain.id}/probability",
                indicator=measured.indicator,
                coverage_gain=_gain(card, place),
                expected_change=change,
                label_change=label_change,
            )


def _how(measured: Measured, knowledge: Knowledge) -> tuple[str, str]:
    """The question that would tell: to repeat what was set aside, else the first open fact."""
    if measured.set_aside is not None and measured.set_aside.ask is not None:
        return measured.set_aside.ask, knowledge.questions[measured.set_aside.ask].ask
    fact = measured.missing[0]
    return fact.name, fact.ask


@lru_cache(PATTERNS)
def _change(card: Scorecard, values: Values, place: int) -> Change:
    """Over what may be found, as often as it is found among patients with resistant depression."""
    now = score(card, values)
    weight = card.indicators[place].weight
    points = spread(weight.mean_x, weight.var_x) if weight else ()
    found = [
        (chance, score(card, (*values[:place], x, *values[place + 1 :]))) for x, chance in points
    ]
    return (
        sum(chance * abs(then.probability - now.probability) for chance, then in found),
        sum(chance for chance, then in found if then.label != now.label),
    )


def _weight(step: NextStep) -> tuple[float, float, str]:
    """The most telling first, then the largest change; by name where two are equal."""
    return -(step.coverage_gain or 0.0), -(step.expected_change or 0.0), step.id


def _gain(card: Scorecard, place: int) -> float:
    """How much its measurement adds to the coverage."""
    told = [effect.information for effect in card.usual.effects]
    return told[place] / sum(told)
