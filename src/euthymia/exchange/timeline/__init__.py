"""The timeline picture: trials, scores and events on one time axis, as SVG.

It is drawn twice, wide and narrow; a page shows the one that fits. Type stays readable on a
telephone because the narrow one is taller, not smaller. Colour only repeats a word or a pattern.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from euthymia.engine.assessment import Assessment
from euthymia.exchange.timeline.bars import bar_row
from euthymia.exchange.timeline.drawing import Axis, element, line, text, width_of, words
from euthymia.exchange.timeline.history import History
from euthymia.exchange.timeline.legend import legend_row
from euthymia.exchange.timeline.scores import event_row, series_row
from euthymia.exchange.timeline.sheet import NARROW, STYLE, WIDE, Layout, Row, Sheet, patterns
from euthymia.exchange.words import mark_of, score_words, short_name
from euthymia.knowledge.rulesets import LABEL

TOP = 26.0
"""Room for the names of months above the first lane."""


def timeline(course: History, title: str, layout: Layout = WIDE) -> str:
    """The picture as one SVG element; empty where nothing is dated.

    Args:
        course: What to draw.
        title: What it shows, in a sentence.
        layout: The sheet it is drawn on.
    """
    if course.empty:
        return ""
    axis = Axis(course.first, course.last, layout.left, layout.right)
    sheet = Sheet(layout, axis)
    lanes, bottom = _stacked(_lanes(course, sheet), TOP)
    legend, height = _stacked([legend_row(course, sheet)], bottom)
    drawn = (*_grid(sheet, bottom), *lanes, *legend)
    return element(
        "svg",
        *_names(course, title, layout),
        element("style", STYLE),
        patterns(layout),
        *drawn,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {layout.width:g} {height:g}",
        role="img",
        class_=f"timeline {layout.name}",
        aria_labelledby=f"{layout.name}-title",
        aria_describedby=f"{layout.name}-desc",
    )


def headline(assessment: Assessment) -> str:
    """What the picture shows, as a sentence; an open trial is neither counted nor left out."""
    label = [mark_of(one) for one in assessment.resistance.trials if one.rule == LABEL]
    rule = assessment.resistance.fda_ema.rule.name
    still_open = f" ({label.count('open')} open)" if "open" in label else ""
    trials = f"{label.count('counts')} of {len(label)} antidepressant trials failed by the {rule}"
    return f"{trials}{still_open}{_newest_score(assessment)}"


def _newest_score(assessment: Assessment) -> str:
    """The newest usable depression score with a date."""
    depression = [
        (one.rating.taken, one)
        for one in assessment.scores
        if one.total is not None and one.rating.taken and one.instrument.measures == "depression"
    ]
    if not depression:
        return ""
    day, newest = max(depression, key=lambda one: one[0])
    return f"; {short_name(newest.instrument)} {score_words(newest)} on {day}"


def _names(course: History, title: str, layout: Layout) -> Iterator[str]:
    yield element("title", words(title), id=f"{layout.name}-title")
    scores = sum(len(one.points) for one in course.series)
    desc = (
        f"From {course.first} to {course.last}: {len(course.bars)} drug trials, "
        f"{len(course.courses)} courses without drugs, {scores} scores of {len(course.series)} "
        f"scales, {len(course.events)} events. The table after the picture says the same in words."
    )
    yield element("desc", words(desc), id=f"{layout.name}-desc")


def _stacked(rows: Iterable[Row], top: float) -> tuple[list[str], float]:
    """Every row beneath the one before, and where the last one ends."""
    drawn: list[str] = []
    for height, draw in rows:
        drawn += draw(top)
        top += height
    return drawn, top


def _lanes(course: History, sheet: Sheet) -> Iterator[Row]:
    lanes = (
        ("Drug trials", [bar_row(bar, sheet) for bar in course.bars]),
        ("Without drugs", [bar_row(bar, sheet) for bar in course.courses]),
        ("Scores", [series_row(one, sheet) for one in course.series]),
        ("Events", [event_row(one, sheet) for one in course.events]),
    )
    for heading, rows in lanes:
        if rows:
            yield 30.0, partial(_heading, heading, sheet)
            yield from rows


def _heading(lane: str, sheet: Sheet, y: float) -> Iterator[str]:
    yield line((0, y + 8), (sheet.layout.width, y + 8), "rule")
    yield text(lane, 0, y + 26, "lane")


def _grid(sheet: Sheet, bottom: float) -> Iterator[str]:
    """Months or years behind everything, and the day of the assessment at the right."""
    free_from = sheet.layout.left
    for day, label in sheet.axis.ticks(sheet.layout.ticks):
        x, room = sheet.axis.x(day), width_of(label, sheet.layout.small)
        yield line((x, 20), (x, bottom), "grid")
        if free_from <= x <= sheet.layout.width - room:
            yield text(label, x, 14, "small")
            free_from = x + room + 8
    yield line((sheet.layout.right, 20), (sheet.layout.right, bottom), "today")


__all__ = ["NARROW", "WIDE", "Layout", "headline", "timeline"]
