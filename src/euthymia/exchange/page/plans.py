"""The plan of an option in numbers, with its arithmetic, what it rests on, and its warnings."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from euthymia.engine.options import Option
from euthymia.engine.plans import InfusionPlan, Plan, SprayPlan, StimulationPlan
from euthymia.engine.plans.infusion import Series
from euthymia.engine.plans.spray import Visits
from euthymia.engine.suitability import Suitability
from euthymia.exchange.page.level import LevelBox, level_box
from euthymia.exchange.page.plan_stimulation import stimulation_lines, stimulation_warnings
from euthymia.exchange.page.plan_words import PlanLine, Warned, number, parameters
from euthymia.exchange.page.statement import Statement, said
from euthymia.knowledge import Knowledge

SERIES = (
    "ketamine_sessions",
    "ketamine_sessions_per_week_min",
    "ketamine_sessions_per_week_max",
    "ketamine_min_interval_hours",
)
VISITS = (
    "esketamine_induction_weeks",
    "esketamine_induction_sessions_per_week",
    "esketamine_later_dose_low_mg",
    "esketamine_later_dose_high_mg",
    "esketamine_induction_max_mg_per_week",
    "esketamine_weekly_until_week",
)
FASTING = (
    "esketamine_no_food_hours",
    "esketamine_no_liquid_minutes",
    "esketamine_nasal_steroid_hours",
)
WAITS = {
    Suitability.UNDETERMINED: "Reckoned, and not to be carried out while the verdict is open.",
    Suitability.NOT_INDICATED: "Reckoned, and not to be carried out: it is not called for.",
    Suitability.CONTRAINDICATED: "Reckoned, and not to be carried out: it must not be given.",
}
"""What stands over a plan that is only reckoned."""


class PlanBox(Struct, frozen=True, kw_only=True):
    """A plan, or why there is none.

    `waits`: that it is only reckoned, unless the option is suitable or asks for care. `remarks` is
    what the pages say of its numbers; the page folds it. `level`: what an infusion would make in
    the blood, by models.
    """

    lines: tuple[PlanLine, ...] = ()
    warnings: tuple[Warned, ...] = ()
    none: str = ""
    waits: str = ""
    remarks: tuple[Statement, ...] = ()
    level: LevelBox | None = None


def plan_box(option: Option, knowledge: Knowledge) -> PlanBox:
    """The plan of an option."""
    plan = option.plan
    if plan is None:
        return PlanBox(none=_why_none(option))
    lines = tuple(_lines(plan, knowledge))
    return PlanBox(
        lines=lines,
        warnings=tuple(_warnings(plan, knowledge)),
        waits=WAITS.get(option.suitability, ""),
        remarks=(*_notes(plan), *_rests(lines)),
        level=level_box(plan, knowledge),
    )


def _why_none(option: Option) -> str:
    if option.therapy.plan is None:
        return ""
    if option.final is Suitability.CONTRAINDICATED:
        return "No plan is made: it must not be given."
    return "No plan yet: what it is reckoned from is not known, or no protocol was chosen."


def _lines(plan: Plan, knowledge: Knowledge) -> Iterator[PlanLine]:
    match plan:
        case StimulationPlan():
            yield from stimulation_lines(plan, knowledge)
        case InfusionPlan():
            yield from _infusion(plan, knowledge)
        case SprayPlan():
            yield from _spray(plan, knowledge)


def _warnings(plan: Plan, knowledge: Knowledge) -> Iterator[Warned]:
    match plan:
        case StimulationPlan():
            yield from stimulation_warnings(plan, knowledge)
        case InfusionPlan() | SprayPlan():
            return  # what to heed of the order stands among the findings


def _notes(plan: Plan) -> Iterator[Statement]:
    """What the page of a protocol says beside its numbers, and the devices cleared for it."""
    if isinstance(plan, StimulationPlan):
        yield from (said(one) for one in plan.protocol.notes)
        yield from (said(one, "Cleared device") for one in plan.protocol.clearances)


def _rests(lines: tuple[PlanLine, ...]) -> tuple[Statement, ...]:
    """What the pages say of the numbers taken, each once."""
    told = (one for line in lines for one in line.rests if one.says)
    return tuple(dict.fromkeys(told))


def _infusion(plan: InfusionPlan, knowledge: Knowledge) -> Iterator[PlanLine]:
    standard = ("ketamine_mg_per_kg", "ketamine_minutes")
    yield PlanLine("Weight", _weight(plan), parameters(knowledge, "ketamine_ideal_weight_from_bmi"))
    yield PlanLine("Dose and rate", plan.arithmetic, _as_usual(plan, knowledge, *standard))
    yield PlanLine("For the pump", _pump(plan))
    yield PlanLine("To draw", _volumes(plan))
    yield PlanLine("Induction", _series(plan.series), parameters(knowledge, *SERIES))


def _as_usual(
    plan: InfusionPlan, knowledge: Knowledge, dose: str, time: str
) -> tuple[Statement, ...]:
    """The standard of the pages, where the plan takes it."""
    taken = [
        name
        for name, value in ((dose, plan.mg_per_kg), (time, plan.minutes))
        if value == knowledge.number(name)
    ]
    return parameters(knowledge, *taken)


def _weight(plan: InfusionPlan) -> str:
    """By which weight, and what was measured."""
    body = plan.body
    height = f", {number(body.height_cm)} cm" if body.height_cm is not None else ""
    bmi = f", BMI {body.bmi:.1f} kg/m2" if body.bmi is not None else ""
    ideal = f", ideal weight {body.ideal_kg:.1f} kg" if body.ideal_kg is not None else ""
    return f"{plan.basis} weight; measured {number(body.weight_kg)} kg{height}{bmi}{ideal}"


def _volumes(plan: InfusionPlan) -> str:
    return ", or ".join(f"{volume:.2f} mL of {mg:g} mg/mL" for mg, volume in plan.volumes_ml)


def _pump(plan: InfusionPlan) -> str:
    """The rate by itself; by weight only together with the weight that must then be set."""
    weight = f"{plan.dosing_weight_kg:.1f} kg"
    other = plan.basis == "ideal"
    instead = f", not the {number(plan.body.weight_kg)} kg measured" if other else ""
    return (
        f"{number(plan.rate_mg_per_min)} mg/min; or {number(plan.rate_mg_per_kg_per_min)} "
        f"mg/kg/min with {weight} set in the pump{instead}"
    )


def _series(series: Series) -> str:
    low, high = series.per_week
    return (
        f"{series.sessions} infusions, {low} to {high} a week, at least "
        f"{series.hours_apart:g} hours apart; {series.total_mg:.1f} mg in all at this dose"
    )


def _spray(plan: SprayPlan, knowledge: Knowledge) -> Iterator[PlanLine]:
    first = "first dose" if plan.first else "dose as before"
    dose = parameters(knowledge, "esketamine_first_dose_mg") if plan.first else ()
    yield PlanLine("Dose", f"{plan.dose_mg} mg ({first})", dose)
    yield PlanLine(
        "Devices",
        f"{plan.devices}, {plan.minutes_between:g} min apart",
        parameters(knowledge, "esketamine_device_mg", "esketamine_minutes_between_devices"),
    )
    yield PlanLine("Visits", _visits(plan.visits), parameters(knowledge, *VISITS))
    yield PlanLine("Before each spray", _fasting(knowledge), parameters(knowledge, *FASTING))


def _visits(visits: Visits) -> str:
    low, high = visits.later_mg
    return (
        f"{visits.per_week} a week for {visits.weeks} weeks ({low:g} or {high:g} mg, at most "
        f"{visits.week_mg_at_most:g} mg a week), then one a week until week "
        f"{visits.weekly_until_week}"
    )


def _fasting(knowledge: Knowledge) -> str:
    food, drinks, nose = (knowledge.number(name) for name in FASTING)
    return (
        f"no food for {food:g} h, no drinks for {drinks:g} min, no other nose spray for {nose:g} h"
    )
