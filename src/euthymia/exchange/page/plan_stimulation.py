"""A course of magnetic stimulation, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from euthymia.engine.plans import StimulationPlan
from euthymia.exchange.page.plan_words import PlanLine, Warned, duration, number, parameters
from euthymia.exchange.page.statement import Statement, said
from euthymia.knowledge import Knowledge
from euthymia.knowledge.therapies import Part, Protocol

TABLE = "wassermann_1998"
TARGETING = "beam_f3_web"
BY_EYE = "visual_vs_emg"


def stimulation_lines(plan: StimulationPlan, knowledge: Knowledge) -> Iterator[PlanLine]:
    """The protocol, the intensity with its arithmetic, a session, the course, and the coil."""
    own = (_of(plan.protocol),)
    yield PlanLine("Protocol", f"{plan.protocol.name}: {plan.protocol.target}", own)
    yield PlanLine("Motor threshold", _threshold(plan))
    yield from _depth(plan, knowledge)
    yield PlanLine("Intensity", _intensity(plan), own)
    yield from (PlanLine("Trains", part_words(one), own) for one in plan.protocol.parts)
    yield PlanLine("Session", _session(plan))
    yield PlanLine("Course", course_words(plan), own)
    yield PlanLine("Longest train", train_words(plan), _table(knowledge))
    yield from _coil(plan, knowledge)


def _of(protocol: Protocol) -> Statement:
    return Statement(protocol.name, protocol.status, protocol.evidence)


def _table(knowledge: Knowledge) -> tuple[Statement, ...]:
    table = knowledge.train_tables[TABLE]
    says = "" if table.lookup is None else table.lookup.says
    return (Statement(says, table.status, table.evidence),)


def _threshold(plan: StimulationPlan) -> str:
    if plan.motor_threshold_pct_mso is None:
        return "not measured yet: no intensity in percent of output without it"
    day = f", of {plan.threshold_day}" if plan.threshold_day else ", day not recorded"
    eye = ", seen by eye" if plan.seen_by_eye else ""
    return f"{number(plan.motor_threshold_pct_mso)} % of output{day}{eye}"


def _depth(plan: StimulationPlan, knowledge: Knowledge) -> Iterator[PlanLine]:
    if not plan.protocol.depth_adjusted:
        return
    rests = parameters(knowledge, "tms_depth_slope_pct_mso_per_mm")
    if plan.depth is None or plan.motor_threshold_pct_mso is None:
        yield PlanLine("Depth", "the threshold or a depth was not measured: not corrected", rests)
        return
    slope = knowledge.number("tms_depth_slope_pct_mso_per_mm")
    yield PlanLine(
        "Depth",
        f"{number(plan.motor_threshold_pct_mso)} % + {slope:g} % a mm x "
        f"({plan.depth.target_mm:g} - {plan.depth.motor_mm:g} mm) = "
        f"{number(plan.depth.adjusted_threshold_pct_mso)} % of output",
        rests,
    )


def _intensity(plan: StimulationPlan) -> str:
    """`120 % of 55 % = 66 % of output; set to 66 % (120 % of the threshold)`."""
    asked = f"{plan.protocol.intensity_pct_mt:g} %"
    if plan.output_exact_pct_mso is None or plan.achieved_pct_mt is None:
        return f"{asked} of the motor threshold"
    depth = plan.depth.adjusted_threshold_pct_mso if plan.depth else plan.motor_threshold_pct_mso
    threshold = number(depth or 0)
    return (
        f"{asked} of {threshold} % = {number(plan.output_exact_pct_mso)} % of output; "
        f"set to {plan.output_set_pct_mso} % ({plan.achieved_pct_mt:.1f} % of the threshold)"
    )


def part_words(part: Part) -> str:
    """`left: 75 trains of 40 pulses (4 s at 10 Hz, then 26 s of pause)`."""
    rate = f" at {part.freq_hz:g} Hz" if part.freq_hz else ""
    bursts = (
        f", in bursts of {part.pulses_per_burst} pulses at {part.burst_hz:g} Hz, "
        f"{part.bursts_per_s:g} bursts a second"
        if part.burst_hz and part.bursts_per_s
        else ""
    )
    return (
        f"{part.side}: {part.n_trains} trains of {part.pulses_per_train} pulses "
        f"({part.train_s:g} s{rate}, then {part.iti_s:g} s of pause){bursts}"
    )


def _session(plan: StimulationPlan) -> str:
    """Pulses, both durations, and how much of the time pulses run."""
    day = plan.protocol.sessions_per_day
    several = f"; {day} a day = {plan.pulses_per_session * day} pulses a day" if day > 1 else ""
    gap = plan.protocol.interval_min
    apart = f", {gap:g} min apart" if day > 1 and gap else ""
    return (
        f"{plan.pulses_per_session} pulses in {duration(plan.session_seconds)} on the console, "
        f"{duration(plan.session_seconds_exact)} without the last pause; "
        f"pulses run {plan.duty_cycle * 100:.0f} % of the time{several}{apart}"
    )


def course_words(plan: StimulationPlan) -> str:
    """Sessions, taper and pulses; that none is known where none is."""
    protocol = plan.protocol
    if protocol.sessions is None:
        return "no course is known"
    daily = f", {protocol.days_per_week} days a week" if protocol.days_per_week else ""
    last = f", the last {protocol.taper_sessions} as a taper" if protocol.taper_sessions else ""
    how = f" ({protocol.taper})" if protocol.taper else ""
    return f"{protocol.sessions} sessions{daily}{last}{how}; {plan.course_pulses} pulses in all"


def train_words(plan: StimulationPlan) -> str:
    """The longest train against the table; permission by the label is a reason of its own."""
    train, reason = plan.train, _permitted(plan)
    if train.limit_seconds is None:
        return f"{train.seconds:g} s; the table of single trains does not cover it{reason}"
    held = "within" if train.within else "longer than"
    return f"{train.seconds:g} s, {held} the {train.limit_seconds:g} s of the table{reason}"


def _permitted(plan: StimulationPlan) -> str:
    labelled = plan.train.permitted_as == "labelled_protocol"
    return "; permitted as the labelling of a device has it so" if labelled else ""


def _coil(plan: StimulationPlan, knowledge: Knowledge) -> Iterator[PlanLine]:
    if plan.coil is None:
        if plan.protocol.scalp_target and plan.protocol.coil == "figure_8":
            yield PlanLine("Coil", "no place reckoned: three tape measures that agree are needed")
        return
    page, coil = knowledge.targetings[TARGETING], plan.coil
    yield PlanLine(
        "Coil",
        f"{', then '.join(coil.sides)}: "
        f"{coil.point.x_cm:.2f} cm along the circumference from the midline, "
        f"{coil.point.y_cm:.2f} cm from the vertex ({page.name})",
        (said(page),),
    )
    yield PlanLine(
        "Coil, adjusted",
        f"{coil.y_adjusted_2015_cm:.2f} cm from the vertex by the adjustment of 2015",
        (Statement(page.farther.note or "", page.farther.status, page.farther.evidence),),
    )


def stimulation_warnings(plan: StimulationPlan, knowledge: Knowledge) -> Iterator[Warned]:
    """What to heed before the first pulse, gravest first."""
    if plan.deliverable is False:
        told = f"Not deliverable: {number(plan.output_exact_pct_mso or 0)} % of output"
        yield Warned(told, parameters(knowledge, "tms_output_max_pct_mso"))
    if plan.ceiling is not None and plan.ceiling.exceeded:
        told = f"Above the ceiling of {number(plan.ceiling.output_pct_mso)} % of output"
        yield Warned(told, parameters(knowledge, "tms_ceiling_pct_mt"))
    if plan.train.within is not True:
        held = "Train longer than the table" if plan.train.within is False else "Train not covered"
        yield Warned(
            f"{held}{_permitted(plan) or ', permitted by nothing known'}", _table(knowledge)
        )
    if plan.threshold_old:
        told = f"Motor threshold too old: it is of {plan.threshold_day}"
        yield Warned(told, parameters(knowledge, "tms_threshold_speaks_for_days"))
    if plan.seen_by_eye:
        note = knowledge.threshold_notes.get(BY_EYE)
        yield Warned("Motor threshold seen by eye", () if note is None else (said(note),))
