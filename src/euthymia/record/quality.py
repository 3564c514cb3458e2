"""What was read of a source, what was left out and why. Never holds names or free text."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Skipped(Struct, frozen=True, order=True):
    """One entry that was not used: which, why, and how to mend it. No patient data in `why`."""

    resource: str
    why: str


class Doubt(Struct, frozen=True, order=True):
    """One entry that was used, but not as it stands: a total against its items, an odd dose."""

    resource: str
    what: str


class Reading(Struct, frozen=True):
    """The bookkeeping of one record.

    Attributes:
        read: Entries used, by kind (Observation, Condition, trials ...).
        skipped: Entries left out, each with its reason.
        doubts: Entries read with a reservation.
        unmapped: Codes no page knows, by system, with how often each was met.
        doses_parsed, doses_met: How many drug entries gave a daily dose, out of how many.
        supply_missing: Drug entries without days of supply.
        duplicates: Entries met more than once and read once.
        day_set_by: The entry whose date is the day of the assessment, where nobody gave the day.
    """

    source: str = "intake"
    read: Mapping[str, int] = {}
    skipped: tuple[Skipped, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    unmapped: Mapping[str, int] = {}
    doses_parsed: int = 0
    doses_met: int = 0
    supply_missing: int = 0
    duplicates: int = 0
    day_set_by: str | None = None
