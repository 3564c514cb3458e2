"""The course of a scale: each score with its day, against the lines that its page draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from euthymia.engine.assessment import Assessment
from euthymia.engine.findings import Change, Score
from euthymia.exchange.words import score_words, short_name
from euthymia.knowledge import Knowledge
from euthymia.knowledge.instruments import Instrument
from euthymia.terms import Verdict

WORD = {Verdict.MET: "yes", Verdict.NOT_MET: "no", Verdict.UNKNOWN: "not known"}
RESPONSE = "response_from_pct"


@dataclass(frozen=True)
class Point:
    """One score. `total` is None where it may not be used; `doubt` says why."""

    day: date
    total: float | None
    told: str
    band: str
    doubt: str


@dataclass(frozen=True)
class Level:
    """A line across the chart, with its words."""

    at: float
    told: str


@dataclass(frozen=True)
class Trend:
    """One scale over time. `title` states the finding, `told` how many scores from when to when."""

    form: Instrument
    name: str
    title: str
    told: str
    points: tuple[Point, ...]
    levels: tuple[Level, ...]


def trends(judged: Assessment, knowledge: Knowledge) -> tuple[Trend, ...]:
    """Every scale with two usable, dated scores or more: depression first, then by name."""
    changed = {one.instrument.id: one for one in judged.changes}
    found = [
        _trend(form, points, changed[form.id], knowledge)
        for form, points in _by_form(judged.scores)
        if form.id in changed and sum(one.total is not None for one in points) > 1
    ]
    return tuple(sorted(found, key=lambda one: (one.form.measures != "depression", one.name)))


def _by_form(scores: Sequence[Score]) -> Iterator[tuple[Instrument, list[Point]]]:
    """Scores come by form and oldest first; what has no day has no place in a chart."""
    for _, group in groupby(scores, key=lambda one: one.instrument.id):
        of_one = list(group)
        yield (
            of_one[0].instrument,
            [_point(one, one.rating.taken) for one in of_one if one.rating.taken is not None],
        )


def _point(score: Score, day: date) -> Point:
    return Point(day, score.total, score_words(score), score.band or "no band", score.doubt or "")


def _trend(form: Instrument, points: list[Point], change: Change, knowledge: Knowledge) -> Trend:
    name = short_name(form)
    return Trend(
        form=form,
        name=name,
        title=_title(name, change),
        told=f"{len(points)} scores, {points[0].day} to {points[-1].day}",
        points=tuple(points),
        levels=tuple(_levels(form, change, knowledge)),
    )


def _title(name: str, change: Change) -> str:
    """`PHQ-9 from 21 to 19, 10 % better: response no, remission no`."""
    percent = change.improvement_pct
    moved = ""
    if percent is not None:
        moved = f", {abs(percent):.0f} % {'worse' if percent < 0 else 'better'}"
    return (
        f"{name} from {change.first.total:g} to {change.last.total:g}{moved}: "
        f"response {WORD[change.response]}, remission {WORD[change.remission]}"
    )


def _levels(form: Instrument, change: Change, knowledge: Knowledge) -> Iterator[Level]:
    """Where response to the first score begins, and where remission does."""
    fall, first = knowledge.number(RESPONSE), change.first.total
    if first is not None:
        yield Level(first - fall / 100 * (first - form.low), f"response: -{fall:g} %")
    if form.remission_at_most is not None:
        yield Level(form.remission_at_most, f"remission: {form.remission_at_most:g} or less")
