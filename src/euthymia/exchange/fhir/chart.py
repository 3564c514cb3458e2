"""One patient's entries while they are read, and the bookkeeping of what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeVar

from euthymia.exchange.fhir.bundles import Found
from euthymia.exchange.fhir.dated import Screened
from euthymia.exchange.fhir.dates import Day
from euthymia.exchange.fhir.guide import Guide
from euthymia.exchange.fhir.shelf import Shelf
from euthymia.record.quality import Doubt, Reading, Skipped

Kind = TypeVar("Kind")
LATER = "is dated after the day of the assessment"


class Ledger:
    """What was read, what was left out and why."""

    def __init__(self) -> None:
        self.read: Counter[str] = Counter()
        self.skipped: list[Skipped] = []
        self.doubts: list[Doubt] = []
        self.unmapped: Counter[str] = Counter()
        self.doses_met = 0
        self.doses_parsed = 0
        self.supply_missing = 0
        self.day_set_by: str | None = None

    def skip(self, one: Found, why: str) -> None:
        """An entry that is not used."""
        self.skipped.append(Skipped(one.label, why))

    def doubt(self, one: Found, what: str) -> None:
        """An entry that is used, but not as it stands."""
        self.doubts.append(Doubt(one.label, what))

    def aside(self, kind: str, why: str) -> None:
        """Several entries of a type, told together."""
        self.skipped.append(Skipped(kind, why))

    def reading(self, duplicates: int) -> Reading:
        """The bookkeeping as the record keeps it."""
        return Reading(
            source="FHIR R4",
            read=dict(sorted(self.read.items())),
            skipped=tuple(sorted(set(self.skipped))),
            doubts=tuple(sorted(set(self.doubts))),
            unmapped=dict(sorted(self.unmapped.items())),
            doses_parsed=self.doses_parsed,
            doses_met=self.doses_met,
            supply_missing=self.supply_missing,
            duplicates=duplicates,
            day_set_by=self.day_set_by,
        )


class Chart:
    """The entries of one patient that count, known by the day of the assessment."""

    def __init__(
        self, entries: Iterable[Screened], as_of: date, guide: Guide, shelf: Shelf
    ) -> None:
        self.as_of = as_of
        self.guide = guide
        self.shelf = shelf
        self.ledger = Ledger()
        self._by_kind: dict[type, list[Found]] = {}
        for entry in entries:
            later = entry.known is not None and entry.known > as_of
            why = LATER if later else entry.why
            if why is None:
                self._by_kind.setdefault(type(entry.one.resource), []).append(entry.one)
            else:
                self.ledger.skip(entry.one, why)

    def each(self, kind: type[Kind]) -> Iterator[tuple[Found, Kind]]:
        """Every entry of a type, with its resource."""
        for one in self._by_kind.get(kind, ()):
            if isinstance(one.resource, kind):
                yield one, one.resource

    def doubt_all(self, one: Found, doubts: Iterable[str]) -> None:
        """Note what could not be read of an entry."""
        for what in doubts:
            self.ledger.doubt(one, what)

    def used(self, one: Found) -> None:
        """Note that an entry was used."""
        self.ledger.read[one.kind] += 1

    def earliest(self, one: Found, path: str, text: str | None) -> date | None:
        """The first day a date can mean; a month or a year is noted as a doubt."""
        day = self.exactly(one, path, text)
        return day.first if day else None

    def exactly(self, one: Found, path: str, text: str | None) -> Day | None:
        """The day of a date; a month or a year is noted as a doubt."""
        day = one.day(path, text)
        if day is not None and not day.exact:
            self.ledger.doubt(one, f"{path} gives no day; the first that fits is taken")
        return day
