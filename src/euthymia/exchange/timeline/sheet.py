"""The sheet the picture is drawn on: two layouts, one time axis, and how things look."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from msgspec import Struct

from euthymia.exchange.timeline.drawing import Axis, element

MINIMUM_HEIGHT = 16.0
"""Height of a bar that just reaches the minimum dose."""
TALLEST = 28.0
"""Height at which a bar stops growing: far above the minimum is not told apart further."""
DAY = timedelta(days=1)

Draw = Callable[[float], Iterable[str]]
Row = tuple[float, Draw]
"""How high a row is, and what draws it from its upper edge."""


class Layout(Struct, frozen=True):
    """One way of laying out the sheet, in its own units; text is `size` high."""

    name: str
    width: float
    left: float
    right: float
    size: float
    small: float
    beside: bool
    ticks: int

    @property
    def text_room(self) -> float:
        """How wide a label may be."""
        return self.left - 36 if self.beside else self.width


WIDE = Layout("wide", 900, 300, 888, 13, 12, True, 9)
NARROW = Layout("narrow", 304, 24, 300, 13, 12.5, False, 4)


class Sheet(Struct, frozen=True):
    """A layout with its time axis."""

    layout: Layout
    axis: Axis


def patterns(layout: Layout) -> str:
    """Hatching for doses nobody knows, and the fading of what goes on. Ids differ by layout."""
    hatch = element(
        "pattern",
        element("path", d="M-1 1 L1 -1 M0 6 L6 0 M5 7 L7 5", class_="hatch"),
        id=f"{layout.name}-hatch",
        width=6,
        height=6,
        patternUnits="userSpaceOnUse",
    )
    stops = (
        element("stop", offset=0, class_="clear"),
        element("stop", offset=1, class_="paper"),
    )
    fade = element("linearGradient", *stops, id=f"{layout.name}-fade")
    return element("defs", hatch, fade)


STYLE = """
.timeline { display: block; width: 100%; height: auto; font-family: system-ui, -apple-system,
  "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
.timeline text { font-size: 13px; fill: var(--ink, #1b2430); }
.timeline .small, .timeline .value { font-size: 12px; fill: var(--quiet, #4a5565); }
.timeline .value { fill: var(--ink, #1b2430); }
.timeline .tiny { font-size: 11px; fill: var(--quiet, #4a5565); }
.timeline.narrow .small, .timeline.narrow .value, .timeline.narrow .tiny { font-size: 12.5px; }
.timeline .name { font-weight: 600; }
.timeline .lane { font-weight: 600; fill: var(--accent, #0b5a6b); }
.timeline .grid { stroke: var(--line, #dde3e8); }
.timeline .rule { stroke: var(--line, #dde3e8); }
.timeline .today { stroke: var(--quiet, #4a5565); stroke-width: 1.5; }
.timeline .base { stroke: var(--quiet, #4a5565); }
.timeline .bar { stroke: var(--quiet, #4a5565); stroke-width: 1; }
.timeline .bar.counts { fill: var(--accent, #0b5a6b); stroke: var(--accent, #0b5a6b); }
.timeline .bar.added { fill: var(--tint, #a9cbd2); stroke: var(--accent, #0b5a6b); }
.timeline .bar.short { fill: var(--soft, #dbe2e8); }
.timeline .bar.open { fill: var(--paper, #fff); stroke: var(--accent, #0b5a6b);
  stroke-dasharray: 3 2; stroke-width: 1.5; }
.timeline .bar.other { fill: var(--paper, #fff); }
.timeline .hatch { stroke: var(--quiet, #4a5565); stroke-width: 1.2; fill: none; }
.timeline .mark { stroke: var(--quiet, #4a5565); stroke-width: 1.5; fill: var(--paper, #fff); }
.timeline .mark.counts { fill: var(--accent, #0b5a6b); stroke: var(--accent, #0b5a6b); }
.timeline .mark.added { fill: var(--tint, #a9cbd2); stroke: var(--accent, #0b5a6b); }
.timeline .mark.open { stroke: var(--accent, #0b5a6b); stroke-dasharray: 2.5 2; }
.timeline .halo { stroke: var(--paper, #fff); stroke-width: 2.6; }
.timeline .minimum { stroke: var(--ink, #1b2430); stroke-width: 1.2; stroke-dasharray: 5 3; }
.timeline .arrow { stroke: var(--ink, #1b2430); stroke-width: 1.6; fill: none; }
.timeline .clear { stop-color: var(--paper, #fff); stop-opacity: 0; }
.timeline .paper { stop-color: var(--paper, #fff); stop-opacity: .85; }
.timeline .plot { fill: none; stroke: var(--line, #dde3e8); }
.timeline .trend { fill: none; stroke: var(--accent, #0b5a6b); stroke-width: 2; }
.timeline .point { fill: var(--accent, #0b5a6b); stroke: var(--paper, #fff); }
.timeline .doubtful { fill: var(--paper, #fff); stroke: var(--ink, #1b2430); stroke-width: 1.6; }
.timeline .remission { stroke: var(--ink, #1b2430); stroke-dasharray: 7 4; }
.timeline .response { stroke: var(--ink, #1b2430); stroke-dasharray: 1.5 3.5; stroke-width: 1.5; }
.timeline .event { fill: var(--ink, #1b2430); }
"""
