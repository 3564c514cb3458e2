"""From dispenses and orders of one drug to stretches in which it was taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby, pairwise

from msgspec import Struct
from msgspec.structs import replace

from euthymia.engine.entries import choose, taken_together
from euthymia.knowledge import Knowledge
from euthymia.record.days import days_after, days_before
from euthymia.record.entries import Exposure, Phase

DAY = timedelta(days=1)


class Fill(Struct, frozen=True):
    """One exposure laid on the calendar, both days included. `end` None: nobody knows."""

    start: date
    end: date | None
    exposure: Exposure


class Era(Struct, frozen=True):
    """Fills of one drug without a long gap between them.

    `beside` are weaker entries of the same time: an order tells why a dispensed drug was stopped.
    `sources` are the ids of all entries of that time, also of those that changed nothing.
    """

    drug: str
    fills: tuple[Fill, ...]
    beside: tuple[Exposure, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def entries(self) -> tuple[Exposure, ...]:
        """Every entry that speaks of this era, the newest first."""
        entries = (*(fill.exposure for fill in self.fills), *self.beside)
        return tuple(sorted(entries, key=lambda entry: entry.start, reverse=True))

    @property
    def start(self) -> date:
        return self.fills[0].start

    @property
    def end(self) -> date | None:
        """The last covered day; None where the last fill's supply is not known."""
        ends = [fill.end for fill in self.fills]
        return None if None in ends else max(end for end in ends if end)

    def phases(self) -> tuple[Phase, ...]:
        """Stretches of one daily dose, with the days they cover."""
        return tuple(
            _phase(dose, tuple(fills))
            for dose, fills in groupby(self.fills, key=lambda fill: fill.exposure.dose)
        )

    def covered_share(self, fills_needed: float) -> float | None:
        """Covered days over the days of the era, 0 to 1 (PDC).

        None where a supply is not known, or where one fill alone cannot show that the patient
        came back for more.
        """
        if self.end is None or len(self.fills) < fills_needed:
            return None
        covered, last = 0, self.start - DAY
        for fill in self.fills:
            if fill.end and fill.end > last:
                covered += (fill.end - max(fill.start, last + DAY)).days + 1
                last = fill.end
        return covered / ((self.end - self.start).days + 1)


def _days(fill: Fill) -> int | None:
    return (fill.end - fill.start).days + 1 if fill.end else None


def _phase(dose: float | None, fills: Sequence[Fill]) -> Phase:
    days = [_days(fill) for fill in fills]
    return Phase(dose, None if None in days else sum(day for day in days if day))


def eras(exposures: Iterable[Exposure], today: date, knowledge: Knowledge) -> tuple[Era, ...]:
    """The eras of each drug. Dispenses are preferred; what orders know besides is kept."""
    by_drug: dict[str, list[Exposure]] = {}
    for exposure in sorted(exposures, key=lambda entry: (entry.start, entry.resource or "")):
        by_drug.setdefault(exposure.drug, []).append(exposure)
    return tuple(
        era
        for drug, entries in sorted(by_drug.items())
        for era in _eras_of(drug, entries, today, knowledge)
    )


def _eras_of(
    drug: str, entries: Sequence[Exposure], today: date, knowledge: Knowledge
) -> Iterator[Era]:
    surest, weaker = choose(entries, knowledge.number("era_gap_days"))
    fills = _stockpiled(_laid_out(taken_together(surest), today, knowledge), today, knowledge)
    for group in _without_gaps(fills, timedelta(days=knowledge.number("era_gap_days"))):
        first = days_before(group[0].start, knowledge.number("era_gap_days"))
        last = max((fill.end or fill.start) for fill in group)
        beside = tuple(entry for entry in weaker if first <= entry.start <= last)
        named = {one.resource for one in entries if one.resource and first <= one.start <= last}
        yield Era(drug, group, beside, tuple(sorted(named)))


def _without_gaps(fills: Sequence[Fill], gap: timedelta) -> Iterator[tuple[Fill, ...]]:
    begun = 0
    for number, (earlier, later) in enumerate(pairwise(fills), start=1):
        if later.start - (earlier.end or earlier.start) - DAY > gap:
            yield tuple(fills[begun:number])
            begun = number
    if fills:
        yield tuple(fills[begun:])


def _laid_out(entries: Sequence[Exposure], today: date, knowledge: Knowledge) -> list[Fill]:
    """Each entry with its last day: as stated, else by its supply, else up to the next one."""
    followers = [*(entry.start for entry in entries[1:]), None]
    return [
        Fill(entry.start, _last_day(entry, follower, today, knowledge), entry)
        for entry, follower in zip(entries, followers, strict=True)
    ]


def _last_day(
    entry: Exposure, follower: date | None, today: date, knowledge: Knowledge
) -> date | None:
    """A new order takes the place of the one before; a new supply is added to it."""
    if entry.supply == "administration":
        return entry.end or entry.start
    if entry.end is None and entry.days_supply is None:
        if follower is None:
            return None
        cap = days_after(entry.start, knowledge.number("inferred_supply_cap_days") - 1)
        return min(follower - DAY, cap)
    told = entry.end or days_after(entry.start, int(entry.days_supply or 1) - 1)
    replaced = follower is not None and entry.supply != "dispense"
    return min(told, today, follower - DAY) if follower and replaced else min(told, today)


def _stockpiled(fills: Sequence[Fill], today: date, knowledge: Knowledge) -> list[Fill]:
    """Early refills: what is left over is taken first, up to a limit, and the new supply after.

    A supply of another dose takes the place of the one before. No day is counted twice.
    """
    carry = int(knowledge.number("stockpile_days"))
    laid: list[Fill] = []
    for fill in fills:
        last = laid[-1] if laid else None
        placed = _after(last, fill, carry, today) if last and last.end else fill
        if placed.start > today or _given_while_covered(fill, laid):
            continue
        while laid and laid[-1].start >= placed.start:
            laid.pop()  # laid behind what was left over, and never begun
        last = laid[-1] if laid else None
        if last and last.end and last.end >= placed.start:
            laid[-1] = replace(last, end=placed.start - DAY)
        laid.append(placed)
    return laid


def _given_while_covered(fill: Fill, laid: Sequence[Fill]) -> bool:
    """A dose given in hospital on a day that a supply covers takes nothing away from it."""
    given = fill.exposure.supply == "administration"
    return given and any(one.end and one.start <= fill.start <= one.end for one in laid)


def _after(last: Fill, fill: Fill, carry: int, today: date) -> Fill:
    """A refill of the same dose laid behind what is left over; it never shortens the cover."""
    entry = fill.exposure
    refill = entry.supply == "dispense" and entry.end is None
    if last.end is None or not refill or entry.dose != last.exposure.dose:
        return fill
    shift = min(max((last.end - fill.start).days + 1, 0), carry) * DAY
    end = max(min(fill.end + shift, today), last.end) if fill.end else None
    return Fill(fill.start + shift, end, entry)
