"""Two records of one patient as one: what a clinic's chart tells, and what brought files tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from msgspec.structs import replace

from euthymia.record import Record
from euthymia.record.entries import Told
from euthymia.record.quality import Reading

Entry = TypeVar("Entry")
GRAVEST_LAST = ("no", "unsure", "yes")
"""Of two answers to one safety question the graver holds: a file adds a danger, takes none away."""

LISTS = (
    "diagnoses",
    "unread_diagnoses",
    "trials",
    "nondrug_trials",
    "exposures",
    "medications",
    "intolerances",
    "labs",
    "ratings",
    "vitals",
    "implants",
    "seizures",
    "events",
)


def joined(chart: Record, brought: Record) -> Record:
    """The chart with what the files add. What both tell once stays once.

    Who it is, the day, the orders, the preferences and the overrides are the chart's. Only the
    sections that the chart calls complete are complete.
    """
    lists = {name: _each_once(getattr(chart, name), getattr(brought, name)) for name in LISTS}
    return replace(
        chart,
        **lists,
        trials_given=chart.trials_given or brought.trials_given,
        episode=_filled(chart.episode, brought.episode),
        body={**brought.body, **chart.body},
        genes={**brought.genes, **chart.genes},
        context={**brought.context, **chart.context},
        screening=_gravest(chart.screening, brought.screening),
        reading=_read_together(chart.reading, brought.reading),
    )


def _each_once(first: Iterable[Entry], second: Iterable[Entry]) -> tuple[Entry, ...]:
    kept = list(first)
    return (*kept, *(entry for entry in second if entry not in kept))


def _filled(first: Entry, second: Entry) -> Entry:
    """The first, with the second's word where the first has none."""
    fields = first.__struct_fields__  # type: ignore[attr-defined]
    missing = {name: getattr(second, name) for name in fields if getattr(first, name) is None}
    return replace(first, **missing)  # type: ignore[type-var]


def _gravest(first: Mapping[str, Told], second: Mapping[str, Told]) -> dict[str, Told]:
    both = {**second, **first}
    for question in first.keys() & second.keys():
        both[question] = max(first[question], second[question], key=_gravity)
    return both


def _gravity(told: Told) -> int:
    return GRAVEST_LAST.index(told.value) if told.value in GRAVEST_LAST else -1


def _read_together(first: Reading, second: Reading) -> Reading:
    return Reading(
        source=f"{first.source} and {second.source}",
        read=_summed(first.read, second.read),
        skipped=(*first.skipped, *second.skipped),
        doubts=(*first.doubts, *second.doubts),
        unmapped=_summed(first.unmapped, second.unmapped),
        doses_parsed=first.doses_parsed + second.doses_parsed,
        doses_met=first.doses_met + second.doses_met,
        supply_missing=first.supply_missing + second.supply_missing,
        duplicates=first.duplicates + second.duplicates,
        day_set_by=first.day_set_by,
    )


def _summed(first: Mapping[str, int], second: Mapping[str, int]) -> dict[str, int]:
    return {name: first.get(name, 0) + second.get(name, 0) for name in sorted({*first, *second})}
