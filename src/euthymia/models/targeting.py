"""Where F3 lies on a head, from three tape measures: Beam F3 as the web calculator reckons it.

The scalp is laid flat about the vertex, so that distance from it is length along the scalp. F4 is
where a line from Fz meets a line from C4; F3 is its mirror image. The angles and the last
shortening are empirical, not geometry, and come in with the rule.
"""

from __future__ import annotations

import math
from typing import Protocol

from msgspec import Struct

QUARTER_DEG = 90.0
"""From the midline to the ear; the circumference has four of them."""


class F3Rule(Protocol):
    """The constants of one transcription of Beam F3; a page holds them under these names.

    Attributes:
        ring_share: Radius of the outer ring of electrodes, as a share of each arc over the vertex.
        front_line_deg: Angle of the ring point through which the line from Fz is drawn.
        side_line_deg: Angle of the ring point through which the line from C4 is drawn.
        shortening: Share of the flat distance from the vertex that is measured on the scalp.
    """

    @property
    def ring_share(self) -> float: ...
    @property
    def front_line_deg(self) -> float: ...
    @property
    def side_line_deg(self) -> float: ...
    @property
    def shortening(self) -> float: ...


class Point(Struct, frozen=True):
    """F3 on the scalp, cm.

    Attributes:
        x_cm: Along the circumference from the midline of the forehead toward the left ear.
        y_cm: From the vertex along the line through that point.
    """

    x_cm: float
    y_cm: float

    def farther(self, added_cm: float) -> Point:
        """The point so much farther from the vertex on the same line."""
        return Point(self.x_cm, self.y_cm + added_cm)


class Tapes(Struct, frozen=True):
    """The three tape measures, cm: both arcs over the vertex, and round the head."""

    tragus_to_tragus_cm: float
    nasion_to_inion_cm: float
    circumference_cm: float

    def items(self) -> tuple[tuple[str, float], ...]:
        """Each tape by its name."""
        return tuple((name, getattr(self, name)) for name in self.__struct_fields__)


class Limits(Protocol):
    """Least and most of each tape, both allowed, and how far the arcs may differ, cm."""

    @property
    def tragus_to_tragus_cm(self) -> tuple[float, float]: ...
    @property
    def nasion_to_inion_cm(self) -> tuple[float, float]: ...
    @property
    def circumference_cm(self) -> tuple[float, float]: ...
    @property
    def arcs_differ_cm(self) -> float: ...


def beam_f3(
    tragus_to_tragus_cm: float, nasion_to_inion_cm: float, circumference_cm: float, rule: F3Rule
) -> Point:
    """F3 by the web-calculator variant of Beam F3; F4 has the same distances to the right.

    Args:
        tragus_to_tragus_cm: From ear to ear over the vertex, > 0.
        nasion_to_inion_cm: From the root of the nose to the back of the head, > 0.
        circumference_cm: Round the head, > 0.
        rule: The constants, from a page.

    Raises:
        ValueError: A tape is not a length.

    Source: Beam and others 2009 for the method; the variant as transcribed by a third party.
    """
    _refuse_no_length(Tapes(tragus_to_tragus_cm, nasion_to_inion_cm, circumference_cm))
    x, y = _crossing(
        rule.ring_share * nasion_to_inion_cm, rule.ring_share * tragus_to_tragus_cm, rule
    )
    around = QUARTER_DEG + math.degrees(math.atan(y / x))
    return Point(circumference_cm / 4 * around / QUARTER_DEG, rule.shortening * math.hypot(x, y))


def _crossing(front: float, side: float, rule: F3Rule) -> tuple[float, float]:
    """F4 on the flat scalp: x to the right, y backward from the vertex.

    The first slope is divided by `side` alone, as the calculator does; exact geometry would also
    divide by the cosine of the angle.
    """
    first, second = math.radians(rule.front_line_deg), math.radians(rule.side_line_deg)
    from_fz = (side * math.sin(first) + front / 2) / side
    from_c4 = front * math.sin(second) / (front * math.cos(second) - side / 2)
    x = (front - side * from_c4) / (2 * (from_fz - from_c4))
    return x, from_fz * x - front / 2


def _refuse_no_length(tapes: Tapes) -> None:
    for name, tape in tapes.items():
        if not (math.isfinite(tape) and tape > 0):
            raise ValueError(f"{name}: not a length; give centimetres above 0")


def remeasure(tapes: Tapes, limits: Limits) -> tuple[str, ...]:
    """The tapes to measure again: names of those out of bounds, and `arcs_differ_cm`."""
    bounds: dict[str, tuple[float, float]] = {
        name: getattr(limits, name) for name, _ in tapes.items()
    }
    doubted = [
        name for name, tape in tapes.items() if not bounds[name][0] <= tape <= bounds[name][1]
    ]
    if abs(tapes.tragus_to_tragus_cm - tapes.nasion_to_inion_cm) > limits.arcs_differ_cm:
        doubted.append("arcs_differ_cm")
    return tuple(doubted)
