"""A picture of one hundred people: those who reached an outcome are filled, the rest hollow.

It is drawn in few strokes: a row of people is one line of dashes for the bodies and one of round
dots for the heads, and smaller ones of the colour of the paper make them hollow.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from euthymia.exchange.timeline.drawing import element, words

PEOPLE, ROW, CELL = 100, 10, 10


class Stroke(Struct, frozen=True):
    """One part of a person: where it begins in its cell, and how long its dash is."""

    kind: str
    x: float
    y: float
    dash: float


OUTLINES = (Stroke("body", 2.75, 7.2, 4.5), Stroke("head", 5, 2.6, 0.1))
INSIDES = (Stroke("body within", 3.45, 7.2, 3.1), Stroke("head within", 5, 2.6, 0.1))


def icon_array(reached: int, told: str) -> str:
    """One hundred people as one SVG element, with the same in words.

    Args:
        reached: How many are filled, 0 to 100, from the top left.
        told: What a reader who does not see it is told.
    """
    side = ROW * CELL
    return element(
        "svg",
        element("title", words(told)),
        *_crowd(range(reached), OUTLINES, "reached"),
        *_crowd(range(reached, PEOPLE), OUTLINES, "others"),
        *_crowd(range(reached, PEOPLE), INSIDES),
        viewBox=f"0 0 {side} {side}",
        class_="icons",
        role="img",
    )


def _crowd(people: range, strokes: tuple[Stroke, ...], more: str = "") -> Iterator[str]:
    """A run of people; nothing where there are none."""
    for stroke in strokes if people else ():
        kind = f"{stroke.kind} {more}".rstrip()
        yield element("path", d="".join(_rows(people, stroke)), class_=kind)


def _rows(people: range, stroke: Stroke) -> Iterator[str]:
    """One stroke for the people of each row; its dashes repeat with each cell."""
    for row in range(people.start // ROW, -(-people.stop // ROW)):
        first = max(people.start - row * ROW, 0)
        last = min(people.stop - row * ROW, ROW)
        reach = (last - first - 1) * CELL + stroke.dash
        yield f"M{first * CELL + stroke.x:g} {row * CELL + stroke.y:g}h{reach:g}"
