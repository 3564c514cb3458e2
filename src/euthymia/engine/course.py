"""Is the treatment working? The course of each scale since the current treatment began."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

from euthymia.engine.course_findings import (
    Basis,
    CourseFinding,
    DayScore,
    Said,
    StateFinding,
    Treatment,
)
from euthymia.engine.course_states import STATES
from euthymia.engine.findings import Score
from euthymia.engine.followed import Followed
from euthymia.engine.reminders import next_score
from euthymia.engine.treatments import current_treatments
from euthymia.knowledge import Knowledge
from euthymia.knowledge.course import CourseState, StateName
from euthymia.knowledge.evidence import Evidence, Status, weakest
from euthymia.knowledge.instruments import Instrument
from euthymia.record import Record
from euthymia.record.days import days_before
from euthymia.record.entries import Trial
from euthymia.terms import Verdict

FOLLOWED = ("depression", "anxiety")
"""What a followed scale measures: of other scales a fall is not always better, as of the MoCA."""
LEAST_SCORES = 2


def course(
    scores: Sequence[Score],
    record: Record,
    knowledge: Knowledge,
    trials: Sequence[Trial] | None = None,
) -> tuple[CourseFinding, ...]:
    """The course of each depression or anxiety scale with two dated, usable totals or more.

    Changes are taken from the start of the current treatment where a score stands for it, else
    from the first score. Scores after `record.as_of` are not read. `trials` are those of the
    judgement, with the ones rebuilt from drug entries; None: those stated in the record.
    """
    told = record.trials if trials is None else trials
    treatments = current_treatments(record, told, knowledge)
    return tuple(
        _course(_followed(form, days, treatments, record, knowledge), undated)
        for form, days, undated in _by_form(scores, record)
    )


def _by_form(
    scores: Sequence[Score], record: Record
) -> Iterator[tuple[Instrument, tuple[DayScore, ...], int]]:
    """Each followed scale with its days, oldest first, and how many totals have no day."""
    usable = sorted(
        (one for one in scores if one.instrument.measures in FOLLOWED and one.total is not None),
        key=lambda one: one.instrument.id,
    )
    for _, group in groupby(usable, key=lambda one: one.instrument.id):
        of_one = list(group)
        dated = [(one.rating.taken, one.total) for one in of_one if one.rating.taken]
        by_then = [(day, total) for day, total in dated if day <= record.as_of]
        if len(by_then) >= LEAST_SCORES:
            yield of_one[0].instrument, _days(by_then), len(of_one) - len(dated)


def _days(totals: Sequence[tuple[date, float | None]]) -> tuple[DayScore, ...]:
    """One total a day. Two of one day that differ say nothing."""
    found: dict[date, set[float | None]] = {}
    for day, total in totals:
        found.setdefault(day, set()).add(total)
    return tuple(
        DayScore(day, next(iter(found[day])) if len(found[day]) == 1 else None)
        for day in sorted(found)
    )


def _course(followed: Followed, undated: int) -> CourseFinding:
    newest = followed.newest
    return CourseFinding(
        instrument=followed.form,
        treatments=followed.treatments,
        basis=followed.basis,
        start=followed.start,
        newest=newest,
        improvement_pct=followed.fall_pct(newest) if newest else None,
        reliable_from_points=followed.reliable_from_points,
        states=_states(followed),
        next_score=next_score(followed),
        undated=undated,
    )


def _followed(
    form: Instrument,
    days: tuple[DayScore, ...],
    treatments: tuple[Treatment, ...],
    record: Record,
    knowledge: Knowledge,
) -> Followed:
    basis, start = _start(days, treatments, knowledge)
    since = tuple(one for one in days if start is not None and one.day > start.day)
    return Followed(form, start, since, treatments, basis, record.as_of, knowledge)


def _start(
    days: tuple[DayScore, ...], treatments: tuple[Treatment, ...], knowledge: Knowledge
) -> tuple[Basis, DayScore | None]:
    """The last score shortly before the treatment or on its first day, else the first after it."""
    if not treatments:
        return "first_score", days[0]
    begun = treatments[0].start
    earliest = days_before(begun, knowledge.number("outcome_window_days"))
    before = [one for one in days if earliest <= one.day <= begun]
    if before:
        return "treatment_start", before[-1]
    return "first_score", next((one for one in days if one.day > begun), None)


def _states(followed: Followed) -> Mapping[StateName, StateFinding]:
    """Every state that a page words, in the order in which they are read."""
    pages = followed.knowledge.course_states
    return {name: _finding(pages[name], judge(followed)) for name, judge in STATES if name in pages}


def _finding(page: CourseState, said: Said) -> StateFinding:
    """What is said comes from the state's page, or from the rule that speaks more exactly."""
    met = said.verdict is Verdict.MET
    words = {Verdict.MET: said.says or page.says, Verdict.UNKNOWN: page.ask}
    status, evidence = _on_whose_word(page, said)
    return StateFinding(
        page=page,
        verdict=said.verdict,
        says=words.get(said.verdict, ""),
        because=said.because,
        rests_on=said.rests_on,
        status=status,
        evidence=evidence,
        alert=page.alert and (met or said.possible),
    )


def _on_whose_word(page: CourseState, said: Said) -> tuple[Status, tuple[Evidence, ...]]:
    """The rule's own word where it speaks; else the weaker of the state's page and the number."""
    if said.status is None:
        return page.status, page.evidence
    if said.says and said.verdict is Verdict.MET:
        return said.status, said.evidence
    both = {one.id: one for one in (*page.evidence, *said.evidence)}
    return weakest((page.status, said.status)), tuple(both.values())
