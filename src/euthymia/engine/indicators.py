"""What is known of each indicator of a patient: its x, from what was told, measured or coded."""

from __future__ import annotations

from collections.abc import Mapping

from euthymia.engine.findings import Fact, Measured
from euthymia.engine.judge import verdict_of
from euthymia.knowledge.causes import Indicator, Level, Reading
from euthymia.terms import Verdict


def measure(indicator: Indicator, facts: Mapping[str, Fact]) -> Measured:
    """The first reading that answers gives x; none leaves it unknown, with what would tell.

    A value that is set aside counts as not measured, so the next reading is asked.
    """
    set_aside: tuple[Level, tuple[Fact, ...]] | None = None
    for reading in indicator.readings:
        level = _level(reading, facts)
        if level is not None and level.x is not None:
            return Measured(indicator, level.x, _known(reading, facts))
        if level is not None and set_aside is None:
            set_aside = level, _known(reading, facts)
    if set_aside is not None:
        level, told = set_aside
        return Measured(indicator, None, told, _nearest(indicator, facts), level)
    shown = tuple(facts[name] for name in indicator.shows if facts[name].value)
    return Measured(indicator, None, shown, _nearest(indicator, facts))


def _level(reading: Reading, facts: Mapping[str, Fact]) -> Level | None:
    """The level that is met, else the rest; None where an open fact leaves more than one."""
    for level in reading.levels:
        met = verdict_of(level.when, facts)
        if met is Verdict.MET:
            return level
        if met is Verdict.UNKNOWN:
            return None
    return reading.rest


def _known(reading: Reading, facts: Mapping[str, Fact]) -> tuple[Fact, ...]:
    return tuple(facts[name] for name in reading.facts if facts[name].value is not None)


def _nearest(indicator: Indicator, facts: Mapping[str, Fact]) -> tuple[Fact, ...]:
    """The open facts of the reading that needs the fewest of them; the surest reading first."""
    missing = [
        tuple(facts[name] for name in reading.facts if facts[name].value is None)
        for reading in indicator.readings
    ]
    return min((open_facts for open_facts in missing if open_facts), key=len, default=())
