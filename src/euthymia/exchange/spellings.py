"""Units as people write them, turned by way of the pages: mIU/L for m[IU]/L."""

from __future__ import annotations

from collections.abc import Mapping

from euthymia.exchange.units import UnitError, convert
from euthymia.knowledge import Knowledge


def spellings_of(knowledge: Knowledge) -> dict[str, str]:
    """UCUM by common spelling, in lower case."""
    return {
        word: entry.means
        for entry in knowledge.words.values()
        if entry.id.startswith("spelling_")
        for word in entry.words
    }


def convert_as_spelt(value: float, unit: str, wanted: str, spellings: Mapping[str, str]) -> float:
    """A measured value in the unit wanted; common spellings of units are understood.

    Raises:
        UnitError: An unknown unit, or one that measures something else.
    """
    try:
        return convert(value, unit, wanted)
    except UnitError:
        meant = spellings.get(unit.lower())
        if meant is None:
            raise
    return convert(value, meant, wanted)
