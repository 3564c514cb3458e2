"""When an entry was made or began: whether it was known on the day of the assessment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from euthymia.exchange.fhir.bundles import Found
from euthymia.exchange.fhir.resources import (
    AdverseEvent,
    AllergyIntolerance,
    Condition,
    Encounter,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
    Observation,
    Ours,
    Period,
    Procedure,
    QuestionnaireResponse,
)
from euthymia.exchange.fhir.statuses import reason_to_skip

Dates = Iterable[tuple[str, str | None]]
OVER = frozenset({"completed", "stopped"})


def known_from(one: Found) -> date | None:
    """The first day on which an entry can have been known; None where it has no date."""
    dates = BEGINS.get(type(one.resource))
    return _first_stated(one, dates(one.resource)) if dates else None


class Screened(Struct, frozen=True):
    """An entry with what decides whether it counts: why it does not, and since when it is known."""

    one: Found
    why: str | None
    known: date | None


def screened(one: Found) -> Screened:
    """An entry that does not count by its status is not asked for its date."""
    why = reason_to_skip(one.resource)
    return Screened(one, why, known_from(one) if why is None else None)


class Newest(Struct, frozen=True):
    """The newest day that entries tell of, the entry that does, and the newest day of the others.

    Several entries of one day: the first by its label.
    """

    day: date
    one: Found
    next_day: date | None


def newest(entries: Sequence[Screened]) -> Newest | None:
    """By the entries that count: a beginning, or an end that has come."""
    told = [(day, entry.one) for entry in entries if (day := _last_told(entry)) is not None]
    if not told:
        return None
    last = max(day for day, _ in told)
    first, *others = sorted(
        ((one.label, one) for day, one in told if day == last), key=lambda pair: pair[0]
    )
    before = [last] if others else [day for day, _ in told if day < last]
    return Newest(last, first[1], max(before, default=None))


def _last_told(entry: Screened) -> date | None:
    over = _ended(entry.one) if entry.why is None else None
    return max((day for day in (entry.known, over) if day), default=None)


def _ended(one: Found) -> date | None:
    ends = ENDS.get(type(one.resource))
    return _first_stated(one, ends(one.resource)) if ends else None


def when(observation: Observation) -> tuple[str, str | None]:
    """The path and text of the day a value was true, else of the day it was issued."""
    if observation.effective_date_time:
        return "effectiveDateTime", observation.effective_date_time
    period = observation.effective_period
    choices = (
        ("effectiveInstant", observation.effective_instant),
        ("effectivePeriod.end", period.end if period else None),
        ("effectivePeriod.start", period.start if period else None),
        ("issued", observation.issued),
    )
    return next((one for one in choices if one[1]), choices[0])


def _first_stated(one: Found, dates: Dates) -> date | None:
    for path, text in dates:
        day = one.day(path, text)
        if day is not None:
            return day.first
    return None


def _start(period: Period | None) -> str | None:
    return period.start if period else None


def _end(period: Period | None) -> str | None:
    return period.end if period else None


def _condition(one: Condition) -> Dates:
    return (
        ("recordedDate", one.recorded_date),
        ("onsetDateTime", one.onset_date_time),
        ("onsetPeriod.start", _start(one.onset_period)),
    )


def _abated(one: Condition) -> Dates:
    return (
        ("abatementDateTime", one.abatement_date_time),
        ("abatementPeriod.end", _end(one.abatement_period)),
    )


def _request(one: MedicationRequest) -> Dates:
    bounds = (
        (
            "dosageInstruction.timing.repeat.boundsPeriod.start",
            _start(line.timing.repeat.bounds_period),
        )
        for line in one.dosage_instruction
        if line.timing and line.timing.repeat
    )
    return (("authoredOn", one.authored_on), *bounds)


def _ordered_until(one: MedicationRequest) -> Dates:
    if one.status not in OVER:
        return ()
    return (
        ("dosageInstruction.timing.repeat.boundsPeriod.end", _end(line.timing.repeat.bounds_period))
        for line in one.dosage_instruction
        if line.timing and line.timing.repeat
    )


def _dispense(one: MedicationDispense) -> Dates:
    return (("whenHandedOver", one.when_handed_over), ("whenPrepared", one.when_prepared))


def _statement(one: MedicationStatement) -> Dates:
    return (
        ("effectivePeriod.start", _start(one.effective_period)),
        ("effectiveDateTime", one.effective_date_time),
        ("dateAsserted", one.date_asserted),
    )


def _told_until(one: MedicationStatement) -> Dates:
    return (("effectivePeriod.end", _end(one.effective_period)),) if one.status in OVER else ()


def _administration(one: MedicationAdministration) -> Dates:
    return (
        ("effectivePeriod.start", _start(one.effective_period)),
        ("effectiveDateTime", one.effective_date_time),
    )


def _procedure(one: Procedure) -> Dates:
    return (
        ("performedDateTime", one.performed_date_time),
        ("performedPeriod.start", _start(one.performed_period)),
    )


def _allergy(one: AllergyIntolerance) -> Dates:
    return (("recordedDate", one.recorded_date), ("onsetDateTime", one.onset_date_time))


BEGINS: Mapping[type[Ours], Callable[[Any], Dates]] = {
    Condition: _condition,
    MedicationRequest: _request,
    MedicationDispense: _dispense,
    MedicationStatement: _statement,
    MedicationAdministration: _administration,
    Observation: lambda one: (when(one),),
    QuestionnaireResponse: lambda one: (("authored", one.authored),),
    Procedure: _procedure,
    AllergyIntolerance: _allergy,
    AdverseEvent: lambda one: (("date", one.date), ("recordedDate", one.recorded_date)),
    Encounter: lambda one: (("period.start", _start(one.period)),),
}
ENDS: Mapping[type[Ours], Callable[[Any], Dates]] = {
    Condition: _abated,
    MedicationRequest: _ordered_until,
    MedicationStatement: _told_until,
    Procedure: lambda one: (("performedPeriod.end", _end(one.performed_period)),),
}
"""By type, the dates to try in turn. Ends count only where they have come, never as planned."""
