"""The picture of the contributors: odds ratios with their intervals against no effect, as SVG.

It is drawn twice, wide and narrow; a page shows the one that fits. Shapes and words tell things
apart, never colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from euthymia.exchange.forest.legend import legend
from euthymia.exchange.forest.sheet import (
    NARROW,
    STYLE,
    WIDE,
    Layout,
    Row,
    Scale,
    diamond,
    scale_of,
)
from euthymia.exchange.timeline.drawing import Box, circle, element, line, rect, text, words

TOP = 24.0
"""Room for the words above the rows."""


def forest(rows: Sequence[Row], counts_from: float, title: str, layout: Layout = WIDE) -> str:
    """The picture as one SVG element.

    Args:
        rows: The domains, in the order of the page.
        counts_from: The smallest odds ratio that counts as contributing.
        title: What it shows, in a sentence.
        layout: The sheet it is drawn on.
    """
    scale = scale_of(rows, counts_from, layout)
    bottom = TOP + layout.row * len(rows)
    draw = partial(_row, scale=scale, layout=layout)
    drawn = [part for place, row in enumerate(rows) for part in draw(row, TOP + layout.row * place)]
    signs, height = legend(rows, scale, layout, bottom + 44)
    return element(
        "svg",
        *_names(rows, title, layout),
        element("style", STYLE),
        *_axis(scale, bottom),
        *drawn,
        *signs,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {layout.width:g} {height:g}",
        role="img",
        class_=f"forest {layout.name}",
        aria_labelledby=f"forest-{layout.name}-title",
        aria_describedby=f"forest-{layout.name}-desc",
    )


def _names(rows: Sequence[Row], title: str, layout: Layout) -> Iterator[str]:
    yield element("title", words(title), id=f"forest-{layout.name}-title")
    told = " ".join(
        f"{row.name}: {row.label}, odds ratio {row.told}, typical patient {row.typical:.2f}, "
        f"{row.measured}."
        for row in rows
    )
    yield element("desc", words(told), id=f"forest-{layout.name}-desc")


def _axis(scale: Scale, bottom: float) -> Iterator[str]:
    """The numbers of the axis, and what each side of no effect means."""
    for tick in (*scale.ticks, scale.counts_from):
        yield text(f"{tick:g}", scale.x(tick), bottom + 16, "small", "middle")
    yield text("← more respond", scale.x(1) - 8, 14, "small", "end")
    yield text("fewer respond →", scale.x(1) + 8, 14, "small")
    yield text("odds ratio of non-response", scale.middle, bottom + 33, "small", "middle")


def _lines(top: float, scale: Scale, layout: Layout) -> Iterator[str]:
    """The grid, the smallest effect that counts, and the line of no effect behind a row."""
    first, last = (top + edge for edge in layout.band)
    for tick in scale.ticks:
        yield line((scale.x(tick), first), (scale.x(tick), last), "grid")
    yield line((scale.x(scale.counts_from), first), (scale.x(scale.counts_from), last), "least")
    yield line((scale.x(1), first), (scale.x(1), last), "none")


def _row(row: Row, top: float, scale: Scale, layout: Layout) -> Iterator[str]:
    yield from _lines(top, scale, layout)
    yield line((0, top), (layout.width, top), "rule")
    yield text(row.name, 0, top + 22, "name")
    yield text(row.label, 0, top + 40)
    yield from _marks(row, top + layout.marks, scale)
    yield from _measured(row, top, layout)


def _marks(row: Row, y: float, scale: Scale) -> Iterator[str]:
    """The typical patient beneath, this one above; a dashed interval gives no label."""
    low, high = (scale.x(end) for end in row.interval)
    yield circle(scale.x(row.typical), y + 12, 4.5, "typical")
    yield line((low, y), (high, y), "interval" if row.enough else "interval thin")
    if row.anything:
        yield diamond(scale.x(row.odds_ratio), y, "patient")
        yield text(f"{row.odds_ratio:.2f}", scale.x(row.odds_ratio), y - 10, "value", "middle")


def _measured(row: Row, top: float, layout: Layout) -> Iterator[str]:
    left, y = layout.bar, top + layout.bar_below
    yield rect(Box(left, y, layout.bar_width, 10), "whole")
    yield rect(Box(left, y, layout.bar_width * row.coverage, 10), "part")
    yield text(row.measured, left + layout.bar_width + 8, y + 10, "small")


__all__ = ["NARROW", "WIDE", "Layout", "Row", "forest"]
