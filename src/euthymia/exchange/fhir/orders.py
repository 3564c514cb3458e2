"""What an order says: its days, its dose, its repeats; and the order that a supply fills."""

from __future__ import annotations

from collections.abc import Sequence

from euthymia.exchange.doses import Dose
from euthymia.exchange.fhir.bundles import Found
from euthymia.exchange.fhir.chart import Chart
from euthymia.exchange.fhir.dosing import Dispensary, Supplied
from euthymia.exchange.fhir.drugs import Recognised
from euthymia.exchange.fhir.guide import Guide, Ordered
from euthymia.exchange.fhir.resources import (
    Dosage,
    MedicationDispense,
    MedicationRequest,
    Period,
    Quantity,
)
from euthymia.exchange.fhir.spans import Span, span
from euthymia.exchange.fhir.statuses import reason_to_skip

MOST_KEPT = 10_000
"""Orders remembered, since most records repeat a few."""

BOUNDS = "dosageInstruction.timing.repeat.boundsPeriod"


def order_span(chart: Chart, one: Found, order: MedicationRequest) -> Span:
    """From the day the order names, else from the day it was written."""
    bounds = _bounds(order.dosage_instruction)
    written = ("authoredOn", order.authored_on)
    if bounds is None:
        return span(chart, one, written)
    start = (f"{BOUNDS}.start", bounds.start) if bounds.start else written
    return span(chart, one, start, (f"{BOUNDS}.end", bounds.end))


def _bounds(instructions: Sequence[Dosage]) -> Period | None:
    """The period of an order, where all its lines have the same."""
    periods = {
        line.timing.repeat.bounds_period if line.timing and line.timing.repeat else None
        for line in instructions
    }
    return periods.pop() if len(periods) == 1 else None


def ordered(
    chart: Chart, one: Found, medicine: Recognised, order: MedicationRequest
) -> tuple[Dose, float | None]:
    """The dose of an order, and the days one supply lasts. Orders repeat: each is read once."""
    known = chart.guide.orders
    key = (
        medicine.exposure,
        medicine.ingredients,
        medicine.strength,
        order.dosage_instruction,
        order.dispense_request,
    )
    if key not in known:
        if len(known) >= MOST_KEPT:
            known.clear()
        known[key] = _ordered(chart.guide, medicine, order)
    dose, days, doubts = known[key]
    chart.doubt_all(one, doubts)
    return dose, days


def _ordered(guide: Guide, medicine: Recognised, order: MedicationRequest) -> Ordered:
    reader = Dispensary(guide, medicine)
    request = order.dispense_request
    days = reader.days(request.expected_supply_duration) if request else None
    amount = reader.amount(request.quantity) if request else None
    dose = reader.dose(order.dosage_instruction, Supplied(amount, days))
    if days is None:
        days = reader.days(_bounded(order.dosage_instruction))
    return dose, days, tuple(reader.doubts)


def _bounded(instructions: Sequence[Dosage]) -> Quantity | None:
    """`for 8 weeks`, where every line of the order says the same."""
    bounds = {
        line.timing.repeat.bounds_duration if line.timing and line.timing.repeat else None
        for line in instructions
    }
    return bounds.pop() if len(bounds) == 1 else None


def with_repeats(
    chart: Chart, one: Found, order: MedicationRequest, once: float | None
) -> float | None:
    """The days ordered with all repeats; a stopped order was not refilled to its end."""
    request = order.dispense_request
    repeats = (request.number_of_repeats_allowed or 0) if request else 0
    if once is None or repeats <= 0:
        return once
    if order.status == "stopped":
        chart.ledger.doubt(one, "it was stopped, so its repeats are not counted as taken")
        return once
    whole = once * (1 + repeats)
    if whole <= chart.guide.knowledge.number("implausible_supply_days"):
        return whole
    chart.ledger.doubt(one, "its repeats cannot be right, so they are not counted as taken")
    return once


def order_of(chart: Chart, one: Found, supply: MedicationDispense) -> MedicationRequest | None:
    """The order that a supply fills, where the source holds it and it counts."""
    for reference in supply.authorizing_prescription:
        order = chart.shelf.behind(reference, one)
        if isinstance(order, MedicationRequest) and reason_to_skip(order) is None:
            return order
    return None


class Dispensed:
    """Which orders and drugs have supplies on record; those then tell how often it was refilled."""

    def __init__(self, chart: Chart) -> None:
        self._orders: set[str | None] = set()
        self._drugs: set[str] = set()
        for one, supply in chart.each(MedicationDispense):
            order = order_of(chart, one, supply)
            self._orders.add(order.id if order else None)
            concept = supply.medication_codeable_concept
            if concept is not None:
                self._drugs.add(chart.guide.pharmacy.recognise(concept).exposure)

    def covers(self, order: MedicationRequest, medicine: Recognised) -> bool:
        linked = order.id is not None and order.id in self._orders
        return linked or medicine.exposure in self._drugs
