"""Filled-in questionnaires of known forms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct

from euthymia.exchange.fhir.answers import Answers, Asked
from euthymia.exchange.fhir.bundles import Found
from euthymia.exchange.fhir.chart import Chart
from euthymia.exchange.fhir.ratings import Piece
from euthymia.exchange.fhir.resources import Answer, Item, QuestionnaireResponse
from euthymia.exchange.fhir.values import number_of, one_value, points_of
from euthymia.knowledge.instruments import Instrument

LOINC = re.compile(r"(?<![\d-])\d{1,7}-\d(?![\d-])")
UNFINISHED = frozenset({"in-progress", "stopped"})


class Line(Struct, frozen=True):
    """One question of a form that was asked, with its answer where there is one."""

    place: str
    codes: tuple[str, ...]
    text: str
    answer: Answer | None


def read_forms(chart: Chart, answers: Answers) -> Iterator[Piece]:
    """The points and totals of every form that a page knows; other answers go to `answers`."""
    for one, filled in chart.each(QuestionnaireResponse):
        lines = list(_lines(one, filled.item))
        taken = chart.earliest(one, "authored", filled.authored)
        pieces = list(_coded(one, lines, taken, chart)) or list(
            _by_order(one, filled, lines, taken, chart)
        )
        told = sum(_told(one, lines, taken, answers))
        if pieces or told:
            chart.used(one)
            if filled.status in UNFINISHED:
                chart.ledger.doubt(one, "was not finished; its answers so far are read")
        else:
            chart.ledger.unmapped["questionnaire"] += 1
        yield from pieces


def _told(
    one: Found, lines: Sequence[Line], taken: date | None, answers: Answers
) -> Iterator[bool]:
    """For each answer that fills no scale, whether it was used."""
    for line in lines:
        if line.answer is not None:
            asked = Asked(one, line.codes, None, line.answer, taken)
            if answers.knows(asked):
                yield answers.take(asked)


def _lines(one: Found, items: Sequence[Item]) -> Iterator[Line]:
    """The questions in the order of the form, those inside groups and answers too."""
    waiting = [(f"item[{number}]", item) for number, item in enumerate(items)][::-1]
    while waiting:
        place, item = waiting.pop()
        inner = [(f"{place}.item[{n}]", sub) for n, sub in enumerate(item.item)]
        for number, answer in enumerate(item.answer):
            at = f"{place}.answer[{number}]"
            one_value(one, f"{at}.", answer)
            inner.extend((f"{at}.item[{n}]", sub) for n, sub in enumerate(answer.item))
        waiting.extend(reversed(inner))
        if item.answer or not item.item:
            yield Line(place, _codes(item), (item.text or "").lower(), _single(item))


def _codes(item: Item) -> tuple[str, ...]:
    """LOINC codes in the link or the definition of a question."""
    return tuple(LOINC.findall(f"{item.link_id or ''} {item.definition or ''}"))


def _single(item: Item) -> Answer | None:
    """The answer, where there is exactly one."""
    return item.answer[0] if len(item.answer) == 1 else None


def _coded(one: Found, lines: Sequence[Line], taken: date | None, chart: Chart) -> Iterator[Piece]:
    """By the LOINC codes of the questions."""
    for line in lines:
        for code in line.codes if line.answer else ():
            for form, number in chart.guide.items.get(code, ()):
                yield from _answered(one, line, form, number, taken)
            total = chart.guide.totals.get(code)
            if total is not None:
                yield from _totalled(one, line, total, taken)


def _answered(
    one: Found, line: Line, form: Instrument, number: int, taken: date | None
) -> Iterator[Piece]:
    points = points_of(line.answer, form) if line.answer else None
    if points is not None:
        yield Piece(form, taken, one.label, "", number, points, one.label)


def _totalled(one: Found, line: Line, form: Instrument, taken: date | None) -> Iterator[Piece]:
    total = number_of(line.answer) if line.answer else None
    if total is not None:
        yield Piece(form, taken, one.label, "", None, total, one.label)


def _by_order(
    one: Found,
    filled: QuestionnaireResponse,
    lines: Sequence[Line],
    taken: date | None,
    chart: Chart,
) -> Iterator[Piece]:
    """By the order of the questions, where the form is known by its name and nothing is missing."""
    form = _form(filled, chart)
    if form is None or form.items is None or not form.answers:
        return
    asked = lines[: form.items]
    fitting = all(_fits(line, form) for line in asked)
    if len(asked) < form.items or not fitting or _answers_in(lines[form.items :], form):
        chart.ledger.doubt(one, f"its questions cannot be told apart; {form.name} has {form.items}")
        return
    for number, line in enumerate(asked):
        yield from _answered(one, line, form, number, taken)
    for line in lines[form.items :]:
        if any(word in line.text for word in chart.guide.form_total):
            yield from _totalled(one, line, form, taken)


def _fits(line: Line, form: Instrument) -> bool:
    """Whether a question was left open, or answered in the words of the form."""
    if line.answer is None:
        return True
    return number_of(line.answer) is None and points_of(line.answer, form) is not None


def _answers_in(lines: Sequence[Line], form: Instrument) -> bool:
    """Whether further questions have answers of the same form: then the order says nothing."""
    return any(line.answer and _fits(line, form) for line in lines)


def _form(filled: QuestionnaireResponse, chart: Chart) -> Instrument | None:
    """The one form whose name stands in the address of the questionnaire."""
    address = (filled.questionnaire or "").split("|")[0].rsplit("/", 1)[-1].lower()
    met = [form for form, name in chart.guide.form_names.items() if name.search(address)]
    return chart.guide.knowledge.instruments[met[0]] if len(met) == 1 else None
