"""Whether the audit still stands as it was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from euthymia.clinic.audit import anchor
from euthymia.clinic.audit.models import FIRST_SEAL, Row


@dataclass(frozen=True)
class Broken:
    """Where a chain is not what was written: clinic, number of the row, what is wrong."""

    clinic: int
    number: int
    fault: str

    def __str__(self) -> str:
        return f"audit of clinic {self.clinic}, row {self.number}: {self.fault}"


def clinics() -> list[int]:
    """Every clinic that has rows, or had some: a removed one is known by its anchor."""
    with_rows = Row.objects.order_by().values_list("clinic", flat=True).distinct()
    return sorted({*with_rows, *anchor.clinics()})


def verify_all() -> list[Broken]:
    """Every break in the chains of all clinics, those whose rows were removed whole too."""
    return [broken for clinic in clinics() for broken in [*verify(clinic), *_unanchored(clinic)]]


def verify(clinic: int, *, last: int | None = None) -> list[Broken]:
    """Every break in the chain of a clinic; none where it is whole.

    Args:
        clinic: Row number of the clinic.
        last: How many of the newest rows are looked at; all where it is None.
    """
    noted = anchor.read(clinic)
    newest_row = Row.objects.filter(clinic=clinic).order_by("-number").first()
    reached = newest_row.number if newest_row else 0
    start = 1 if last is None else max(1, reached - last + 1)
    found = [Broken(clinic, number, fault) for number, fault in _walk(clinic, noted, start)]
    newest = max(noted, default=0)
    if newest > reached:
        cut = f"rows {reached + 1} to {newest} are cut off; put back a backup that holds them"
        found.append(Broken(clinic, reached + 1, cut))
    return found


def _walk(clinic: int, noted: dict[int, str], start: int) -> Iterator[tuple[int, str]]:
    rows = Row.objects.filter(clinic=clinic, number__gte=start).order_by("number")
    before, expected = _seal_before(clinic, start), start
    for row in rows.iterator():
        if row.number != expected:
            yield expected, f"rows {expected} to {row.number - 1} are missing"
        if row.seal != row.sealed_after(before):
            yield row.number, "its content, or the row before it, is not what was sealed"
        elif noted.get(row.number, row.seal) != row.seal:
            yield row.number, "it is not the row that was noted outside the database"
        before, expected = row.seal, row.number + 1


def _seal_before(clinic: int, start: int) -> str:
    found = Row.objects.filter(clinic=clinic, number=start - 1).first()
    return found.seal if found else FIRST_SEAL


def _unanchored(clinic: int) -> list[Broken]:
    """A chain of which nothing is noted outside the database: its end could be cut unseen."""
    if anchor.read(clinic):
        return []
    lost = "nothing is noted of it outside the database; put back the folder of anchors"
    return [Broken(clinic, 1, lost)]
