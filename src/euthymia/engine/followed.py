"""One scale since the start: its falls, and what was reached on the way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property, reduce
from math import sqrt
from operator import or_

from msgspec import Struct

from euthymia.engine.course_findings import Basis, DayScore, Said, Treatment
from euthymia.engine.scores import improvement_pct
from euthymia.knowledge import Knowledge
from euthymia.knowledge.course import Reliability, TherapyCourse
from euthymia.knowledge.instruments import Instrument
from euthymia.record.entries import ScaleChange
from euthymia.terms import Verdict, verdict


class Followed(Struct, frozen=True, dict=True):
    """One scale as far as it may be used: the score at the start and those of later days."""

    form: Instrument
    start: DayScore | None
    since: tuple[DayScore, ...]
    treatments: tuple[Treatment, ...]
    basis: Basis
    as_of: date
    knowledge: Knowledge

    @property
    def newest(self) -> DayScore | None:
        return self.since[-1] if self.since else None

    @property
    def page(self) -> TherapyCourse | None:
        """How the one current treatment is followed; of two that began together, none speaks."""
        return self.treatments[0].page if len(self.treatments) == 1 else None

    @cached_property
    def reliable_from_points(self) -> float | None:
        page = self.knowledge.reliabilities.get(self.form.id)
        return None if page is None else reliable_points(page, self.knowledge)

    @property
    def days_since_newest(self) -> int:
        """The age of the newest score in days; 0 without one."""
        return (self.as_of - self.newest.day).days if self.newest else 0

    def fall_pct(self, score: DayScore) -> float | None:
        """Fall since the start, in percent of what could fall; negative is worse."""
        if self.start is None or self.start.total is None or score.total is None:
            return None
        return improvement_pct(ScaleChange(self.form.id, self.start.total, score.total), self.form)

    def rise_points(self, score: DayScore) -> float | None:
        """Rise since the start, in points; negative is better."""
        if self.start is None or self.start.total is None or score.total is None:
            return None
        return score.total - self.start.total

    def responded(self, score: DayScore) -> Verdict:
        fall = self.fall_pct(score)
        enough = self.knowledge.number("response_from_pct")
        return verdict(None if fall is None else fall >= enough)

    def remitted(self, score: DayScore) -> Verdict:
        cut = self.form.remission_at_most
        return verdict(None if cut is None or score.total is None else score.total <= cut)

    def well(self, scores: Iterable[DayScore]) -> Verdict:
        """Whether any of these scores shows a response or remission.

        On a scale without a cut only a response can be seen.
        """
        no_cut = self.form.remission_at_most is None
        return reduce(
            or_,
            (
                self.responded(one) | (Verdict.NOT_MET if no_cut else self.remitted(one))
                for one in scores
            ),
            Verdict.NOT_MET,
        )

    def well_by_response(self, scores: Iterable[DayScore]) -> Verdict:
        """Whether any of these scores shows a response."""
        return reduce(or_, (self.responded(one) for one in scores), Verdict.NOT_MET)

    def today(self, said: Said, *, warning: bool = False) -> Said:
        """What a score said, as far as it still speaks of today. A warning once met stands."""
        stale = self.days_since_newest > self.knowledge.number("score_speaks_for_days")
        if not stale or (warning and said.verdict is Verdict.MET):
            return said
        because = f"the newest score is {self.days_since_newest} days old"
        return Said(Verdict.UNKNOWN, because, said.rests_on, possible=said.possible)


def reliable_points(page: Reliability, knowledge: Knowledge) -> float | None:
    """From how many points on a change is reliable: as published, else by its formula.

    z times the standard error of a difference, sd * sqrt(2) * sqrt(1 - reliability) (Jacobson and
    Truax). None where the page gives neither.
    """
    if page.points is not None:
        return page.points
    if page.sd is None or page.reliability is None:
        return None
    error_of_difference = page.sd * sqrt(2) * sqrt(1 - page.reliability)
    return knowledge.number("reliable_change_z") * error_of_difference
