"""The sheet of the contributors' picture: two layouts, a logarithmic axis, and how things look."""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec import Struct

from euthymia.exchange.timeline.drawing import path

TICKS = (0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 10)
LEAST, MOST = 0.5, 3.0
"""The axis from end to end; it widens only where an interval would not fit."""


class Row(Struct, frozen=True, kw_only=True):
    """One domain as it is drawn.

    Attributes:
        label, told, measured: In words, beside the marks and in the description.
        typical: The odds ratio with nothing measured.
        coverage: Share of the domain's information that was measured, 0 to 1.
        enough: Whether enough was measured for a label.
    """

    name: str
    label: str
    told: str
    measured: str
    odds_ratio: float
    interval: tuple[float, float]
    typical: float
    coverage: float
    enough: bool

    @property
    def anything(self) -> bool:
        """Whether anything was measured, so that this patient has a mark."""
        return self.coverage > 0


class Layout(Struct, frozen=True):
    """One way of laying out the sheet, in its own units.

    Attributes:
        left, right: Ends of the axis.
        row: Height of a row; `marks`, `bar_below` and the `band` that the lines of the axis cross
            are measured from its upper edge.
        bar: Where the bar of what was measured begins.
        small: Size of the small type.
    """

    name: str
    width: float
    left: float
    right: float
    row: float
    marks: float
    bar: float
    bar_below: float
    bar_width: float
    small: float
    band: tuple[float, float]


WIDE = Layout("wide", 900, 250, 660, 56, 28, 688, 22, 76, 12, (0, 56))
NARROW = Layout("narrow", 304, 14, 290, 128, 72, 1, 100, 84, 12.5, (48, 92))


class Scale(Struct, frozen=True):
    """Odds ratios laid on the sheet by their logarithm."""

    least: float
    most: float
    left: float
    right: float
    counts_from: float

    def x(self, odds_ratio: float) -> float:
        """Where an odds ratio stands; one beyond the axis stands at its end."""
        inside = min(max(odds_ratio, self.least), self.most)
        share = math.log(inside / self.least) / math.log(self.most / self.least)
        return self.left + share * (self.right - self.left)

    @property
    def ticks(self) -> tuple[float, ...]:
        """Round odds ratios along the axis."""
        return tuple(tick for tick in TICKS if self.least <= tick <= self.most)

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


def scale_of(rows: Sequence[Row], counts_from: float, layout: Layout) -> Scale:
    """The axis on which every interval fits."""
    least = min([LEAST, *(row.interval[0] for row in rows)])
    most = max([MOST, *(row.interval[1] for row in rows)])
    return Scale(least, most, layout.left, layout.right, counts_from)


def diamond(x: float, y: float, kind: str) -> str:
    """The mark of this patient, told from the round one of the typical patient by its shape."""
    return path([(x, y - 7), (x + 7, y), (x, y + 7), (x - 7, y)], kind, closed=True)


STYLE = """
.forest { display: block; width: 100%; height: auto; font-family: system-ui, -apple-system,
  "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
.forest text { font-size: 13px; fill: var(--ink, #1b2430); }
.forest .small { font-size: 12px; fill: var(--quiet, #4a5565); }
.forest .value { font-size: 12px; font-weight: 600; paint-order: stroke;
  stroke: var(--paper, #fff); stroke-width: 4px; stroke-linejoin: round; }
.forest.narrow .small, .forest.narrow .value { font-size: 12.5px; }
.forest .name { font-weight: 600; font-size: 14px; }
.forest .grid { stroke: var(--line, #dde3e8); }
.forest .rule { stroke: var(--line, #dde3e8); }
.forest .none { stroke: var(--ink, #1b2430); stroke-width: 1.5; }
.forest .least { stroke: var(--ink, #1b2430); stroke-dasharray: 1.5 3.5; stroke-width: 1.5; }
.forest .interval { stroke: var(--accent, #0b5a6b); stroke-width: 3; }
.forest .interval.thin { stroke: var(--quiet, #4a5565); stroke-width: 1.5; stroke-dasharray: 5 3; }
.forest .patient { fill: var(--accent, #0b5a6b); stroke: var(--paper, #fff); }
.forest .typical { fill: var(--paper, #fff); stroke: var(--quiet, #4a5565); stroke-width: 1.8; }
.forest .whole { fill: var(--paper, #fff); stroke: var(--quiet, #4a5565); }
.forest .part { fill: var(--quiet, #4a5565); }
"""
