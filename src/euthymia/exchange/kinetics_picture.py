"""The band of expected levels as one SVG: time from left to right, ng/mL upwards, the pump beneath.

It is drawn twice, wide and narrow; a page shows the one that fits. The label is part of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from msgspec import Struct

from euthymia.exchange.kinetics import ExposureBand, between, told
from euthymia.exchange.timeline.drawing import Box, element, line, path, rect, text, words

TOP, HEIGHT, PUMP = 64.0, 190.0, 10.0
STEPS = (1, 2, 2.5, 5, 10)
MINUTES = (5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720, 1440)


class Layout(Struct, frozen=True):
    """One way of laying out the sheet, in its own units, with about so many ticks an axis."""

    name: str
    width: float
    left: float
    right: float
    ticks: int


WIDE = Layout("wide", 640, 48, 624, 8)
NARROW = Layout("narrow", 304, 42, 288, 4)


class Scale(Struct, frozen=True):
    """Minutes and ng/mL laid on the sheet."""

    layout: Layout
    last_min: float
    most: float

    def x(self, minute: float) -> float:
        reach = self.layout.right - self.layout.left
        return self.layout.left + reach * minute / self.last_min

    def y(self, level: float) -> float:
        return TOP + HEIGHT * (1 - level / self.most)


def exposure_picture(band: ExposureBand, layout: Layout = WIDE) -> str:
    """The picture as one SVG element, with all of it in words for those who do not see it."""
    top = max(band.high_ng_per_ml)
    scale = Scale(layout, band.times_min[-1], top * 1.08 if top else 1.0)
    name = f"exposure-{layout.name}"
    return element(
        "svg",
        element("title", words(f"{band.title}. {band.label}."), id=f"{name}-title"),
        element("desc", words(" ".join(told(band))), id=f"{name}-desc"),
        element("style", STYLE),
        *_heading(band),
        *_axes(scale),
        *_band(band, scale),
        *_pump(band, scale),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {layout.width:g} {TOP + HEIGHT + 66:g}",
        role="img",
        class_=f"exposure {layout.name}",
        aria_labelledby=f"{name}-title",
        aria_describedby=f"{name}-desc",
    )


def _heading(band: ExposureBand) -> Iterator[str]:
    yield text(band.label, 0, 14, "name")
    yield text(f"peak {between(*band.highest_ng_per_ml)}", 0, 32, "small")
    yield text("ng/mL", 0, TOP - 14, "small")


def _axes(scale: Scale) -> Iterator[str]:
    """The grid of the levels, and the minutes beneath it."""
    left, right = scale.layout.left, scale.layout.right
    for level in _levels(scale.most, 5):
        yield line((left, scale.y(level)), (right, scale.y(level)), "grid")
        yield text(f"{level:g}", left - 6, scale.y(level) + 4, "small", "end")
    bottom = TOP + HEIGHT
    for minute in _clock(scale.last_min, scale.layout.ticks):
        yield line((scale.x(minute), bottom), (scale.x(minute), bottom + 4), "grid")
        yield text(f"{minute:g}", scale.x(minute), bottom + 18, "small", "middle")
    middle = (left + right) / 2
    yield text("minutes since the pump started", middle, bottom + 36, "small", "middle")


def _band(band: ExposureBand, scale: Scale) -> Iterator[str]:
    low = list(_points(band.times_min, band.low_ng_per_ml, scale))
    high = list(_points(band.times_min, band.high_ng_per_ml, scale))
    yield path([*low, *reversed(high)], "between", closed=True)
    yield path(low, "edge")
    yield path(high, "edge")


def _points(
    times: tuple[float, ...], levels: tuple[float, ...], scale: Scale
) -> Iterator[tuple[float, float]]:
    for minute, level in zip(times, levels, strict=True):
        yield scale.x(minute), scale.y(level)


def _pump(band: ExposureBand, scale: Scale) -> Iterator[str]:
    """Bars where the pump runs; a gap is a pause."""
    y = TOP + HEIGHT + 50
    yield text("pump", 0, y + PUMP, "small")
    for start, end in band.running_min:
        yield rect(Box(scale.x(start), y, scale.x(end) - scale.x(start), PUMP), "pump")


def _levels(most: float, count: int) -> list[float]:
    """Round levels from 0 up to `most`, at most so many above 0."""
    unit = 10.0 ** math.floor(math.log10(most / count))
    step = next(unit * one for one in STEPS if unit * one * count >= most * (1 - 1e-9))
    return [step * place for place in range(int(most / step + 1e-9) + 1)]


def _clock(last_min: float, count: int) -> list[int]:
    """Minutes as a clock has them, from 0 on, at most so many after 0."""
    step = next((one for one in MINUTES if last_min / one <= count), MINUTES[-1])
    return list(range(0, int(last_min) + 1, step))


STYLE = """
.exposure { display: block; width: 100%; height: auto; font-family: system-ui, -apple-system,
  "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
.exposure text { font-size: 13px; fill: var(--ink, #1b2430); }
.exposure .small { font-size: 12px; fill: var(--quiet, #4a5565); }
.exposure.narrow .small { font-size: 12.5px; }
.exposure .name { font-weight: 600; font-size: 14px; }
.exposure .grid { stroke: var(--line, #dde3e8); }
.exposure .between { fill: var(--tint, #a9cbd2); stroke: none; }
.exposure .edge { fill: none; stroke: var(--accent, #0b5a6b); stroke-width: 1.5; }
.exposure .pump { fill: var(--ink, #1b2430); }
"""
