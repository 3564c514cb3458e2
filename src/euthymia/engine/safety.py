"""Danger signs first: what forms and diagnoses say about suicide, and whom to call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import get_args

from euthymia.engine.findings import Danger, Fact, Safety, Score
from euthymia.knowledge import Knowledge
from euthymia.knowledge.instruments import (
    CodedDanger,
    CrisisLine,
    Grade,
    SafetyItem,
    SafetyStep,
)
from euthymia.record import Record
from euthymia.record.entries import Diagnosis
from euthymia.terms import Quantity, Verdict

GRADES: tuple[Grade, ...] = get_args(Grade)


def watch(scores: Iterable[Score], record: Record, knowledge: Knowledge) -> Safety:
    """What forms and diagnoses say, gravest first, with the crisis line of the country."""
    signs = (*_coded(record, knowledge), *_dangers(scores, record, knowledge))
    findings = tuple(sorted(signs, key=lambda one: (-one.verdict, -GRADES.index(one.grade))))
    known = record.patient.country is not None
    return Safety(findings, crisis_line(record, knowledge), known)


def crisis_line(record: Record, knowledge: Knowledge) -> CrisisLine:
    """The line of the patient's country, else the worldwide directory; unknown: of the region."""
    lines = knowledge.crisis_lines
    place = record.patient.country or record.region
    return lines.get(place, lines["default"])


def _coded(record: Record, knowledge: Knowledge) -> Iterator[Danger]:
    """Diagnoses that tell of suicide: the new ones as danger signs, the old ones as history."""
    for page in knowledge.dangers.values():
        found = [one for one in record.diagnoses if page.carried_by(one.code)]
        if found:
            yield _coded_danger(page, found, record, knowledge)


def _coded_danger(
    page: CodedDanger, found: Sequence[Diagnosis], record: Record, knowledge: Knowledge
) -> Danger:
    """What lies back leaves open what holds today, and is a question."""
    newest = max(found, key=lambda one: (_last_seen(one, record), str(one.code)))
    age = (record.as_of - _last_seen(newest, record)).days
    untold = newest.over and _dated(newest, record) is None
    recent = not untold and age <= knowledge.number("coded_danger_speaks_for_days")
    stands = recent and not page.history
    fact = Fact("diagnosis", newest.code.value, _dated(newest, record), "", newest.resource)
    return Danger(
        id=page.id,
        verdict=Verdict.MET if stands else Verdict.UNKNOWN,
        title=page.title,
        says=page.says if stands else page.ask,
        because=(fact,),
        evidence=page.evidence,
        status=page.status,
        ask=page.ask,
        grade=page.grade,
    )


def _last_seen(diagnosis: Diagnosis, record: Record) -> date:
    """The last day it is told of; one without a date is of today."""
    return _dated(diagnosis, record) or record.as_of


def _dated(diagnosis: Diagnosis, record: Record) -> date | None:
    days = (diagnosis.recorded, diagnosis.onset, diagnosis.resolved)
    return max((day for day in days if day and day <= record.as_of), default=None)


def _dangers(scores: Iterable[Score], record: Record, knowledge: Knowledge) -> Iterator[Danger]:
    asked = False
    for _, of_one_form in groupby(scores, key=lambda score: score.instrument.id):
        danger = _danger(tuple(of_one_form), record, knowledge)
        if danger is not None:
            asked = asked or danger.verdict is not Verdict.UNKNOWN
            yield danger
    if not asked:
        yield _not_asked(knowledge)


def _danger(series: tuple[Score, ...], record: Record, knowledge: Knowledge) -> Danger | None:
    """What the form's suicide question says: its newest answer, and a graver one shortly before.

    An old "no" is not a "no" of today.
    """
    item = series[0].instrument.safety
    if item is None:
        return None
    form = series[0].instrument
    shown = _telling(series, item, record, knowledge.number("danger_answer_stands_for_days"))
    verdict = _verdict(shown, item, record, knowledge.number("score_speaks_for_days"))
    step = _step(shown, item) if verdict is Verdict.MET else None
    return Danger(
        id=f"suicidality_{form.id}",
        verdict=verdict,
        title=item.title,
        says=step.says if step else item.says,
        because=tuple(_fact(form.id, one, item) for one in shown or (None,)),
        evidence=step.evidence if step else item.evidence,
        status=step.status if step else item.status,
        ask=item.ask,
        grade=step.grade if step else "thoughts",
    )


def _telling(
    series: Sequence[Score], item: SafetyItem, record: Record, stands_for_days: float
) -> tuple[Score, ...]:
    """The newest answer, and the gravest of the days before it, where that is another one."""

    def day(score: Score) -> date:
        return score.rating.taken or record.as_of

    answered = [score for score in series if _answer(score, item) is not None]
    if not answered:
        return ()
    newest = max(answered, key=lambda one: (day(one), _level(one, item)))
    near = [one for one in answered if (day(newest) - day(one)).days <= stands_for_days]
    gravest = max(near, key=lambda one: (_level(one, item), day(one)))
    return (newest, gravest) if _level(gravest, item) > _level(newest, item) else (newest,)


def _step(shown: Sequence[Score], item: SafetyItem) -> SafetyStep | None:
    """The gravest step that an answer reaches."""
    level = max(_level(score, item) for score in shown)
    reached = [step for step in item.step if level >= step.at_least]
    return max(reached, key=lambda step: step.at_least, default=None)


def _level(score: Score, item: SafetyItem) -> float:
    """How grave: the answer; where every item asks, the number of the last one answered yes."""
    if item.number is None:
        told = enumerate(score.rating.items, start=1)
        yes = [number for number, one in told if one is not None and one >= item.positive_from]
        if yes:
            return max(yes)
    return _answer(score, item) or 0


def _verdict(
    shown: Sequence[Score], item: SafetyItem, record: Record, fresh_days: float
) -> Verdict:
    """A danger sign stands whatever else is odd; a no needs a whole, sound and recent form."""
    if not shown:
        return Verdict.UNKNOWN
    if any(answered_yes(one) for one in shown):
        return Verdict.MET
    newest = shown[0]
    age = (record.as_of - (newest.rating.taken or record.as_of)).days
    sound = newest.doubt is None and _asked_enough(newest, item)
    return Verdict.NOT_MET if sound and age <= fresh_days else Verdict.UNKNOWN


def answered_yes(score: Score) -> bool:
    """Whether the suicide question of a form was answered with a danger sign."""
    item = score.instrument.safety
    return item is not None and (_answer(score, item) or 0) >= item.positive_from


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
        title=question.title,
        says=question.why,
        because=(Fact("suicidality", None, ask=question.ask),),
        evidence=question.evidence,
        status=question.status,
        ask=question.ask,
    )
