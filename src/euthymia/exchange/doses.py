"""The daily dose behind an order or a supply. What cannot be told is None, never a guess."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from euthymia.exchange.sigs import Taken

HOURS_PER_DAY = 24
DECIMALS = 6
"""Rounds off what floating point adds; far finer than any dose."""


Basis = Literal["structured", "supply", "sig", "none"]
"""How a dose was found: from numbers, from what was supplied, or from the words of the label."""


class Dose(Struct, frozen=True):
    """A dose in the unit of the drug's page, and how it was found."""

    value: float | None = None
    basis: Basis = "none"


NO_DOSE = Dose()


class Strength(Struct, frozen=True):
    """How much of an ingredient a product holds.

    Attributes:
        mg: Milligrams; of a patch, those released in 24 hours.
        per: One tablet, capsule or patch, one mL; None where the source does not say which.
    """

    mg: float
    per: Literal["piece", "mL"] | None = None


class Amount(Struct, frozen=True):
    """A quantity as dispensed or taken: mg, mL, {piece}, or mg/kg."""

    value: float
    unit: str


def milligrams(amount: Amount, strength: Strength | None) -> float | None:
    """The ingredient in an amount, mg; None where the strength it takes is not known."""
    if amount.unit == "mg":
        return amount.value
    wanted = {"{piece}": "piece", "mL": "mL"}.get(amount.unit)
    if strength is None or wanted is None or strength.per not in (wanted, None):
        return None
    return amount.value * strength.mg


def dose_ordered(doses: Iterable[Taken], strength: Strength | None, unit: str) -> float | None:
    """The dose of a prescription in the unit of the drug's page.

    Args:
        doses: Every dose of the day.
        strength: Of the product; needed where pieces or mL are ordered.
        unit: mg/d or mg/24h: the sum of the day. mg/session: one dose, however often given.
            mg/kg takes the body weight, so words and pieces never give it.
    """
    found = [_of_one_dose(one, strength, unit) for one in doses]
    known = [dose for dose in found if dose is not None]
    if not known or len(known) < len(found) or (len(found) > 1 and not is_daily(unit)):
        return None
    return round(sum(known), DECIMALS)


def is_daily(unit: str) -> bool:
    """Whether doses in this unit add up over the day."""
    return unit in ("mg/d", "mg/24h")


def _of_one_dose(taken: Taken, strength: Strength | None, unit: str) -> float | None:
    each = _single(taken, strength)
    if each is None or unit == "mg/kg":
        return None
    if not is_daily(unit):
        return each
    return None if taken.times is None else each * taken.times


def _single(taken: Taken, strength: Strength | None) -> float | None:
    """Milligrams at one time. Pieces and milligrams together must agree, or say which is which."""
    if taken.mg is not None and taken.pieces is not None:
        return _agreed(taken.mg, taken.pieces, taken, strength)
    if taken.mg is not None:
        return None if taken.each else taken.mg
    if taken.pieces is not None:
        return milligrams(Amount(taken.pieces, "{piece}"), strength)
    return None if taken.ml is None else milligrams(Amount(taken.ml, "mL"), strength)


def _agreed(mg: float, pieces: float, taken: Taken, strength: Strength | None) -> float | None:
    """`2 tablets (100 mg total)`, `2 tablets of 50 mg each`, `1 tablet (50 mg)`."""
    readings = {mg} if taken.total else {mg * pieces} if taken.each else {mg, mg * pieces}
    if strength is not None:
        readings &= {milligrams(Amount(pieces, "{piece}"), strength) or 0.0}
    return readings.pop() if len(readings) == 1 else None


def dose_supplied(
    supplied: Amount, days: float, strength: Strength | None, unit: str
) -> float | None:
    """Quantity x strength / days of supply: 45 tablets of 100 mg for 30 days are 150 mg/d."""
    whole = milligrams(supplied, strength)
    if whole is None or days <= 0 or not is_daily(unit):
        return None
    return round(whole / days, DECIMALS)


def is_implausible(dose: float, maximum: float, factor: float) -> bool:
    """Whether a dose is so far above the label's maximum that the entry must be wrong."""
    return dose > factor * maximum or dose < 0
