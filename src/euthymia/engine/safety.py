"""Danger signs first: what the forms say about suicide, and whom to call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from euthymia.engine.findings import Danger, Fact, Safety, Score
from euthymia.knowledge import Knowledge
from euthymia.knowledge.instruments import CrisisLine, SafetyItem
from euthymia.record import Record
from euthymia.terms import Quantity, Verdict


def watch(scores: Iterable[Score], record: Record, knowledge: Knowledge) -> Safety:
    """The suicide item of every form, gravest first, with the crisis line of the country."""
    findings = tuple(sorted(_dangers(scores, record, knowledge), key=lambda one: -one.verdict))
    known = record.patient.country is not None
    return Safety(findings, crisis_line(record, knowledge), known)


def crisis_line(record: Record, knowledge: Knowledge) -> CrisisLine:
    """The line of the patient's country, else the worldwide directory; unknown: of the region."""
    lines = knowledge.crisis_lines
    place = record.patient.country or record.region
    return lines.get(place, lines["default"])


def _dangers(scores: Iterable[Score], record: Record, knowledge: Knowledge) -> Iterator[Danger]:
    fresh_days = knowledge.number("score_speaks_for_days")
    asked = False
    for _, of_one_form in groupby(scores, key=lambda score: score.instrument.id):
        danger = _danger(tuple(of_one_form), record, fresh_days)
        if danger is not None:
            asked = asked or danger.verdict is not Verdict.UNKNOWN
            yield danger
    if not asked:
        yield _not_asked(knowledge)


def _danger(series: tuple[Score, ...], record: Record, fresh_days: float) -> Danger | None:
    """The newest answer to the form's suicide question. An old "no" is not a "no" of today."""
    item = series[0].instrument.safety
    if item is None:
        return None
    form = series[0].instrument
    answered = [score for score in series if _answer(score, item) is not None]
    newest = max(
        answered,
        key=lambda score: (score.rating.taken or record.as_of, _answer(score, item) or 0),
        default=None,
    )
    return Danger(
        id=f"suicidality_{form.id}",
        verdict=_verdict(newest, item, record, fresh_days),
        says=item.says,
        because=(_fact(form.id, newest, item),),
        evidence=item.evidence,
        status=item.status,
        ask=item.ask,
    )


def _verdict(newest: Score | None, item: SafetyItem, record: Record, fresh_days: float) -> Verdict:
    """A danger sign stands whatever else is odd; a no needs a whole, sound and recent form."""
    if newest is None:
        return Verdict.UNKNOWN
    if (_answer(newest, item) or 0) >= item.positive_from:
        return Verdict.MET
    age = (record.as_of - (newest.rating.taken or record.as_of)).days
    sound = newest.doubt is None and _asked_enough(newest, item)
    return Verdict.NOT_MET if sound and age <= fresh_days else Verdict.UNKNOWN


def _asked_enough(score: Score, item: SafetyItem) -> bool:
    """Whether every question that must be answered was, or a total alone says none was yes."""
    items = score.rating.items
    if not items:
        return score.rating.total == score.instrument.low
    return all(len(items) >= one and items[one - 1] is not None for one in item.must_answer)


def _answer(score: Score, item: SafetyItem) -> float | None:
    """The answer to the safety item, or, where every item asks, the gravest of them."""
    items, total = score.rating.items, score.rating.total
    if item.number is None:
        return max((one for one in (*items, total) if one is not None), default=None)
    return items[item.number - 1] if len(items) >= item.number else None


def _fact(form: str, newest: Score | None, item: SafetyItem) -> Fact:
    name = f"{form}_item_{item.number}" if item.number else form
    if newest is None:
        return Fact(name, None, ask=item.ask)
    answer = _answer(newest, item)
    value = None if answer is None else Quantity(answer, "{score}")
    return Fact(name, value, newest.rating.taken, item.ask, newest.rating.resource)


def _not_asked(knowledge: Knowledge) -> Danger:
    question = knowledge.questions["suicidality"]
    return Danger(
        id="suicidality",
        verdict=Verdict.UNKNOWN,
        says=question.why,
        because=(Fact("suicidality", None, ask=question.ask),),
        evidence=question.evidence,
        status=question.status,
        ask=question.ask,
    )
