"""Two small drawings of a coil's field: over depth, and over the cortex, each with its words.

They show a sphere and no patient; both carry the warning of the page. Numbers and outlines tell
what shades tell, so that nothing hangs on colour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from euthymia.exchange.timeline.drawing import Box, circle, element, line, path, rect, text, words

WIDTH = 340.0
"""Both drawings fit a page of 360 px."""
DEPTH_HEIGHT, TOP, BOTTOM = 292.0, 46.0, 196.0
LEFT, RIGHT = 40.0, 328.0
ABOVE_CELLS = 30.0
"""Room for the words above the cells."""
LINE_LETTERS = 46
"""About as many letters of the small type fit a line."""
HALF, WHOLE = 50, 100
"""Percent of the strongest."""
SHADES = 5
DARK = 4
"""From this shade on the number is written in the colour of the paper."""


class OverDepth(Struct, frozen=True):
    """The field straight below the coil.

    Attributes:
        depths_mm: Below the scalp, rising.
        strengths: V/m at 1 A/us, as many.
        cortex_mm: Where the cortex begins, below the scalp.
        half_mm: Below the cortex, the deepest point at half of the strongest on the cortex.
    """

    depths_mm: tuple[float, ...]
    strengths: tuple[float, ...]
    cortex_mm: float
    half_mm: float

    @property
    def on_cortex(self) -> float:
        return self.at(self.cortex_mm)

    def at(self, depth_mm: float) -> float:
        """Strength at a depth within those given, by a straight line between neighbours."""
        points = zip(self.depths_mm, self.strengths, strict=True)
        for (before, strong), (after, weak) in pairwise(points):
            if before <= depth_mm <= after:
                return strong + (weak - strong) * (depth_mm - before) / (after - before)
        raise ValueError("depth_mm: beyond the depths given; give one between the first and last")


class OverCortex(Struct, frozen=True):
    """The field over the cortex, seen from above, the handle up and down the sheet.

    Attributes:
        percent: Of the strongest, row by row from the front; None: beside the sphere.
        step_mm: From cell to cell.
        strongest: V/m at 1 A/us.
    """

    percent: tuple[tuple[int | None, ...], ...]
    step_mm: float
    strongest: float

    @property
    def cell(self) -> float:
        """How wide a cell is drawn."""
        return WIDTH / len(self.percent[0])

    @property
    def bottom(self) -> float:
        """Where the last row ends on the sheet."""
        return ABOVE_CELLS + self.cell * len(self.percent)

    @property
    def height(self) -> float:
        """Of the whole drawing, with its signs and the warning."""
        return self.bottom + 92

    @property
    def at_half(self) -> int:
        """How many cells reach half of the strongest."""
        return sum(one is not None and one >= HALF for row in self.percent for one in row)


def depth_words(field: OverDepth) -> str:
    """The first drawing in words."""
    return (
        f"On the cortex, {field.cortex_mm:g} mm below the scalp, the field is "
        f"{field.on_cortex:.2f} V/m for each ampere in a microsecond; {field.half_mm:.0f} mm "
        f"deeper it is half. At {field.depths_mm[-1]:g} mm below the scalp it is "
        f"{field.strengths[-1]:.2f} V/m."
    )


def cortex_words(field: OverCortex) -> str:
    """The second drawing in words."""
    cells = sum(one is not None for row in field.percent for one in row)
    return (
        f"The field is strongest in the middle, {field.strongest:.2f} V/m for each ampere in a "
        f"microsecond, and weakens to all sides; {field.at_half} of {cells} cells of "
        f"{field.step_mm:g} mm reach half of it."
    )


def depth_picture(field: OverDepth, warning: str) -> str:
    """The field over depth as one SVG element, with the warning of the page."""
    sheet = _Axes(field.depths_mm[0], field.depths_mm[-1], max(field.strengths))
    curve = [sheet.place(*one) for one in zip(field.depths_mm, field.strengths, strict=True)]
    drawn = (*_axes(sheet), path(curve, "curve"), *_marks(field, sheet))
    told = ("Field below the coil, by depth", f"{depth_words(field)} {warning}")
    return _sheet("depth", told, DEPTH_HEIGHT, (*drawn, *_warning(warning, DEPTH_HEIGHT - 26)))


def cortex_picture(field: OverCortex, warning: str) -> str:
    """The field over the cortex as one SVG element, with the warning of the page."""
    size, bottom = field.cell, field.bottom
    cells = [
        part
        for down, row in enumerate(field.percent)
        for across, one in enumerate(row)
        if one is not None
        for part in _cell(one, Box(size * across, ABOVE_CELLS + size * down, size, size))
    ]
    signs = (
        text("percent of the strongest, seen from above", 0, 18, "small"),
        text(f"a cell is {field.step_mm:g} mm; outlined: half or more", 0, bottom + 20, "small"),
        text("the handle lies up and down the sheet", 0, bottom + 38, "small"),
    )
    told = ("Field over the cortex", f"{cortex_words(field)} {warning}")
    drawn = (*cells, *signs, *_warning(warning, bottom + 64))
    return _sheet("cortex", told, field.height, drawn)


def together(depth: OverDepth, cortex: OverCortex, warning: str) -> str:
    """Both drawings in one document, one beneath the other, on a paper of its own."""
    width, height = WIDTH + 20, DEPTH_HEIGHT + cortex.height + 30
    beneath = f"translate(10 {DEPTH_HEIGHT + 20:g})"
    return element(
        "svg",
        rect(Box(0, 0, width, height), "paper", fill="#fff"),
        element("g", depth_picture(depth, warning), transform="translate(10 10)"),
        element("g", cortex_picture(cortex, warning), transform=beneath),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:g} {height:g}",
        width=width,
    )


class _Axes(Struct, frozen=True):
    """Depth laid from left to right, strength from the bottom up."""

    first: float
    last: float
    most: float

    def place(self, depth: float, strong: float) -> tuple[float, float]:
        share = (depth - self.first) / (self.last - self.first)
        return LEFT + share * (RIGHT - LEFT), BOTTOM - strong / self.most * (BOTTOM - TOP)


def _axes(sheet: _Axes) -> Iterator[str]:
    yield text("V/m at 1 A/µs", 0, 18, "small")
    yield text("mm below the scalp", RIGHT, BOTTOM + 36, "small", "end")
    for strong in range(int(sheet.most) + 1):
        left, right = sheet.place(sheet.first, strong), sheet.place(sheet.last, strong)
        yield line(left, right, "grid")
        yield text(str(strong), LEFT - 8, left[1] + 4, "small", "end")
    for depth in range(int(sheet.first), int(sheet.last) + 1, 10):
        yield text(str(depth), sheet.place(depth, 0)[0], BOTTOM + 18, "small", "middle")


def _marks(field: OverDepth, sheet: _Axes) -> Iterator[str]:
    """Where the cortex begins, and where half of its field is left."""
    x, y = sheet.place(field.cortex_mm, field.on_cortex)
    yield line((x, TOP - 10), (x, BOTTOM), "cortex")
    yield circle(x, y, 4.5, "mark")
    yield text(f"cortex: {field.on_cortex:.2f}", x + 8, TOP - 4, "value")
    deep = field.cortex_mm + field.half_mm
    x, y = sheet.place(deep, field.at(deep))
    yield circle(x, y, 4.5, "half")
    yield text(f"half, {field.half_mm:.0f} mm deeper", RIGHT + 8, y - 26, "value", "end")


def _cell(percent: int, box: Box) -> Iterator[str]:
    shade = min(percent * SHADES // WHOLE, SHADES - 1)
    inner = Box(box.x + 1.5, box.y + 1.5, box.width - 3, box.height - 3)
    yield rect(inner, f"cell s{shade}{' edge' if percent >= HALF else ''}")
    kind = "number on" if shade >= DARK else "number"
    yield text(str(percent), box.x + box.width / 2, box.y + box.height / 2 + 4, kind, "middle")


def _warning(warning: str, top: float) -> Iterator[str]:
    for place, told in enumerate(_lines(warning.split())):
        yield text(told, 0, top + 16 * place, "small warn")


def _lines(parts: Sequence[str]) -> Iterator[str]:
    """Words as lines that fit the drawing."""
    said = ""
    for part in parts:
        if said and len(said) + len(part) >= LINE_LETTERS:
            yield said
            said = ""
        said = f"{said} {part}".strip()
    yield said


def _sheet(name: str, told: tuple[str, str], height: float, drawn: Sequence[str]) -> str:
    title, described = told
    return element(
        "svg",
        element("title", words(title), id=f"coil-{name}-title"),
        element("desc", words(described), id=f"coil-{name}-desc"),
        element("style", STYLE),
        *drawn,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH:g} {height:g}",
        width=WIDTH,
        height=height,
        role="img",
        class_="coil",
        aria_labelledby=f"coil-{name}-title",
        aria_describedby=f"coil-{name}-desc",
    )


STYLE = """
.coil { display: block; max-width: 100%; height: auto; font-family: system-ui, -apple-system,
  "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
.coil text { font-size: 12.5px; fill: var(--ink, #1b2430); }
.coil .small { fill: var(--quiet, #4a5565); }
.coil .warn { fill: var(--ink, #1b2430); font-weight: 600; }
.coil .value { font-weight: 600; paint-order: stroke; stroke: var(--paper, #fff);
  stroke-width: 4px; stroke-linejoin: round; }
.coil .grid { stroke: var(--line, #dde3e8); }
.coil .cortex { stroke: var(--ink, #1b2430); stroke-dasharray: 1.5 3.5; stroke-width: 1.5; }
.coil .curve { fill: none; stroke: var(--accent, #0b5a6b); stroke-width: 3; }
.coil .mark { fill: var(--accent, #0b5a6b); stroke: var(--paper, #fff); }
.coil .half { fill: var(--paper, #fff); stroke: var(--accent, #0b5a6b); stroke-width: 2; }
.coil .cell { fill: var(--accent, #0b5a6b); stroke: var(--line, #dde3e8); }
.coil .edge { stroke: var(--ink, #1b2430); stroke-width: 2; }
.coil .s0 { fill-opacity: 0; } .coil .s1 { fill-opacity: 0.12; } .coil .s2 { fill-opacity: 0.26; }
.coil .s3 { fill-opacity: 0.42; } .coil .s4 { fill-opacity: 0.95; }
.coil .on { fill: var(--paper, #fff); font-weight: 600; }
"""
