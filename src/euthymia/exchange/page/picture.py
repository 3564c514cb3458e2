"""The timeline, twice, with its table and with what could not be drawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from euthymia.engine.assessment import Assessment
from euthymia.exchange.timeline import NARROW, WIDE, headline, timeline
from euthymia.exchange.timeline.history import Bar, History, Point, Series, Undated, history
from euthymia.knowledge import Knowledge


class TableRow(Struct, frozen=True):
    """One line of the table beside the picture."""

    first: date
    last: str
    lane: str
    what: str
    mark: str


class Picture(Struct, frozen=True):
    """Both drawings; empty where nothing is dated."""

    headline: str
    wide: str
    narrow: str
    rows: tuple[TableRow, ...]
    undated: tuple[Undated, ...]


def picture(assessment: Assessment, knowledge: Knowledge) -> Picture:
    course, title = history(assessment, knowledge), headline(assessment)
    return Picture(
        headline=title,
        wide=timeline(course, title, WIDE),
        narrow=timeline(course, title, NARROW),
        rows=tuple(sorted(_rows(course), key=lambda row: (row.first, row.lane, row.what))),
        undated=course.undated,
    )


def _rows(course: History) -> Iterator[TableRow]:
    yield from (_bar(bar, "drug trial") for bar in course.bars)
    yield from (_bar(bar, "without drugs") for bar in course.courses)
    for series in course.series:
        yield from (_point(point, series) for point in series.points)
    for event in course.events:
        yield TableRow(event.day, "", "event", event.what, "")


def _bar(bar: Bar, lane: str) -> TableRow:
    told = ", ".join(part for part in (bar.name, bar.dose, bar.days) if part)
    least = f" (minimum {bar.minimum})" if bar.minimum else ""
    last = "ongoing" if bar.ongoing else str(bar.end) if bar.sure_end else "end not recorded"
    name = f"{told}{least}, added to {bar.added_to}" if bar.added_to else f"{told}{least}"
    return TableRow(bar.start, last, lane, name, bar.mark_words)


def _point(point: Point, series: Series) -> TableRow:
    value = "no total" if point.value is None else f"{point.value:g} of {series.form.high:g}"
    doubt = f"in doubt: {point.doubt}" if point.doubt else ""
    return TableRow(point.day, "", "score", f"{series.name} {value}", doubt)
