"""Scores of each form as points joined by lines, on the whole range of the form; and events."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec import Struct

from euthymia.exchange.timeline.drawing import (
    Box,
    circle,
    line,
    path,
    rect,
    shortened,
    text,
    width_of,
)
from euthymia.exchange.timeline.history import Happening, Point, Series
from euthymia.exchange.timeline.sheet import Row, Sheet

HEIGHT = 66.0
LINE = 17.0


class Plot(Struct, frozen=True):
    """The frame in which one form is drawn; its axis is the whole range of the form."""

    series: Series
    sheet: Sheet
    top: float

    @property
    def bottom(self) -> float:
        return self.top + HEIGHT

    def y(self, value: float | None) -> float:
        """Where a total stands; one outside the form, at its edge."""
        form = self.series.form
        share = ((form.low if value is None else value) - form.low) / (form.high - form.low)
        return self.bottom - min(max(share, 0.0), 1.0) * HEIGHT

    def spot(self, point: Point) -> tuple[float, float]:
        return self.sheet.axis.x(point.day), self.y(point.value)


def series_row(series: Series, sheet: Sheet) -> Row:
    above = 14.0 if sheet.layout.beside else 24.0 + LINE * len(_levels(series))
    return above + HEIGHT + 12, partial(_series, series, sheet, above)


def _levels(series: Series) -> list[tuple[str, float]]:
    """The lines to be reached, by name."""
    levels = (("remission", series.remission), ("response", series.response))
    return [(kind, value) for kind, value in levels if value is not None]


def _series(series: Series, sheet: Sheet, above: float, y: float) -> Iterator[str]:
    plot = Plot(series, sheet, y + above)
    yield from _key(series, y)
    yield from _frame(plot)
    for run in series.runs:
        yield path([plot.spot(point) for point in run], "trend")
    yield from _points(plot)


def _key(series: Series, y: float) -> Iterator[str]:
    """The name of the form, and its lines with their values."""
    yield text(series.name, 0, y + 18, "name")
    told = f"{series.form.low:g} to {series.form.high:g}"
    yield text(told, width_of(series.name, 14) + 14, y + 18, "small")
    for number, (kind, value) in enumerate(_levels(series)):
        under = y + 37 + number * LINE
        yield line((0, under - 4), (22, under - 4), kind)
        yield text(f"{kind}: {value:g} or less", 28, under, "small")


def _frame(plot: Plot) -> Iterator[str]:
    left, right, form = plot.sheet.layout.left, plot.sheet.layout.right, plot.series.form
    yield rect(Box(left, plot.top, right - left, HEIGHT), "plot")
    yield text(f"{form.high:g}", left - 6, plot.top + 9, "tiny", "end")
    yield text(f"{form.low:g}", left - 6, plot.bottom, "tiny", "end")
    for kind, value in _levels(plot.series):
        yield line((left, plot.y(value)), (right, plot.y(value)), kind)


def _points(plot: Plot) -> Iterator[str]:
    """Points with their totals, as far as there is room, the newest first; doubtful ones hollow."""
    free_until = plot.sheet.layout.width
    for point in reversed(plot.series.points):
        x, y = plot.spot(point)
        yield circle(x, y, 4.5, "doubtful" if point.doubt else "point")
        label = _label(point)
        half = width_of(label, plot.sheet.layout.small) / 2 + 2
        middle = max(min(x, plot.sheet.layout.width - half), plot.sheet.layout.left + half)
        if middle + half <= free_until:
            yield text(label, middle, y - 9 if y - plot.top > LINE else y + 19, "value", "middle")
            free_until = middle - half


def _label(point: Point) -> str:
    value = "" if point.value is None else f"{point.value:g}"
    return f"{value}?" if point.doubt else value


def event_row(event: Happening, sheet: Sheet) -> Row:
    return (20.0 if sheet.layout.beside else 40.0), partial(_event, event, sheet)


def _event(event: Happening, sheet: Sheet, y: float) -> Iterator[str]:
    """A mark on its day with the date, on the side with more room, and what happened."""
    x, middle, layout = sheet.axis.x(event.day), y + 12, sheet.layout
    corners = [(x, middle - 5), (x + 5, middle), (x, middle + 5), (x - 5, middle)]
    yield path(corners, "event", closed=True)
    day = f"{event.day} {event.what}" if layout.beside else str(event.day)
    first = layout.width - x >= x - layout.left * layout.beside
    room = (layout.width - x if first else x) - 12
    side = (x + 10, "start") if first else (x - 10, "end")
    yield text(shortened(day, room, layout.small), side[0], y + 16, "small", side[1])
    if not layout.beside:
        yield text(shortened(event.what, layout.width, layout.small), 0, y + 33, "small")
