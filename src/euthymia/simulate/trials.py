"""What a course of a drug is made of: supplies of a dose, and the scores on the way."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Literal

from msgspec import Struct

from euthymia.record.entries import StopReason

Kind = Literal[
    "fair", "low_dose", "too_short", "not_taken", "not_tolerated", "augmentation", "sleep", "pain"
]
UNFAIR: dict[Kind, StopReason] = {
    "low_dose": "lack_of_efficacy",
    "too_short": "patient_choice",
    "not_taken": "patient_choice",
    "not_tolerated": "intolerance",
}
"""What goes wrong with a trial, and why it is then stopped."""


class Fill(Struct, frozen=True):
    """One supply as taken: first day (as ordinal), days, mg a day (of a patch mg in 24 h)."""

    start: int
    days: int
    dose: float

    @property
    def end(self) -> int:
        """The last day it lasts."""
        return self.start + self.days - 1


class Course(Struct, kw_only=True, frozen=True, dict=True):
    """One course of one drug, as it truly was.

    Attributes:
        kind: What was planned with it; what came of it is judged from its fills.
        today: The day of the assessment; nothing after it has happened.
        baseline: PHQ-9 on its first day.
        planned: Whether it was drawn to respond; None where the draw was not by the planted model.
        base: The id of the drug it was added to.
        pair: A word shared with the drug started beside it.
        before_added: PHQ-9 on the day an augmenter came to it.
    """

    id: str
    drug: str
    kind: Kind
    fills: tuple[Fill, ...]
    today: int
    baseline: int
    episode: Literal["current", "earlier"] = "current"
    stop: StopReason | None = None
    planned: bool | None = None
    base: str | None = None
    pair: str | None = None
    before_added: int | None = None

    @property
    def start(self) -> int:
        return self.fills[0].start

    @cached_property
    def end(self) -> int:
        """The last day covered, not beyond today."""
        return min(self.fills[-1].end, self.today)

    @property
    def ongoing(self) -> bool:
        return self.fills[-1].end >= self.today

    @cached_property
    def covered(self) -> int:
        """Days on which it was taken."""
        return sum(self.taken_days(fill) for fill in self.fills)

    def taken_days(self, fill: Fill) -> int:
        """The days of one supply up to today."""
        return min(fill.end, self.today) - fill.start + 1

    @property
    def pdc(self) -> float:
        """Share of its days on which it was taken."""
        return self.covered / (self.end - self.start + 1)

    def days_from(self, minimum: float) -> int:
        """Days taken at or above a dose."""
        return sum(self.taken_days(fill) for fill in self.fills if fill.dose >= minimum)

    @cached_property
    def highest(self) -> float:
        """The highest daily dose."""
        return max(fill.dose for fill in self.fills)

    def during(self, scores: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """The scores after its first day and up to its last, oldest first."""
        first, last = self.start, self.end
        return [(day, total) for day, total in scores if first < day <= last]

    def improvement(self, total: int) -> float:
        """Fall of the PHQ-9 since the start, in percent."""
        return 100 * (self.baseline - total) / self.baseline


class NondrugCourse(Struct, frozen=True, kw_only=True):
    """A course of psychotherapy or ECT: the days of its sessions."""

    kind: Literal["psychotherapy", "ect"]
    days: tuple[int, ...]
    placement: str | None = None


class History(Struct, frozen=True, kw_only=True):
    """All that was tried, and every PHQ-9 total by day, in order of time.

    Attributes:
        well_from: The first day after the earlier episode; None where there was none.
        remitted: Whether the newest total is in remission.
    """

    onset: int
    courses: tuple[Course, ...]
    scores: tuple[tuple[int, int], ...]
    nondrug: tuple[NondrugCourse, ...] = ()
    well_from: int | None = None
    remitted: bool = False
