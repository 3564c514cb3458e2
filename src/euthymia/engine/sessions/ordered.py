"""What was ordered, held against the limits of the pages before anything is read."""

from __future__ import annotations

from collections.abc import Sequence

from euthymia.engine.findings import Finding
from euthymia.engine.sessions.pump import PLACES, paused, pump_for
from euthymia.engine.sessions.states import Decided, State, gravest, gravest_first
from euthymia.engine.sessions.told import Rules, Value, met, met_at
from euthymia.record.sessions import Session, SessionOrder


def begin(session: Session, rules: Rules) -> State:
    """A session of which nothing was observed yet; its order may hold it before it starts."""
    pump = pump_for(session.therapy, session.order)
    found = met_at("order", told_of_order(session, rules), rules)
    holding = {rule.id for rule in rules.at("order") if rule.decision == "pause"}
    held = tuple(one.criterion.id for one in found if one.criterion.id in holding)
    return State(pump=paused(pump) if held else pump, pausing=held)


def told_of_order(session: Session, rules: Rules) -> dict[str, Value]:
    """What is told of an order; that the patient is heavy enough for it, no form tells."""
    order = session.order
    return {
        "least_weight_kg": _least_weight_kg(order, rules),
        "minutes_outside_range": _outside_range(order.minutes, rules),
        "dose_of_label": _of_label(session, rules),
    }


def _least_weight_kg(order: SessionOrder, rules: Rules) -> float | None:
    """The least dosing weight, kg, at which neither dose nor rate is above its limit."""
    if order.dose_mg is None or order.minutes is None:
        return None
    by_dose = order.dose_mg / rules.number("ketamine_mg_per_kg_max")
    rate = order.dose_mg / order.minutes
    by_rate = rate / rules.number("ketamine_rate_max_mg_per_kg_per_min")
    return round(max(by_dose, by_rate), PLACES)


def _outside_range(minutes: float | None, rules: Rules) -> bool | None:
    if minutes is None:
        return None
    shortest = rules.number("ketamine_minutes_min")
    return not shortest <= minutes <= rules.number("ketamine_minutes_max")


def _of_label(session: Session, rules: Rules) -> bool | None:
    """Whether a spray has a dose that its label knows: the lowest only in the European Union."""
    names = ["first_dose_mg", "later_dose_low_mg", "later_dose_high_mg"]
    if session.region == "EU":
        names.append("first_dose_older_mg")
    known = {rules.number(f"esketamine_{name}") for name in names}
    return None if session.order.dose_mg is None else session.order.dose_mg in known


def with_order(
    decisions: tuple[Decided, ...], findings: Sequence[Finding], rules: Rules
) -> tuple[Decided, ...]:
    """The first decision together with what the order itself calls for."""
    calls = {rule.id: rule.decision for rule in rules.at("order") if rule.decision}
    said = tuple(one for one in met(findings) if one.criterion.id in calls)
    if not decisions or not said:
        return decisions
    first, *later = decisions
    word = gravest((first.decision, *(calls[one.criterion.id] for one in said)))
    return (Decided(first.minute, word, gravest_first((*said, *first.findings))), *later)
