"""The vital signs of a session over its minutes, against the lines of its rules; as shapes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from euthymia.clinic.courses.limits import Limit
from euthymia.record.sessions import Observation

Read = Sequence[tuple[int, Observation]]
"""Observations, each with its second since 1970, rising."""
Point = tuple[float, float]
"""Minute and value of one reading."""
WIDTH = 640.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 124.0, 14.0, 24.0
LEAST_MINUTES = 60.0
COLUMN = 5.0
"""So wide a strip of the drawing shows the least, the greatest and the last of its readings."""
APART = 22.0
"""So far apart the words of two limits stand, to be read where a telephone draws them large."""
MOST_DOTS = 60
"""Of more readings than these the curve is drawn without a dot for each."""


@dataclass(frozen=True)
class Panel:
    """One reading, by itself so that no limit is taken for that of another; drawn low to high."""

    title: str
    reading: str
    low: float
    high: float
    height: float = 120.0


PANELS = (
    Panel("Systolic pressure, mmHg", "systolic_mmhg", 40, 220, 218.0),
    Panel("Diastolic pressure, mmHg", "diastolic_mmhg", 20, 140, 158.0),
    Panel("Oxygen saturation, %", "spo2_pct", 80, 100),
    Panel("Pulse, per minute", "heart_rate_per_min", 30, 150),
)


@dataclass(frozen=True)
class Mark:
    """One reading where it is drawn."""

    x: float
    y: float
    says: str


@dataclass(frozen=True)
class Line:
    """A limit where it is drawn, and at which height its words stand beside it."""

    decision: str
    y: float
    says: str
    beside: float


@dataclass(frozen=True)
class Drawn:
    """A panel as shapes. `ticks`: minutes and where they stand."""

    title: str
    reading: str
    curve: str
    marks: tuple[Mark, ...]
    lines: tuple[Line, ...]
    ticks: tuple[tuple[float, str], ...]
    scale: tuple[tuple[float, str], ...]
    height: float
    width: float = WIDTH
    left: float = LEFT
    right: float = WIDTH - RIGHT


@dataclass(frozen=True)
class Field:
    """Where minutes and values of one panel are drawn."""

    panel: Panel
    first: float
    last: float

    def x(self, minute: float) -> float:
        share = (minute - self.first) / (self.last - self.first)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        low, high, height = self.panel.low, self.panel.high, self.panel.height
        share = (min(max(value, low), high) - low) / (high - low)
        return round(height - BOTTOM - share * (height - TOP - BOTTOM), 1)


def drawn(read: Read, zero: int, limits: Iterable[Limit]) -> list[Drawn]:
    """The panels in which something was read.

    Args:
        read: Observations by the second.
        zero: From which second minutes count.
        limits: The lines of its rules.
    """
    limits, (first, last) = tuple(limits), _span(read, zero)
    found = (_panel(Field(panel, first, last), read, zero, limits) for panel in PANELS)
    return [panel for panel in found if panel.curve]


def _span(read: Read, zero: int) -> tuple[float, float]:
    ends = [(second - zero) / 60 for second, _ in (*read[:1], *read[-1:])]
    first = min(0.0, *ends) if ends else 0.0
    return first, max(LEAST_MINUTES, *ends, first + LEAST_MINUTES)


def _panel(field: Field, read: Read, zero: int, limits: Sequence[Limit]) -> Drawn:
    panel = field.panel
    points = _points(panel.reading, read, zero, field)
    middle = (panel.low + panel.high) / 2
    return Drawn(
        title=panel.title,
        reading=panel.reading,
        curve=_line(points, field),
        marks=_dots(points, field),
        lines=tuple(_lines(field, limits)),
        ticks=tuple(_ticks(field)),
        scale=tuple((field.y(at), f"{at:g}") for at in (panel.low, middle, panel.high)),
        height=panel.height,
    )


def _lines(field: Field, limits: Sequence[Limit]) -> Iterator[Line]:
    """The limits of this reading alone, the highest first."""
    panel = field.panel
    own = [
        one for one in limits if one.reading == panel.reading and panel.low <= one.at <= panel.high
    ]
    own.sort(key=lambda one: -one.at)
    heights = [field.y(one.at) for one in own]
    for one, y, beside in zip(own, heights, _apart(heights, panel.height - BOTTOM), strict=True):
        yield Line(one.decision, y, f"{one.decision} {one.at:g}", beside)


def _apart(heights: Sequence[float], lowest: float) -> list[float]:
    """Heights moved down, and up again where that leads below the drawing, until none overlap."""
    found: list[float] = []
    for y in heights:
        found.append(max(y, found[-1] + APART) if found else y)
    for place in reversed(range(len(found))):
        found[place] = min(found[place], lowest)
        lowest = found[place] - APART
    return found


def _ticks(field: Field) -> Iterator[tuple[float, str]]:
    step = 15 if field.last - field.first <= 2 * LEAST_MINUTES else 30
    for at in range(int(field.first // step) * step, int(field.last) + 1, step):
        if at >= field.first:
            yield field.x(at), f"{at}"


def _points(name: str, read: Read, zero: int, field: Field) -> Sequence[Point]:
    """The readings of one kind that are drawn."""
    points = [
        ((second - zero) / 60, value)
        for second, one in read
        if (value := getattr(one, name)) is not None
    ]
    return points if len(points) <= MOST_DOTS else list(_thinned(points, field))


def _thinned(points: Sequence[Point], field: Field) -> Iterator[Point]:
    """Of each strip of the drawing the least, the greatest and the last: no peak is lost."""
    a_strip = COLUMN * (field.last - field.first) / (WIDTH - LEFT - RIGHT)
    for _, strip in groupby(points, key=lambda point: int((point[0] - field.first) / a_strip)):
        here = list(strip)
        yield from sorted({min(here, key=_value), max(here, key=_value), here[-1]})


_value = itemgetter(1)


def _line(points: Sequence[Point], field: Field) -> str:
    return " ".join(f"{field.x(minute)},{field.y(value)}" for minute, value in points)


def _dots(points: Sequence[Point], field: Field) -> tuple[Mark, ...]:
    """A dot for each where they are few, else one for the newest."""
    shown = points if len(points) <= MOST_DOTS else points[-1:]
    return tuple(
        Mark(field.x(minute), field.y(value), f"minute {minute:g}: {value:g}")
        for minute, value in shown
    )
