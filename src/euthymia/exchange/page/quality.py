"""What was read and what was not: the data behind the verdicts."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from euthymia.engine.assessment import Assessment
from euthymia.record.quality import Reading


class QualityBox(Struct, frozen=True, kw_only=True):
    """The bookkeeping of the record, and a summary for the top of the page."""

    summary: str
    tallies: tuple[tuple[str, str], ...]
    skipped: tuple[tuple[str, str], ...]
    doubts: tuple[tuple[str, str], ...]


def quality_box(assessment: Assessment) -> QualityBox:
    reading, doubts = assessment.quality.reading, assessment.quality.doubts
    return QualityBox(
        summary=_summary(reading, len(doubts)),
        tallies=tuple(_tallies(reading).items()),
        skipped=tuple((one.resource, one.why) for one in reading.skipped),
        doubts=tuple((one.resource, one.what) for one in doubts),
    )


def _summary(reading: Reading, doubts: int) -> str:
    read = sum(reading.read.values())
    entries = "1 entry" if read == 1 else f"{read} entries"
    return f"{entries} read, {len(reading.skipped)} left out, {doubts} in doubt"


def _tallies(reading: Reading) -> dict[str, str]:
    day = {"The day was set by": reading.day_set_by} if reading.day_set_by else {}
    return {
        "Read from": reading.source,
        **day,
        "Entries read": _tally(reading.read) or "nothing",
        "Daily doses found": _rate(reading.doses_parsed, reading.doses_met),
        "Drug entries without days of supply": str(reading.supply_missing),
        "Entries met more than once, read once": str(reading.duplicates),
        "Codes no page knows": _tally(reading.unmapped) or "none",
    }


def _rate(parsed: int, met: int) -> str:
    return f"{parsed} of {met} drug entries ({parsed / met:.0%})" if met else "no drug entries"


def _tally(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{_kind(name)} {count}" for name, count in sorted(counts.items()))


def _kind(name: str) -> str:
    """A code may name no system, or stand in words alone."""
    return "without a system" if name == "none" else name.replace("_", " ")
