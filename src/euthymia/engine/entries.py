"""Which drug entries speak of what was taken, where several kinds tell of the same time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from msgspec.structs import replace

from euthymia.record.entries import Exposure

SUREST_FIRST = ("dispense", "statement", "request")


def choose(entries: Sequence[Exposure], gap_days: float) -> tuple[list[Exposure], list[Exposure]]:
    """The entries to count, with doses borrowed from the others; and those others.

    Chosen for each stretch of time, so that one day in hospital or one old dispense does not hide
    years of orders. Administrations count besides, on days that nothing else covers.
    """
    surest: list[Exposure] = []
    weaker: list[Exposure] = []
    for stretch in _stretches(entries, gap_days):
        kinds = {entry.supply for entry in stretch}
        kind = next((one for one in SUREST_FIRST if one in kinds), None)
        counted = [entry for entry in stretch if entry.supply == kind]
        alone = [one for one in stretch if one.supply == "administration"]
        others = [entry for entry in stretch if entry not in counted and entry not in alone]
        uncovered = [one for one in alone if not _covered(one.start, counted)]
        surest += [_with_dose(entry, others) for entry in counted] + uncovered
        weaker += others
    return sorted(surest, key=lambda entry: (entry.start, entry.resource or "")), weaker


def _stretches(entries: Sequence[Exposure], gap_days: float) -> Iterator[list[Exposure]]:
    stretch: list[Exposure] = []
    until: date | None = None
    for entry in entries:
        if until is not None and (entry.start - until).days > gap_days + 1:
            yield stretch
            stretch = []
        stretch.append(entry)
        last = entry.last_day
        until = max(until or last, last)
    if stretch:
        yield stretch


def _covered(day: date, entries: Sequence[Exposure]) -> bool:
    return any(entry.start <= day <= entry.last_day for entry in entries)


def _with_dose(entry: Exposure, orders: Sequence[Exposure]) -> Exposure:
    """The entry with the dose of the newest order before it, where it has none of its own."""
    dosed = [one for one in orders if one.dose is not None and one.start <= entry.start]
    if entry.dose is not None or not dosed:
        return entry
    newest = max(dosed, key=lambda order: (order.start, order.resource or ""))
    return replace(entry, dose=newest.dose, dose_basis=newest.dose_basis)


def taken_together(entries: Sequence[Exposure]) -> list[Exposure]:
    """Entries of one kind on one day as one: two strengths collected together are one dose.

    Two equal ones may be a double dose or a double supply, two orders a correction, and supplies of
    unlike length a titration: their dose is not known.
    """
    ordered = sorted(entries, key=lambda entry: (entry.start, entry.supply, entry.resource or ""))
    groups = groupby(ordered, key=lambda entry: (entry.start, entry.supply))
    return [_as_one(tuple(group)) for _, group in groups]


def _as_one(group: tuple[Exposure, ...]) -> Exposure:
    if len(group) == 1:
        return group[0]
    doses = [entry.dose for entry in group if entry.dose is not None]
    told = len(doses) == len(group)
    kind = group[0].supply
    lengths = {entry.days_supply for entry in group}
    apart = kind == "dispense" and len(set(doses)) == len(doses) and len(lengths) == 1
    add_up = told and (apart or kind == "administration")
    supplies = [entry.days_supply for entry in group if entry.days_supply is not None]
    ends = [entry.end for entry in group if entry.end is not None]
    return replace(
        group[0],
        dose=sum(doses) if add_up else None,
        days_supply=max(supplies) if len(supplies) == len(group) else None,
        end=max(ends) if len(ends) == len(group) else None,
        stop_reason=next((one.stop_reason for one in group if one.stop_reason), None),
        indication=next((one.indication for one in group if one.indication), None),
    )
