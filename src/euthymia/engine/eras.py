"""From dispenses and orders of one drug to stretches in which it was taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby, pairwise

from msgspec import Struct
from msgspec.structs import replace

from euthymia.knowledge import Knowledge
from euthymia.record.entries import Exposure, Phase

DAY = timedelta(days=1)
SUREST_FIRST = ("dispense", "administration", "statement", "request")


class Fill(Struct, frozen=True):
    """One exposure laid on the calendar, both days included. `end` None: nobody knows."""

    start: date
    end: date | None
    exposure: Exposure


class Era(Struct, frozen=True):
    """Fills of one drug without a long gap between them.

    `beside` are weaker entries of the same time: an order tells why a dispensed drug was stopped.
    """

    drug: str
    fills: tuple[Fill, ...]
    beside: tuple[Exposure, ...] = ()

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

    @property
    def supply(self) -> str:
        return self.fills[0].exposure.supply

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
    for exposure in exposures:
        by_drug.setdefault(exposure.drug, []).append(exposure)
    gap = timedelta(days=knowledge.number("era_gap_days"))
    return tuple(
        replace(era, beside=_beside(era, weaker, gap))
        for drug, entries in sorted(by_drug.items())
        for surest, weaker in [_by_strength(entries)]
        for era in _eras_of(drug, surest, today, knowledge)
    )


def _by_strength(entries: Sequence[Exposure]) -> tuple[list[Exposure], list[Exposure]]:
    """Entries of the surest kind, with doses borrowed from the others; and the others."""
    kind = min((entry.supply for entry in entries), key=SUREST_FIRST.index)
    weaker = [entry for entry in entries if entry.supply != kind]
    dosed = [entry for entry in weaker if entry.dose is not None]
    return [_with_dose(entry, dosed) for entry in entries if entry.supply == kind], weaker


def _beside(era: Era, weaker: Sequence[Exposure], gap: timedelta) -> tuple[Exposure, ...]:
    last = era.end or date.max
    return tuple(entry for entry in weaker if era.start - gap <= entry.start <= last)


def _with_dose(entry: Exposure, orders: Sequence[Exposure]) -> Exposure:
    earlier = [order for order in orders if order.start <= entry.start]
    if entry.dose is not None or not earlier:
        return entry
    newest = max(earlier, key=lambda order: order.start)
    return replace(entry, dose=newest.dose, dose_basis=newest.dose_basis)


def _eras_of(
    drug: str, entries: Sequence[Exposure], today: date, knowledge: Knowledge
) -> Iterable[Era]:
    fills = _stockpiled(_laid_out(entries, today, knowledge), today, knowledge)
    gap = timedelta(days=knowledge.number("era_gap_days"))
    start = 0
    for number, (earlier, later) in enumerate(pairwise(fills), start=1):
        if later.start - (earlier.end or earlier.start) - DAY > gap:
            yield Era(drug, tuple(fills[start:number]))
            start = number
    if fills:
        yield Era(drug, tuple(fills[start:]))


def _laid_out(entries: Sequence[Exposure], today: date, knowledge: Knowledge) -> list[Fill]:
    """Each entry with its last day: as stated, else by its supply, else up to the next fill."""
    ordered = sorted(entries, key=lambda entry: (entry.start, entry.resource or ""))
    followers = [*(entry.start for entry in ordered[1:]), None]
    return [
        Fill(entry.start, _last_day(entry, follower, today, knowledge), entry)
        for entry, follower in zip(ordered, followers, strict=True)
    ]


def _last_day(
    entry: Exposure, follower: date | None, today: date, knowledge: Knowledge
) -> date | None:
    if entry.end is not None:
        return min(entry.end, today)
    if entry.days_supply is not None:
        return min(entry.start + timedelta(days=int(entry.days_supply)) - DAY, today)
    if follower is None or follower == entry.start:
        return None
    cap = entry.start + timedelta(days=knowledge.number("inferred_supply_cap_days")) - DAY
    return min(follower - DAY, cap)


def _stockpiled(fills: Sequence[Fill], today: date, knowledge: Knowledge) -> list[Fill]:
    """Early refills: what is left over is taken first, up to a limit, and the new supply after."""
    carry = timedelta(days=knowledge.number("stockpile_days"))
    laid: list[Fill] = []
    for fill in fills:
        before = laid[-1].end if laid else None
        overlap = before - fill.start + DAY if before else timedelta(0)
        shift = (
            min(max(overlap, timedelta(0)), carry) if fill.exposure.end is None else timedelta(0)
        )
        end = min(fill.end + shift, today) if fill.end else None
        laid.append(Fill(min(fill.start + shift, today), end, fill.exposure))
    return laid
