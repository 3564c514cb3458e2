"""Trials as bars: as high as the dose against the minimum, as long as they lasted."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from euthymia.exchange.timeline.drawing import (
    Box,
    circle,
    element,
    line,
    path,
    rect,
    shortened,
    text,
    width_of,
    words,
)
from euthymia.exchange.timeline.history import Bar, Step
from euthymia.exchange.timeline.sheet import DAY, MINIMUM_HEIGHT, TALLEST, Row, Sheet
from euthymia.exchange.words import Mark

KIND: dict[Mark | None, str] = {
    "counts": "counts",
    "adequate": "added",
    "does not count": "short",
    "open": "open",
    None: "other",
}
INDENT = 14.0


def bar_row(bar: Bar, sheet: Sheet) -> Row:
    return (46.0 if sheet.layout.beside else 80.0), partial(_bar, bar, sheet)


def _bar(bar: Bar, sheet: Sheet, y: float) -> Iterator[str]:
    base = y + (41 if sheet.layout.beside else 73)
    yield from _label(bar, sheet, y)
    yield from _body(bar, sheet, base)
    if bar.minimum:
        yield from _minimum(bar, sheet, base - MINIMUM_HEIGHT)
    if bar.ongoing:
        yield from _arrow(bar, sheet, base)
    elif not bar.sure_end:
        x = min(sheet.axis.x(bar.end + DAY) + 3, sheet.layout.width - 8)
        yield text("?", x, base - 2, "name")


def _label(bar: Bar, sheet: Sheet, y: float) -> Iterator[str]:
    """Name and dose, and beneath them the mark with the days."""
    layout, x = sheet.layout, INDENT if bar.added_to else 0.0
    room = layout.text_room - x
    name = shortened(f"+ {bar.name}" if bar.added_to else bar.name, room, layout.size)
    rest = shortened(bar.dose, room - width_of(f"{name} ", layout.size), layout.size)
    bold = element("tspan", words(name), class_="name")
    yield element("text", bold, words(f" {rest}"), x=x, y=y + 18)
    if bar.mark:
        yield circle(x + 5, y + 31, 4.2, f"mark {KIND[bar.mark]}")
        x += INDENT + 1
    parts = (bar.mark_words, bar.days, "" if bar.sure_end else "end not recorded")
    told = ", ".join(part for part in parts if part)
    yield text(shortened(told, layout.text_room - x, layout.small), x, y + 35, "small")


def _body(bar: Bar, sheet: Sheet, base: float) -> Iterator[str]:
    x = sheet.axis.x
    for step in bar.steps or (Step(bar.start, bar.end, 1.0),):
        high = min(MINIMUM_HEIGHT * (1 if step.share is None else step.share), TALLEST)
        box = Box(x(step.start), base - high, max(x(step.end + DAY) - x(step.start), 2.0), high)
        yield rect(box, f"bar {KIND[bar.mark]}")
        if step.share is None:
            yield rect(box, "hatched", fill=f"url(#{sheet.layout.name}-hatch)")
    yield line((x(bar.start), base), (max(x(bar.end + DAY), x(bar.start) + 2), base), "base")


def _minimum(bar: Bar, sheet: Sheet, y: float) -> Iterator[str]:
    """The dashed line that a bar must reach, with its dose where there is room."""
    first, last = sheet.axis.x(bar.start) - 4, sheet.axis.x(bar.end + DAY) + 4
    yield line((first, y), (max(last, first + 10), y), "halo")
    yield line((first, y), (max(last, first + 10), y), "minimum")
    label = f"min. {bar.minimum}"
    room = width_of(label, sheet.layout.small) + 8
    if last + room < sheet.layout.width:
        yield text(label, last + 4, y + 4, "tiny")
    elif first - room > sheet.layout.left:
        yield text(label, first - 4, y + 4, "tiny", "end")


def _arrow(bar: Bar, sheet: Sheet, base: float) -> Iterator[str]:
    """A course that goes on fades into an arrow."""
    end, start = sheet.axis.x(bar.end + DAY), sheet.axis.x(bar.start)
    faded = Box(max(end - 28, start), base - TALLEST - 1, min(28.0, end - start), TALLEST + 2)
    yield rect(faded, "faded", fill=f"url(#{sheet.layout.name}-fade)")
    middle = base - MINIMUM_HEIGHT / 2
    yield line((end - 14, middle), (end - 1, middle), "arrow")
    yield path([(end - 7, middle - 5), (end - 1, middle), (end - 7, middle + 5)], "arrow")
