"""What was ordered, held against the limits of the pages before anything is read."""

from __future__ import annotations

from collections.abc import Sequence

from euthymia.engine.findings import Finding
from euthymia.engine.sessions.pump import PLACES
from euthymia.engine.sessions.states import Decided, gravest
from euthymia.engine.sessions.told import Rules, Value, met
from euthymia.knowledge import Knowledge
from euthymia.record.sessions import Session, SessionOrder


def told_of_order(session: Session, knowledge: Knowledge) -> dict[str, Value]:
    """What is told of an order; that the patient is heavy enough for it, no form tells."""
    order = session.order
    return {
        "least_weight_kg": _least_weight_kg(order, knowledge),
        "minutes_outside_range": _outside_range(order.minutes, knowledge),
        "dose_of_label": _of_label(session, knowledge),
    }


def _least_weight_kg(order: SessionOrder, knowledge: Knowledge) -> float | None:
    """The least dosing weight, kg, at which neither dose nor rate is above its limit."""
    if order.dose_mg is None or order.minutes is None:
        return None
    by_dose = order.dose_mg / knowledge.number("ketamine_mg_per_kg_max")
    rate = order.dose_mg / order.minutes
    by_rate = rate / knowledge.number("ketamine_rate_max_mg_per_kg_per_min")
    return round(max(by_dose, by_rate), PLACES)


def _outside_range(minutes: float | None, knowledge: Knowledge) -> bool | None:
    if minutes is None:
        return None
    shortest = knowledge.number("ketamine_minutes_min")
    return not shortest <= minutes <= knowledge.number("ketamine_minutes_max")


def _of_label(session: Session, knowledge: Knowledge) -> bool | None:
    """Whether a spray has a dose that its label knows: the lowest only in the European Union."""
    names = ["first_dose_mg", "later_dose_low_mg", "later_dose_high_mg"]
    if session.region == "EU":
        names.append("first_dose_older_mg")
    known = {knowledge.number(f"esketamine_{name}") for name in names}
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
    return (Decided(first.minute, word, (*said, *first.findings)), *later)
