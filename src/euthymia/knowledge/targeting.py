"""Where the coil goes, how strong a motor answer needs it, and what a coil is made of.

The shapes of pages; the arithmetic is in `models.targeting`, `models.threshold`, `models.coil`.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from euthymia.knowledge.evidence import Evidence, Figure, Remark, Status

Range = tuple[float, float]
"""The least and the most, both allowed."""


class F3Constants(Struct, frozen=True, forbid_unknown_fields=True):
    """The constants of one transcription of Beam F3, named as `models.targeting.F3Rule` says."""

    ring_share: float
    front_line_deg: float
    side_line_deg: float
    shortening: float
    status: Status
    evidence: tuple[Evidence, ...]


class TapeBounds(Struct, frozen=True, forbid_unknown_fields=True):
    """Tapes beyond these are measured again, cm; the arcs may differ by `arcs_differ_cm`."""

    tragus_to_tragus_cm: Range
    nasion_to_inion_cm: Range
    circumference_cm: Range
    arcs_differ_cm: float
    status: Status
    evidence: tuple[Evidence, ...]


class Targeting(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A way to a scalp point by three tape measures.

    Attributes:
        farther: What the adjusted rule adds to the distance from the vertex, cm.
    """

    id: str
    name: str
    says: str
    rule: F3Constants
    limits: TapeBounds
    farther: Figure
    status: Status
    evidence: tuple[Evidence, ...]
    caveats: tuple[Remark, ...] = ()

    @property
    def adjusted_2015_cm(self) -> float:
        """What the adjusted rule adds to the distance from the vertex, cm."""
        return self.farther.value


class DistanceRule(Struct, frozen=True, forbid_unknown_fields=True):
    """A fixed distance forward of the motor hotspot, cm along the scalp."""

    id: str
    name: str
    forward: Figure
    says: str
    status: Status
    evidence: tuple[Evidence, ...]
    caveats: tuple[Remark, ...] = ()


class CorticalTarget(Struct, frozen=True, forbid_unknown_fields=True):
    """A point of the standard brain, mm: x to the right, y forward, z up.

    Attributes:
        display_radius_mm: Of the one that a navigated session starts from; None: not that one.
    """

    id: str
    name: str
    mni_mm: tuple[float, float, float]
    says: str
    status: Status
    evidence: tuple[Evidence, ...]
    display_radius_mm: Figure | None = None


class PlacementNote(Struct, frozen=True, forbid_unknown_fields=True):
    """How the coil is held."""

    id: str
    says: str
    status: Status
    evidence: tuple[Evidence, ...]
    value: float | None = None
    unit: str | None = None


class PestConstants(Struct, frozen=True, forbid_unknown_fields=True):
    """What threshold hunting works with, named as `models.threshold.Pest` says.

    Attributes:
        pulses: How many are given.
        wide: An interval wider than this, % of output, calls for more pulses.
    """

    start: int
    spread: float
    drop: float
    pulses: int
    wide: int
    status: Status
    evidence: tuple[Evidence, ...]


class CountConstants(Struct, frozen=True, forbid_unknown_fields=True):
    """What counting answers works with, named as `models.threshold.Counting` says."""

    start: int
    coarse: int
    fine: int
    needed: int
    pulses: int
    status: Status
    evidence: tuple[Evidence, ...]


class ThresholdMethod(Struct, frozen=True, forbid_unknown_fields=True):
    """A way to find the motor threshold.

    Attributes:
        hunting, counting: Its constants; a method with neither is told, not run.
        steps: What the operator does, in order.
    """

    id: str
    name: str
    says: str
    status: Status
    evidence: tuple[Evidence, ...]
    hunting: PestConstants | None = None
    counting: CountConstants | None = None
    steps: tuple[str, ...] = ()
    caveats: tuple[Remark, ...] = ()


class ThresholdNote(Struct, frozen=True, forbid_unknown_fields=True):
    """What is said or written down with every threshold; `fields` is what to write down."""

    id: str
    says: str
    status: Status
    evidence: tuple[Evidence, ...]
    fields: tuple[str, ...] = ()


class CoilShape(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A figure-8 coil of two flat wings of concentric turns, mm.

    Attributes:
        turns: In each wing, evenly spaced from `inner_mm` to `outer_mm` (radii).
        apart_mm: Between the middles of the wings.
        cell_mm: About how wide a cell that stands for a part of a wing is.
    """

    id: str
    name: str
    says: str
    kind: Literal["figure_8"]
    turns: int
    inner_mm: float
    outer_mm: float
    apart_mm: float
    cell_mm: float
    status: Status
    evidence: tuple[Evidence, ...]
    published: dict[str, Figure] = {}
    caveats: tuple[Remark, ...] = ()


class SphereHead(Struct, frozen=True, forbid_unknown_fields=True):
    """The sphere that stands for a head, mm: radii, and from scalp to the middle of the winding.

    Attributes:
        warning: What every figure and picture of it carries.
    """

    id: str
    says: str
    warning: str
    scalp_mm: float
    cortex_mm: float
    winding_above_mm: float
    status: Status
    evidence: tuple[Evidence, ...]
