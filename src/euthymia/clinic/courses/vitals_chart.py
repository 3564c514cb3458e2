"""The vital signs of a session over its minutes, against the lines of its rules; as shapes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from euthymia.clinic.courses.limits import Limit

Json = dict[str, Any]
WIDTH = 640.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 92.0, 10.0, 22.0
LEAST_MINUTES = 60.0


@dataclass(frozen=True)
class Panel:
    """One scale of the chart: its readings, and the values between which it is drawn."""

    title: str
    readings: tuple[str, ...]
    low: float
    high: float
    height: float = 120.0


PANELS = (
    Panel("Blood pressure, mmHg", ("systolic_mmhg", "diastolic_mmhg"), 40, 220, 210.0),
    Panel("Oxygen saturation, %", ("spo2_pct",), 80, 100),
    Panel("Pulse, per minute", ("heart_rate_per_min",), 30, 150),
)


@dataclass(frozen=True)
class Mark:
    """One reading where it is drawn."""

    x: float
    y: float
    says: str


@dataclass(frozen=True)
class Drawn:
    """A panel as shapes. `ticks`: minutes and where they stand; `lines`: limits, by decision."""

    title: str
    curves: tuple[tuple[str, str, tuple[Mark, ...]], ...]
    lines: tuple[tuple[str, float, str], ...]
    ticks: tuple[tuple[float, str], ...]
    scale: tuple[tuple[float, str], ...]
    height: float
    width: float = WIDTH
    left: float = LEFT
    right: float = WIDTH - RIGHT


def drawn(readings: Sequence[Json], limits: Iterable[Limit]) -> list[Drawn]:
    """The panels in which something was read.

    Args:
        readings: Observations of the session form, by the minute.
        limits: The lines of its rules.
    """
    limits, span = tuple(limits), _span(readings)
    return [
        _panel(panel, readings, limits, span)
        for panel in PANELS
        if any(one.get(name) is not None for one in readings for name in panel.readings)
    ]


def _span(readings: Sequence[Json]) -> tuple[float, float]:
    minutes = [one["minute"] for one in readings] or [0.0]
    first = min(0.0, *minutes) if len(minutes) > 1 else min(0.0, minutes[0])
    return first, max(LEAST_MINUTES, *minutes, first + LEAST_MINUTES)


def _panel(
    panel: Panel, readings: Sequence[Json], limits: Sequence[Limit], span: tuple[float, float]
) -> Drawn:
    def x(minute: float) -> float:
        share = (minute - span[0]) / (span[1] - span[0])
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(value: float) -> float:
        within = min(max(value, panel.low), panel.high)
        share = (within - panel.low) / (panel.high - panel.low)
        return round(panel.height - BOTTOM - share * (panel.height - TOP - BOTTOM), 1)

    curves = tuple(
        (name, " ".join(f"{m.x},{m.y}" for m in marks), marks)
        for name in panel.readings
        if (marks := tuple(_marks(name, readings, x, y)))
    )
    lines = tuple(
        (one.decision, y(one.at), f"{one.decision} {one.at:g}")
        for one in limits
        if one.reading in panel.readings[:1] and panel.low <= one.at <= panel.high
    )
    step = 15 if span[1] - span[0] <= 2 * LEAST_MINUTES else 30
    first = int(span[0] // step) * step
    ticks = tuple((x(at), f"{at}") for at in range(first, int(span[1]) + 1, step) if at >= span[0])
    middle = (panel.low + panel.high) / 2
    scale = tuple((y(at), f"{at:g}") for at in (panel.low, middle, panel.high))
    return Drawn(panel.title, curves, lines, ticks, scale, panel.height)


def _marks(name: str, readings: Sequence[Json], x: Any, y: Any) -> Iterable[Mark]:
    for one in readings:
        if one.get(name) is not None:
            says = f"minute {one['minute']:g}: {one[name]:g}"
            yield Mark(x(one["minute"]), y(one[name]), says)
