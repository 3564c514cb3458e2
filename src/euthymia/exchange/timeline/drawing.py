"""A small pen for SVG: elements, text, and a time axis. Everything it writes is escaped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import escape

from msgspec import Struct

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS_PER_YEAR = 12
STEPS_IN_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600)
GLYPH = 0.56
"""Mean width of a letter, in parts of the size of the type."""

Attribute = str | float


class Box(Struct, frozen=True):
    """A rectangle on the sheet."""

    x: float
    y: float
    width: float
    height: float


def element(tag: str, *children: str, **attributes: Attribute) -> str:
    """One element; `stroke_width` becomes stroke-width, `class_` class. Children stand as is."""
    told = "".join(f' {_name(key)}="{_value(value)}"' for key, value in attributes.items())
    return f"<{tag}{told}>{''.join(children)}</{tag}>" if children else f"<{tag}{told}/>"


def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _value(value: Attribute) -> str:
    return escape(f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value))


def words(content: str) -> str:
    """Text as it may stand in an element, without signs that no document may hold."""
    return escape("".join(sign for sign in content if sign.isprintable()))


def text(content: str, x: float, y: float, kind: str = "", anchor: str = "start") -> str:
    """A line of text with its baseline at y."""
    attributes: dict[str, Attribute] = {"x": float(x), "y": float(y)}
    if kind:
        attributes["class_"] = kind
    if anchor != "start":
        attributes["text_anchor"] = anchor
    return element("text", words(content), **attributes)


def rect(box: Box, kind: str, **attributes: Attribute) -> str:
    shape = {"x": box.x, "y": box.y, "width": max(box.width, 0.0), "height": box.height}
    return element("rect", **shape, class_=kind, **attributes)


def line(start: tuple[float, float], end: tuple[float, float], kind: str) -> str:
    (x1, y1), (x2, y2) = start, end
    return element("line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), class_=kind)


def circle(x: float, y: float, radius: float, kind: str) -> str:
    return element("circle", cx=float(x), cy=float(y), r=float(radius), class_=kind)


def path(points: list[tuple[float, float]], kind: str, *, closed: bool = False) -> str:
    """Straight lines through the points."""
    joined = " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return element("path", d=f"M{joined}{' Z' if closed else ''}", class_=kind)


def width_of(content: str, size: float) -> float:
    """About how wide a text is in the type of the system."""
    return GLYPH * size * len(content)


def shortened(content: str, room: float, size: float) -> str:
    """The text as far as there is room for it; what is cut off stands in the table."""
    fits = int(room / (GLYPH * size))
    return content if len(content) <= fits else f"{content[: max(fits - 1, 0)]}…"


class Axis(Struct, frozen=True):
    """Days laid on the sheet from left to right, both ends included."""

    first: date
    last: date
    left: float
    right: float

    def x(self, day: date) -> float:
        """Where a day begins; days outside stand at the edge."""
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def ticks(self, most: int) -> Iterator[tuple[date, str]]:
        """First days of months or years, about so many of them at most."""
        step = next((s for s in STEPS_IN_MONTHS if self._months / s <= most), STEPS_IN_MONTHS[-1])
        first, last = _month_number(self.first), _month_number(self.last)
        for month in range(first - first % step, last + 1, step):
            if month >= MONTHS_PER_YEAR and _first_of(month) >= self.first:
                yield _first_of(month), _label(_first_of(month), step)

    @property
    def _months(self) -> int:
        return _month_number(self.last) - _month_number(self.first) + 1


def _month_number(day: date) -> int:
    return day.year * MONTHS_PER_YEAR + day.month - 1


def _first_of(month: int) -> date:
    return date(month // MONTHS_PER_YEAR, month % MONTHS_PER_YEAR + 1, 1)


def _label(day: date, step: int) -> str:
    return str(day.year) if step >= MONTHS_PER_YEAR else f"{MONTHS[day.month - 1]} {day.year}"
