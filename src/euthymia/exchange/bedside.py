"""Measures of a form: the body, and bedside measures that nobody can have."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

import msgspec
from msgspec import UNSET, UnsetType

from euthymia.exchange import intake_form as form
from euthymia.knowledge import Knowledge
from euthymia.record.entries import Told

CM_PER_M = 100


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


def body_of(part: form.BodyPart | UnsetType) -> dict[str, Told]:
    """The body as measured; the mass index from weight and height where both are known."""
    if part is UNSET:
        return {}
    body: dict[str, float] = msgspec.to_builtins(part)
    square = (body.get("height_cm", 0) / CM_PER_M) ** 2
    if "weight_kg" in body and square > 0:
        body["bmi_kg_per_m2"] = body["weight_kg"] / square
    return {name: Told(value) for name, value in body.items()}
