"""On whose word a statement stands, and how sure that is."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Status = Literal[
    "verified",
    "verified (secondary)",
    "recalled",
    "derived",
    "elicited",
    "assumption",
    "design_default",
    "choice",
]
"""How a statement came here. The first two were read in a public source; the rest is marked."""

STRONGEST_FIRST: tuple[Status, ...] = (
    "verified",
    "verified (secondary)",
    "derived",
    "recalled",
    "choice",
    "design_default",
    "assumption",
    "elicited",
)

CONFIRMED: frozenset[Status] = frozenset({"verified", "verified (secondary)"})


class Evidence(Struct, frozen=True, forbid_unknown_fields=True):
    """One source, and what of it we lean on.

    `url` and `year` are left out where they were not read, never guessed.
    """

    id: str
    title: str
    supports: str
    year: int | None = None
    url: str | None = None


class Figure(Struct, frozen=True, forbid_unknown_fields=True):
    """One number of medicine, with its status and sources. Its unit is told by what holds it."""

    value: float
    status: Status
    evidence: tuple[Evidence, ...]
    note: str | None = None


class Remark(Struct, frozen=True, forbid_unknown_fields=True):
    """One sentence of medicine, with its status and sources."""

    says: str
    status: Status
    evidence: tuple[Evidence, ...] = ()


class Review(Struct, frozen=True, forbid_unknown_fields=True):
    """Who wrote a page, who checked it against its sources, and when it must be read again.

    Dates are ISO days. `confirmed_by` names the clinician who signed; None until one did.
    `bears_on`: on a page of design defaults, the therapies that are planned or watched by it.
    """

    authored: str
    checked: str
    reviewed: str
    next: str
    confirmed_by: str | None = None
    bears_on: tuple[str, ...] = ()


def weakest(statuses: tuple[Status, ...]) -> Status:
    """The status of a result: never better than its weakest input."""
    return max(statuses, key=STRONGEST_FIRST.index)
