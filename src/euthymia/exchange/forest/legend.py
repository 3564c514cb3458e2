"""What the signs of the contributors' picture mean: only those it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from euthymia.exchange.forest.sheet import Layout, Row, Scale, diamond
from euthymia.exchange.timeline.drawing import circle, line, text, width_of

LINE = 20.0
SAMPLE = 34.0
"""Room for the sign before its words."""


def legend(
    rows: Sequence[Row], scale: Scale, layout: Layout, top: float
) -> tuple[list[str], float]:
    """The signs from left to right, down where the line is full; and where the last one ends."""
    drawn: list[str] = []
    x, y = 0.0, top
    for kind, told in _told(rows, scale):
        room = SAMPLE + width_of(told, layout.small)
        if x and x + room > layout.width:
            x, y = 0.0, y + LINE
        drawn += [*_sign(kind, x, y + 8), text(told, x + SAMPLE, y + 12, "small")]
        x += room + 16
    return drawn, y + LINE


def _told(rows: Sequence[Row], scale: Scale) -> Iterator[tuple[str, str]]:
    if any(row.anything for row in rows):
        yield "patient", "this patient"
    if any(row.enough for row in rows):
        yield "interval", "95 % interval"
    if not all(row.enough for row in rows):
        yield "interval thin", "95 % interval, too little measured"
    yield "typical", "typical patient, nothing measured"
    yield "none", "no effect (1)"
    yield "least", f"smallest that counts ({scale.counts_from:g})"


def _sign(kind: str, x: float, y: float) -> Iterator[str]:
    match kind:
        case "patient":
            yield diamond(x + 13, y, kind)
        case "typical":
            yield circle(x + 13, y, 4.5, kind)
        case "none" | "least":
            yield line((x + 13, y - 8), (x + 13, y + 8), kind)
        case _:
            yield line((x, y), (x + 26, y), kind)
