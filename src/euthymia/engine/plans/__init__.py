"""A plan for each therapy that is planned in numbers. What is not known is None, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from euthymia.engine.plans.infusion import InfusionPlan, infusion_plan
from euthymia.engine.plans.spray import SprayPlan, spray_plan
from euthymia.engine.plans.stimulation import StimulationPlan, stimulation_plan
from euthymia.knowledge import Knowledge
from euthymia.knowledge.therapies import PlanKind
from euthymia.record import Record

Plan = StimulationPlan | InfusionPlan | SprayPlan


def plans(record: Record, knowledge: Knowledge) -> dict[str, Plan | None]:
    """Every therapy of the pages made out for this patient, where its inputs are known."""
    return {
        name: None if therapy.plan is None else PLANNERS[therapy.plan](record, knowledge)
        for name, therapy in knowledge.therapies.items()
    }


def _stimulation(record: Record, knowledge: Knowledge) -> StimulationPlan | None:
    return stimulation_plan(record.orders.tms, record.as_of, knowledge)


def open_inputs(record: Record) -> Iterator[tuple[str, str]]:
    """The questions on which a plan waits, with the pointer of the plan."""
    order, body = record.orders.tms, record.body
    waits = {
        "motor_threshold": order.protocol and order.motor_threshold_pct_mso is None,
        "weight": "weight_kg" not in body,
        "height": "height_cm" not in body and "bmi_kg_per_m2" not in body,
    }
    for name, is_open in waits.items():
        if is_open:
            yield (
                name,
                "/options/tms/plan" if name == "motor_threshold" else "/options/ketamine_iv/plan",
            )


PLANNERS: Mapping[PlanKind, Callable[[Record, Knowledge], Plan | None]] = {
    "stimulation": _stimulation,
    "infusion": infusion_plan,
    "spray": spray_plan,
}

__all__ = ["InfusionPlan", "Plan", "SprayPlan", "StimulationPlan", "plans"]
