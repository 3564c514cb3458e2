"""What the signs of the picture mean: only those it holds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec import Struct

from euthymia.exchange.timeline.bars import KIND
from euthymia.exchange.timeline.drawing import Box, circle, line, path, rect, text, width_of
from euthymia.exchange.timeline.history import History
from euthymia.exchange.timeline.sheet import Row, Sheet
from euthymia.exchange.words import Mark

MARKS: dict[Mark, str] = {
    "counts": "counts",
    "adequate": "adequate augmentation, in no label's count",
    "does not count": "does not count",
    "open": "open",
}
LINE = 20.0
SAMPLE = 30.0
"""Room for the sign before its words."""


class Item(Struct, frozen=True):
    """One sign with its words, and where it stands."""

    kind: str
    told: str
    x: float
    y: float


def legend_row(course: History, sheet: Sheet) -> Row:
    items = tuple(_placed(course, sheet))
    return items[-1].y + LINE + 16, partial(_legend, items, sheet)


def _told(course: History) -> Iterator[tuple[str, str]]:
    marks = {bar.mark for bar in course.bars}
    yield from ((KIND[mark], told) for mark, told in MARKS.items() if mark in marks)
    if any(step.share is None for bar in course.bars for step in bar.steps):
        yield "hatched", "dose unknown"
    if any(bar.minimum for bar in course.bars):
        yield "minimum", "minimum dose; a bar is as high as its dose"
    if any(bar.ongoing for bar in course.bars):
        yield "arrow", "ongoing"
    if any(point.doubt for one in course.series for point in one.points):
        yield "doubtful", "score in doubt, not used"
    yield "today", f"{course.last}, the day of the assessment"


def _placed(course: History, sheet: Sheet) -> Iterator[Item]:
    """From left to right, and down where the line is full."""
    x = y = 0.0
    for kind, told in _told(course):
        room = SAMPLE + width_of(told, sheet.layout.small)
        if x and x + room > sheet.layout.width:
            x, y = 0.0, y + LINE
        yield Item(kind, told, x, y)
        x += room + 16


def _legend(items: tuple[Item, ...], sheet: Sheet, y: float) -> Iterator[str]:
    for item in items:
        yield _sign(item, y + item.y + 14, sheet.layout.name)
        yield text(item.told, item.x + SAMPLE, y + item.y + 25, "small")


def _sign(item: Item, y: float, layout: str) -> str:
    box, middle = Box(item.x, y, 22, 13), y + 7
    match item.kind:
        case "minimum":
            return line((item.x, middle), (item.x + 22, middle), "minimum")
        case "today":
            return line((item.x + 11, y - 1), (item.x + 11, y + 14), "today")
        case "doubtful":
            return circle(item.x + 11, middle, 4.5, "doubtful")
        case "arrow":
            tip = item.x + 20
            spots = [(item.x + 2, middle), (tip, middle), (tip - 6, middle - 5)]
            return path([*spots, (tip, middle), (tip - 6, middle + 5)], "arrow")
        case "hatched":
            return rect(box, "bar short") + rect(box, "hatched", fill=f"url(#{layout}-hatch)")
        case kind:
            return rect(box, f"bar {kind}")
