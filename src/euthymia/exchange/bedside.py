"""Bedside measures that a form must not take: nobody can have them."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from msgspec import UNSET, UnsetType

from euthymia.knowledge import Knowledge


def impossible(reading: object, knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Measures that nobody can have: another unit, a share for a percentage, two swapped."""
    for fact in knowledge.facts.values():
        value = getattr(reading, fact.key or "", UNSET) if fact.section == "vitals" else UNSET
        most = inf if fact.refused_above is None else fact.refused_above
        if value is not UNSET and not fact.refused_below <= value <= most:
            limits = f"{fact.refused_below:g} to {most:g} {fact.unit}"
            yield fact.key or "", f"{value:g} cannot be ({limits}); check the value and its unit"
    upper: float | UnsetType = getattr(reading, "systolic_mmhg", UNSET)
    lower: float | UnsetType = getattr(reading, "diastolic_mmhg", UNSET)
    if upper is not UNSET and lower is not UNSET and lower >= upper:
        yield "diastolic_mmhg", "not below systolic_mmhg; correct one of the two"
