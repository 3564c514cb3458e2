"""A plan for each therapy that is planned in numbers. What is not known is None, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from euthymia.engine.plans.infusion import InfusionPlan, infusion_plan, infusion_waits_for
from euthymia.engine.plans.spray import SprayPlan, spray_plan, spray_waits_for
from euthymia.engine.plans.stimulation import (
    StimulationPlan,
    stimulation_plan,
    stimulation_waits_for,
)
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


def open_inputs(record: Record, knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """The questions on which a plan waits, with the pointer of the plan."""
    for name, therapy in knowledge.therapies.items():
        if therapy.plan is not None:
            for question in WAITS[therapy.plan](record, knowledge):
                yield question, f"/options/{name}/plan"


WAITS: Mapping[PlanKind, Callable[[Record, Knowledge], Iterator[str]]] = {
    "stimulation": stimulation_waits_for,
    "infusion": infusion_waits_for,
    "spray": spray_waits_for,
}
PLANNERS: Mapping[PlanKind, Callable[[Record, Knowledge], Plan | None]] = {
    "stimulation": _stimulation,
    "infusion": infusion_plan,
    "spray": spray_plan,
}

__all__ = ["InfusionPlan", "Plan", "SprayPlan", "StimulationPlan", "plans"]
