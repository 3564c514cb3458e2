"""A course of TMS made out in numbers: intensity, pulses, time, and where the coil lies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from math import ceil
from typing import Literal

from msgspec import Struct

from euthymia.knowledge import Knowledge
from euthymia.knowledge.therapies import Part, Protocol
from euthymia.knowledge.train_safety import TrainTable
from euthymia.models.targeting import Point, Tapes, beam_f3, remeasure
from euthymia.record import Record
from euthymia.record.orders import StimulationOrder

Side = Literal["left", "right"]
PER_CENT = 100
NOISE = 1e-9
"""A difference of floats that is none: 56.4999999999 is 56.5."""


class Depth(Struct, frozen=True):
    """Scalp to cortex, mm, at the motor cortex and at the target, and the threshold it makes."""

    motor_mm: float
    target_mm: float
    adjusted_threshold_pct_mso: float


class Ceiling(Struct, frozen=True):
    """The most that a correction for depth may ask for, percent of output."""

    output_pct_mso: float
    exceeded: bool


class TrainCheck(Struct, frozen=True):
    """The longest train against the table of single trains; None: the table does not cover it."""

    seconds: float
    limit_seconds: float | None
    within: bool | None
    permitted_as: Literal["within_table", "labelled_protocol"] | None


class Coil(Struct, frozen=True):
    """Where the coil lies, by three tapes: cm along the circumference, and from the vertex.

    The distances hold for either side of the head; `sides` tells which come, in their order.
    """

    sides: tuple[Side, ...]
    point: Point
    y_adjusted_2015_cm: float

    @property
    def side(self) -> Side:
        """The side that comes first."""
        return self.sides[0]


class StimulationPlan(Struct, frozen=True, kw_only=True):
    """One course. Percent of maximum stimulator output (MSO) or of the motor threshold (MT).

    What rests on a threshold that was not measured, or on a course that is not known, is None.
    Above the ceiling of a correction for depth no output is set.
    """

    protocol: Protocol
    motor_threshold_pct_mso: float | None
    output_exact_pct_mso: float | None
    output_set_pct_mso: int | None
    achieved_pct_mt: float | None
    deliverable: bool | None
    pulses_per_session: int
    session_seconds: float
    session_seconds_exact: float
    duty_cycle: float
    course_pulses: int | None
    depth: Depth | None
    ceiling: Ceiling | None
    train: TrainCheck
    coil: Coil | None
    threshold_old: bool
    threshold_day: date | None
    seen_by_eye: bool


def stimulation_plan(
    order: StimulationOrder, as_of: date, knowledge: Knowledge
) -> StimulationPlan | None:
    """The protocol in mind made out; None where none was chosen, or no page knows it."""
    protocol = knowledge.protocols.get(order.protocol or "")
    if protocol is None:
        return None
    depth = _depth(order, protocol, knowledge)
    threshold = _threshold(order, protocol, depth)
    exact = None if threshold is None else threshold * protocol.intensity_pct_mt / PER_CENT
    ceiling = _ceiling(order, depth, exact, knowledge)
    exceeded = ceiling is not None and ceiling.exceeded
    at = None if exact is None or exceeded else nearest_step(exact)
    pulses = protocol.pulses_per_session
    console = sum(part.n_trains * (part.train_s + part.iti_s) for part in protocol.parts)
    return StimulationPlan(
        protocol=protocol,
        motor_threshold_pct_mso=order.motor_threshold_pct_mso,
        output_exact_pct_mso=exact,
        output_set_pct_mso=at,
        achieved_pct_mt=None if at is None or not threshold else PER_CENT * at / threshold,
        deliverable=deliverable(exact, knowledge),
        pulses_per_session=pulses,
        session_seconds=console,
        session_seconds_exact=console - sum(part.iti_s for part in protocol.parts),
        duty_cycle=sum(part.n_trains * part.train_s for part in protocol.parts) / console,
        course_pulses=None if protocol.sessions is None else pulses * protocol.sessions,
        depth=depth,
        ceiling=ceiling,
        train=_longest_train(protocol, knowledge),
        coil=_coil(order, protocol, knowledge),
        threshold_old=_too_old(order, as_of, knowledge),
        threshold_day=order.threshold_day,
        seen_by_eye=order.threshold_method == "visual",
    )


def stimulation_waits_for(record: Record, knowledge: Knowledge) -> Iterator[str]:
    """The questions without which the output of the protocol in mind is not known."""
    order = record.orders.tms
    protocol = knowledge.protocols.get(order.protocol or "")
    if protocol is not None and order.motor_threshold_pct_mso is None:
        yield "motor_threshold"
    depths = order.motor_mm is not None and order.target_mm is not None
    if protocol is not None and protocol.depth_adjusted and not depths:
        yield "scalp_to_cortex"


def nearest_step(output_pct: float) -> int:
    """The nearest whole percent of output; a tie goes down, never above the order."""
    return ceil(output_pct - 0.5 - NOISE)


def deliverable(exact: float | None, knowledge: Knowledge) -> bool | None:
    """Whether the stimulator can give it; None while no threshold was measured."""
    most = knowledge.number("tms_output_max_pct_mso")
    return None if exact is None else exact <= most + NOISE


def _depth(order: StimulationOrder, protocol: Protocol, knowledge: Knowledge) -> Depth | None:
    threshold, motor, target = order.motor_threshold_pct_mso, order.motor_mm, order.target_mm
    if not protocol.depth_adjusted or threshold is None or motor is None or target is None:
        return None
    slope = knowledge.number("tms_depth_slope_pct_mso_per_mm")
    return Depth(motor, target, threshold + slope * (target - motor))


def _threshold(order: StimulationOrder, protocol: Protocol, depth: Depth | None) -> float | None:
    """The threshold that the intensity is a percentage of; one for depth waits for the depths.

    A correction that leaves nothing above 0 is beyond what it was made for.
    """
    if not protocol.depth_adjusted:
        return order.motor_threshold_pct_mso
    adjusted = 0 if depth is None else depth.adjusted_threshold_pct_mso
    return adjusted if adjusted > 0 else None


def _ceiling(
    order: StimulationOrder, depth: Depth | None, exact: float | None, knowledge: Knowledge
) -> Ceiling | None:
    threshold = order.motor_threshold_pct_mso
    if depth is None or threshold is None:
        return None
    most = threshold * knowledge.number("tms_ceiling_pct_mt") / PER_CENT
    return Ceiling(most, exact is not None and exact > most + NOISE)


def _longest_train(protocol: Protocol, knowledge: Knowledge) -> TrainCheck:
    """The part that the table permits least; what it does not cover says nothing."""
    table = knowledge.train_tables["wassermann_1998"]
    checked = [_train(part, protocol, table) for part in protocol.parts]
    return min(checked, key=lambda one: (one.within is not False, one.within is True))


def _train(part: Part, protocol: Protocol, table: TrainTable) -> TrainCheck:
    cell = table.limit(part.freq_hz, protocol.intensity_pct_mt)
    limit = None if cell is None else cell.seconds
    within = None if limit is None else part.train_s <= limit + NOISE
    if within:
        return TrainCheck(part.train_s, limit, within, "within_table")
    return TrainCheck(
        part.train_s, limit, within, "labelled_protocol" if protocol.labelled else None
    )


def _coil(order: StimulationOrder, protocol: Protocol, knowledge: Knowledge) -> Coil | None:
    tapes = tapes_of(order)
    targeted = protocol.scalp_target and protocol.coil == "figure_8"
    if tapes is None or not targeted or implausible(order, knowledge):
        return None
    target = knowledge.targetings["beam_f3_web"]
    point = beam_f3(*_lengths(tapes), target.rule)
    return Coil(_sides(protocol), point, point.y_cm + target.adjusted_2015_cm)


def _sides(protocol: Protocol) -> tuple[Side, ...]:
    """A part that names no side is given on the left."""
    sides: list[Side] = ["right" if part.side == "right" else "left" for part in protocol.parts]
    return tuple(dict.fromkeys(sides))


def tapes_of(order: StimulationOrder) -> Tapes | None:
    """The three tape measures, where all were taken."""
    lengths = (
        order.tragus_to_tragus_cm,
        order.nasion_to_inion_cm,
        order.circumference_cm,
    )
    told = [one for one in lengths if one is not None]
    return Tapes(*told) if len(told) == len(lengths) else None


def _lengths(tapes: Tapes) -> tuple[float, float, float]:
    return tapes.tragus_to_tragus_cm, tapes.nasion_to_inion_cm, tapes.circumference_cm


def implausible(order: StimulationOrder, knowledge: Knowledge) -> Sequence[str] | None:
    """The tapes to take again; None where not all were taken."""
    tapes = tapes_of(order)
    return None if tapes is None else remeasure(tapes, knowledge.targetings["beam_f3_web"].limits)


def _too_old(order: StimulationOrder, as_of: date, knowledge: Knowledge) -> bool:
    days = knowledge.number("tms_threshold_speaks_for_days")
    return order.threshold_day is not None and (as_of - order.threshold_day).days > days
