"""A dose of esketamine spray: milligrams, devices, and the visits of the first weeks."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from euthymia.engine.facts import age_years
from euthymia.knowledge import Knowledge
from euthymia.record import Record
from euthymia.record.orders import SprayOrder


class Visits(Struct, frozen=True):
    """The first weeks: so many visits, then one a week until the week given.

    `later_mg`: what a later dose may be; `week_mg_at_most`: the most in a week of the induction.
    """

    weeks: int
    per_week: int
    weekly_until_week: int
    later_mg: tuple[float, float]
    week_mg_at_most: float


class SprayPlan(Struct, frozen=True, kw_only=True):
    """One dose. `devices` hold `mg` each; `minutes_between` them, and when the last is used."""

    dose_mg: int
    devices: int
    minutes_between: float
    first: bool
    visits: Visits


def spray_plan(record: Record, knowledge: Knowledge) -> SprayPlan | None:
    """The first dose by region and age, later the dose of before; None where that is not known."""
    order, number = record.orders.esketamine, knowledge.number
    first = is_first(order)
    dose = _first_dose(record, knowledge) if first else order.previous_dose_mg
    if dose is None:
        return None
    return SprayPlan(
        dose_mg=int(dose),
        devices=int(dose / number("esketamine_device_mg")),
        minutes_between=number("esketamine_minutes_between_devices"),
        first=first,
        visits=Visits(
            int(number("esketamine_induction_weeks")),
            int(number("esketamine_induction_sessions_per_week")),
            int(number("esketamine_weekly_until_week")),
            (number("esketamine_later_dose_low_mg"), number("esketamine_later_dose_high_mg")),
            number("esketamine_induction_max_mg_per_week"),
        ),
    )


def is_first(order: SprayOrder) -> bool:
    """The first visit, unless its number or a dose of before says otherwise."""
    if order.session_number is None:
        return order.previous_dose_mg is None
    return order.session_number == 1


def spray_waits_for(record: Record, knowledge: Knowledge) -> Iterator[str]:
    """The questions without which no dose is known."""
    if spray_plan(record, knowledge) is None:
        yield "age_years" if is_first(record.orders.esketamine) else "previous_dose"


def _first_dose(record: Record, knowledge: Knowledge) -> float | None:
    """Lower in the EU from the age of the page; unknown age leaves that open there."""
    usual = knowledge.number("esketamine_first_dose_mg")
    if record.region != "EU":
        return usual
    age = age_years(record)
    if age is None:
        return None
    older = age >= knowledge.number("esketamine_older_from_years")
    return knowledge.number("esketamine_first_dose_older_mg") if older else usual
