"""What the course of a rating scale is told with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import Struct

from euthymia.knowledge.course import CourseState, StateName, TherapyCourse
from euthymia.knowledge.evidence import Evidence, Status
from euthymia.knowledge.instruments import Instrument
from euthymia.terms import Verdict

Basis = Literal["treatment_start", "first_score"]


class DayScore(Struct, frozen=True):
    """The total of one day; None where two of that day differ, which says nothing."""

    day: date
    total: float | None


class Treatment(Struct, frozen=True, kw_only=True):
    """A course that scores are held against.

    Attributes:
        name: The drug's id or the kind of treatment.
        end: Its last day, where it is over and told.
        sessions: How many were given by then; None where nobody knows.
        last_session: The day of the last one known.
        page: How it is followed; None where no page says.
    """

    name: str
    start: date
    end: date | None = None
    sessions: int | None = None
    last_session: date | None = None
    page: TherapyCourse | None = None


class Said(Struct, frozen=True):
    """A verdict with its reason; `says`, where a rule speaks more exactly than the state's page.

    `possible`: nobody knows yet, but the scores point to it.
    """

    verdict: Verdict
    because: str
    rests_on: tuple[DayScore, ...] = ()
    says: str = ""
    status: Status | None = None
    evidence: tuple[Evidence, ...] = ()
    possible: bool = False


class StateFinding(Struct, frozen=True, kw_only=True):
    """One state judged.

    Attributes:
        says: What the page says where it is met, else what to do where nobody knows.
        because: Why, in a few words.
        rests_on: The scores it rests on, oldest first.
        alert: Whether it is a warning that is met, or may be.
    """

    page: CourseState
    verdict: Verdict
    says: str
    because: str
    rests_on: tuple[DayScore, ...]
    status: Status
    evidence: tuple[Evidence, ...]
    alert: bool = False


class CourseFinding(Struct, frozen=True, kw_only=True):
    """The course of one scale.

    Attributes:
        treatments: Those that began last; more than one where they began on one day.
        basis: What the change is taken from.
        start: The score it is taken from; None where none may be.
        newest: The newest day's score after that.
        improvement_pct: Fall from start to newest, in percent of what could fall.
        reliable_from_points: From how many points on a change is reliable; None: not known.
        next_score: The day the scale is due again, where a page says so.
        undated: How many totals were left out because nobody knows their day.
    """

    instrument: Instrument
    treatments: tuple[Treatment, ...]
    basis: Basis
    start: DayScore | None
    newest: DayScore | None
    improvement_pct: float | None
    reliable_from_points: float | None
    states: Mapping[StateName, StateFinding]
    next_score: date | None
    undated: int = 0

    @property
    def alerts(self) -> tuple[StateFinding, ...]:
        """The warnings, in the order of the states."""
        return tuple(state for state in self.states.values() if state.alert)
