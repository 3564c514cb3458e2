"""Orders, supplies, administrations and statements of medicines, as exposures and as taken now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from euthymia.exchange.doses import NO_DOSE, Dose
from euthymia.exchange.fhir.bundles import Found
from euthymia.exchange.fhir.chart import Chart
from euthymia.exchange.fhir.dosing import Dispensary, Supplied
from euthymia.exchange.fhir.drugs import Recognised
from euthymia.exchange.fhir.medicines import medicine_of
from euthymia.exchange.fhir.orders import (
    Dispensed,
    order_of,
    order_span,
    ordered,
    with_repeats,
)
from euthymia.exchange.fhir.reasons import indication_of, stop_reason_of
from euthymia.exchange.fhir.resources import (
    Medicated,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
)
from euthymia.exchange.fhir.spans import Span, period_span, span, told_span
from euthymia.exchange.fhir.statuses import reason_to_doubt
from euthymia.record.entries import Exposure, Medication, StopReason, Supply

Kind = TypeVar("Kind", bound=Medicated)


class Taken(Struct, frozen=True, kw_only=True):
    """One entry about a medicine, read but not yet sorted into exposures."""

    one: Found
    medicine: Recognised
    supply: Supply
    span: Span
    dose: Dose = NO_DOSE
    days: float | None = None
    active: bool = False
    stop_reason: StopReason | None = None
    indication: str | None = None


def read_medicines(chart: Chart) -> tuple[list[Exposure], list[Medication]]:
    """Every medicine of the chart: courses to rebuild trials from, and what is taken now."""
    entries = [*_requests(chart), *_dispenses(chart), *_statements(chart), *_administered(chart)]
    exposures = [exposure for entry in entries if (exposure := _exposure(entry, chart))]
    return exposures, _taken_now(entries, chart)


def _medicines(chart: Chart, kind: type[Kind]) -> Iterator[tuple[Found, Kind, Recognised]]:
    """The entries of a type from which something can be taken."""
    for one, resource in chart.each(kind):
        why = reason_to_doubt(resource)
        medicine = None if why else medicine_of(one, resource, chart)
        if why:
            chart.ledger.doubt(one, why)
        elif medicine is not None:
            chart.used(one)
            yield one, resource, medicine


def _requests(chart: Chart) -> Iterator[Taken]:
    dispensed = Dispensed(chart)
    for one, order, medicine in _medicines(chart, MedicationRequest):
        dose, once = ordered(chart, one, medicine, order)
        refilled = dispensed.covers(order, medicine)
        yield Taken(
            one=one,
            medicine=medicine,
            supply="statement" if order.reported_boolean else "request",
            span=order_span(chart, one, order),
            dose=dose,
            days=once if refilled else with_repeats(chart, one, order, once),
            active=order.status == "active",
            stop_reason=stop_reason_of([order.status_reason], one, chart),
            indication=indication_of(order, one, chart),
        )


def _dispenses(chart: Chart) -> Iterator[Taken]:
    for one, supply, medicine in _medicines(chart, MedicationDispense):
        reader = Dispensary(chart.guide, medicine)
        days = reader.days(supply.days_supply, bare_are_days=True)
        supplied = Supplied(reader.amount(supply.quantity), days)
        given = ("whenHandedOver", supply.when_handed_over)
        dose = reader.dose(supply.dosage_instruction, supplied)
        chart.doubt_all(one, reader.doubts)
        filled = Taken(
            one=one,
            medicine=medicine,
            supply="dispense",
            span=span(chart, one, given if given[1] else ("whenPrepared", supply.when_prepared)),
            dose=dose,
            days=days,
            stop_reason=stop_reason_of([supply.status_reason_codeable_concept], one, chart),
        )
        order = order_of(chart, one, supply)
        yield _completed(filled, order, chart) if order else filled


def _completed(filled: Taken, order: MedicationRequest, chart: Chart) -> Taken:
    """What only the order says: why it was given, why it was stopped, and a dose still unknown."""
    dose = filled.dose
    if dose.value is None:
        dose = ordered(chart, filled.one, filled.medicine, order)[0]
    stopped = filled.stop_reason or stop_reason_of([order.status_reason], filled.one, chart)
    why = indication_of(order, filled.one, chart)
    return replace(filled, dose=dose, stop_reason=stopped, indication=why)


def _statements(chart: Chart) -> Iterator[Taken]:
    for one, told, medicine in _medicines(chart, MedicationStatement):
        reader = Dispensary(chart.guide, medicine)
        dose = reader.dose(told.dosage, Supplied())
        chart.doubt_all(one, reader.doubts)
        yield Taken(
            one=one,
            medicine=medicine,
            supply="statement",
            span=told_span(chart, one, told),
            dose=dose,
            active=told.status == "active",
            stop_reason=stop_reason_of(told.status_reason, one, chart),
            indication=indication_of(told, one, chart),
        )


def _administered(chart: Chart) -> Iterator[Taken]:
    """What was given on one day, all doses of a drug together."""
    by_day: dict[tuple[str, date | None], list[Taken]] = {}
    for one, given, medicine in _medicines(chart, MedicationAdministration):
        entry = _given(chart, one, given, medicine)
        by_day.setdefault((medicine.exposure, entry.span.start), []).append(entry)
    for entries in by_day.values():
        yield replace(entries[0], dose=_of_the_day(chart, entries))


def _given(
    chart: Chart, one: Found, given: MedicationAdministration, medicine: Recognised
) -> Taken:
    """One administration. One that was broken off does not tell how much was given."""
    whole = given.status in ("completed", None) and given.dosage is not None
    dose = given.dosage.dose if given.dosage else None
    reader = Dispensary(chart.guide, medicine)
    single = reader.single(dose) if whole else None
    chart.doubt_all(one, reader.doubts)
    days = period_span(chart, one, given.effective_period, given.effective_date_time)
    return Taken(
        one=one,
        medicine=medicine,
        supply="administration",
        span=Span(days.start) if days else Span(None),
        dose=NO_DOSE if single is None else Dose(single, "structured"),
        days=1.0,
        indication=indication_of(given, one, chart),
    )


def _of_the_day(chart: Chart, entries: Sequence[Taken]) -> Dose:
    """The sum of the day; unknown where one dose of it is."""
    doses = [entry.dose.value for entry in entries]
    known = [dose for dose in doses if dose is not None]
    if len(known) < len(doses):
        return NO_DOSE
    reader = Dispensary(chart.guide, entries[0].medicine)
    total = reader.plausible(reader.together(known))
    chart.doubt_all(entries[0].one, reader.doubts)
    return NO_DOSE if total is None else Dose(total, "structured")


def _exposure(entry: Taken, chart: Chart) -> Exposure | None:
    """A course of one medicine; one without a date, or of the future, can be none."""
    start = entry.span.start
    if start is None:
        chart.ledger.doubt(entry.one, "has no date, so no course can be made of it")
        return None
    if start > chart.as_of:
        chart.ledger.skip(entry.one, "begins after the day of the assessment")
        return None
    _count(entry, chart)
    runs_on = entry.span.lasts_after(chart.as_of)
    return Exposure(
        drug=entry.medicine.exposure,
        supply=entry.supply,
        start=start,
        end=entry.span.end,
        days_supply=entry.days,
        dose=entry.dose.value,
        dose_basis=entry.dose.basis,
        stop_reason=None if runs_on else entry.stop_reason,
        indication=entry.indication,
        resource=entry.one.label,
    )


def _count(entry: Taken, chart: Chart) -> None:
    ledger = chart.ledger
    ledger.doses_met += 1
    ledger.doses_parsed += entry.dose.value is not None
    ledger.supply_missing += entry.days is None and entry.span.end is None


def _taken_now(entries: Iterable[Taken], chart: Chart) -> list[Medication]:
    """What is taken on the day of the assessment, each ingredient once, by its newest entry."""
    newest: dict[str, Medication] = {}
    for entry in sorted(entries, key=_age):
        if _is_taken_now(entry, chart.as_of):
            newest.update((name, _medication(name, entry)) for name in entry.medicine.ingredients)
    return list(newest.values())


def _medication(name: str, entry: Taken) -> Medication:
    """One ingredient. The dose of a pair, or one not in mg a day, is not that of the ingredient."""
    unit = entry.medicine.drug.unit if entry.medicine.drug else "mg/d"
    alone = len(entry.medicine.ingredients) == 1 and unit in ("mg/d", "mg/24h")
    dose = entry.dose.value if alone else None
    return Medication(name, dose, entry.span.start, entry.one.label)


def _age(entry: Taken) -> tuple[date, str]:
    return entry.span.start or date.min, entry.one.label


def _is_taken_now(entry: Taken, today: date) -> bool:
    """By an open or active entry, or by a supply that lasts until today."""
    start, end = entry.span.start, entry.span.end
    if start is not None and start > today:
        return False
    if end is not None:
        return end > today or (end == today and entry.active)
    if entry.active or entry.supply != "dispense":
        return entry.active
    return start is not None and entry.days is not None and (today - start).days < entry.days
