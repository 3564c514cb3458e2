"""Facts for the options that come from what was judged or reckoned before them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from euthymia.engine import asked
from euthymia.engine.findings import Fact
from euthymia.engine.plans.infusion import (
    InfusionPlan,
    asks_for_ideal,
    basis_of,
    below_formula,
    body_of,
    near_boundary,
)
from euthymia.engine.plans.stimulation import StimulationPlan, implausible
from euthymia.engine.tried import TRIED, Before, Read, Value
from euthymia.knowledge.conditions import FactSource
from euthymia.terms import Verdict

TRD = "trd_by_label"
"""The key of whether the episode is resistant by the rule of the labels."""


def answered_facts(before: Before) -> dict[str, Fact]:
    """Every fact that the pages read from an answer."""
    return {
        name: _answered(source, before)
        for name, source in before.knowledge.facts_by_section["answers"].items()
    }


def _answered(source: FactSource, before: Before) -> Fact:
    """What was judged; where nothing was, a fact that only adds a danger adds none."""
    key = source.key or source.name
    value = ANSWERS[key](source, before)
    if value is None:
        return asked.nothing_added(source)
    what = tuple(_excluded(before)) if key == TRD and value is False else ()
    return Fact(source.name, value, ask=source.ask, what=what)


def _excluded(before: Before) -> Iterator[str]:
    """What excludes a resistance, by the titles of its pages, as `excluded by bipolar disorder`."""
    if before.resistance.answer == "excluded":
        for name in before.resistance.decided_by:
            title = before.knowledge.mimics[name].title
            yield f"excluded by {title[:1].lower()}{title[1:]}"


def _trd(source: FactSource, before: Before) -> Value:
    answer = before.resistance.answer
    if answer == "not_assessable":
        return None
    return answer in ("yes", "provisional")


def _danger(source: FactSource, before: Before) -> Value:
    """Whether a sign of danger is met. Silence is no sign, so it only adds."""
    return any(one.verdict is Verdict.MET for one in before.safety.findings)


def _stimulation(before: Before) -> StimulationPlan | None:
    plan = before.plans.get("tms")
    return plan if isinstance(plan, StimulationPlan) else None


def _threshold_too_high(source: FactSource, before: Before) -> Value:
    plan = _stimulation(before)
    return None if plan is None or plan.deliverable is None else not plan.deliverable


def _threshold_missing(source: FactSource, before: Before) -> Value:
    """Whether nobody can tell yet if the output can be given: no protocol, or no threshold."""
    plan = _stimulation(before)
    return plan is None or plan.deliverable is None


def _tape(source: FactSource, before: Before) -> Value:
    faults = implausible(before.record.orders.tms, before.knowledge)
    return None if faults is None else bool(faults)


def _ideal(source: FactSource, before: Before) -> Value:
    """Whether the dose is by ideal weight, and the last one was not."""
    body = body_of(before.record, before.knowledge)
    basis = None if body is None else basis_of(body, before.knowledge)
    if basis is None:
        return None
    return basis == "ideal" and before.record.orders.ketamine_iv.previous_basis != "ideal"


def _near_boundary(source: FactSource, before: Before) -> Value:
    body = body_of(before.record, before.knowledge)
    return None if body is None else near_boundary(body, before.knowledge)


def _basis_changed(source: FactSource, before: Before) -> Value:
    """Whether the dose goes by another weight than the last one, where that is told."""
    plan, last = before.plans.get("ketamine_iv"), before.record.orders.ketamine_iv.previous_basis
    if not isinstance(plan, InfusionPlan):
        return None
    return last is not None and plan.basis != last


def _of_dose(flag: str) -> Read:
    """What the plan says of the dose that was ordered; None where there is no plan."""

    def of_dose(source: FactSource, before: Before) -> Value:
        plan = before.plans.get("ketamine_iv")
        return bool(getattr(plan, flag)) if isinstance(plan, InfusionPlan) else None

    return of_dose


def _above_ceiling(source: FactSource, before: Before) -> Value:
    """Whether the correction for depth asks for more than its ceiling, or for nothing at all."""
    plan = _stimulation(before)
    if plan is None or plan.ceiling is None:
        return False
    return plan.ceiling.exceeded or plan.output_exact_pct_mso is None


def _below_formula(source: FactSource, before: Before) -> Value:
    """Whether ideal weight would be asked for, and its formula is not meant for this person."""
    body = body_of(before.record, before.knowledge)
    if body is None or body.bmi is None or body.height_cm is None:
        return None
    return asks_for_ideal(body, before.knowledge) and below_formula(body, before.knowledge)


ANSWERS: Mapping[str, Read] = TRIED | {
    TRD: _trd,
    "suicide_danger": _danger,
    "threshold_too_high": _threshold_too_high,
    "threshold_missing": _threshold_missing,
    "tape_implausible": _tape,
    "basis_becomes_ideal": _ideal,
    "near_bmi_boundary": _near_boundary,
    "below_formula_height": _below_formula,
    "basis_changed": _basis_changed,
    "dose_too_fast": _of_dose("too_fast"),
    "dose_brisk": _of_dose("brisk"),
    "dose_outside_range": _of_dose("outside_range"),
    "dose_above_first": _of_dose("above_first_dose"),
    "depth_ceiling_exceeded": _above_ceiling,
}
