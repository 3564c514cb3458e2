"""Was one course a fair chance? Every reason why not, and what is not known about it.

Each check answers whether the course certainly falls short (MET), may do so (UNKNOWN) or is fine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from math import inf

from msgspec import Struct

from euthymia.engine.findings import Judged
from euthymia.knowledge import Knowledge
from euthymia.knowledge.drugs import Drug
from euthymia.knowledge.rulesets import TrialRule
from euthymia.record import Record
from euthymia.record.entries import Phase, Trial
from euthymia.terms import Verdict, verdict

Shortfall = tuple[str, Verdict]
MISSING_DATA = {"unknown_dose", "unknown_duration", "no_level"}
"""Codes that are themselves the word for what is missing."""


class Days(Struct, frozen=True):
    """Days of a course, from the certain to the possible."""

    certain: float
    possible: float

    def short_of(self, needed: float) -> Verdict:
        if self.certain >= needed:
            return Verdict.NOT_MET
        return Verdict.MET if self.possible < needed else Verdict.UNKNOWN


class Course(Struct, frozen=True, dict=True):
    """One trial with the page of its agent, as one rule set looks at it."""

    trial: Trial
    drug: Drug | None
    rule: TrialRule
    record: Record
    knowledge: Knowledge

    @cached_property
    def minimum(self) -> float | None:
        """The least daily dose this rule set accepts, in the unit of the page."""
        figure = self.rule.least_dose(self.drug)
        return figure.value if figure else None

    @cached_property
    def phases(self) -> tuple[Phase, ...]:
        """The stretches of the trial; a dose that cannot be is not known."""
        maximum = self.drug.maximum if self.drug else None
        if maximum is None:
            return self.trial.phases
        most = self.knowledge.number("implausible_dose_factor") * maximum.value
        return tuple(
            Phase(None, phase.days) if phase.dose is not None and phase.dose > most else phase
            for phase in self.trial.phases
        )

    @property
    def days_needed(self) -> float:
        return self.rule.days_needed(self.drug)

    @property
    def span(self) -> float:
        """Days from the first to the last, both included; without dates there is no bound."""
        start, end = self.trial.start, self.trial.end or self.record.as_of
        return (end - start).days + 1 if start else inf

    def rounded(self, dose: float) -> float:
        return round(dose, int(self.knowledge.number("dose_decimals")))


def judge_course(course: Course) -> Judged:
    """Adequate or not under one rule set, with all codes that apply. Failure is judged apart."""
    shortfalls = tuple(_shortfalls(course))
    worst = max((short for _, short in shortfalls), default=Verdict.NOT_MET)
    sure = [code for code, short in shortfalls if short is Verdict.MET]
    unsure = [code for code, short in shortfalls if short is Verdict.UNKNOWN]
    codes = dict.fromkeys((*sure, *(code for code in unsure if code in MISSING_DATA)))
    return Judged(~worst, None, tuple(codes), tuple(dict.fromkeys(unsure)))


def _shortfalls(course: Course) -> Iterator[Shortfall]:
    yield from _agent(course)
    yield from _indication(course)
    yield from _episode(course)
    yield from _dose(course)
    length = _length(course)
    yield length
    yield from _tolerance(course, length)
    yield from _adherence(course)


def _agent(course: Course) -> Iterator[Shortfall]:
    """An agent no page knows may be an antidepressant all the same: that stays open."""
    if course.drug is None:
        yield "not_counted_agent", Verdict.UNKNOWN
    elif course.trial.augments is None:
        counted = course.drug.counts and course.drug.role == "antidepressant"
        yield "not_counted_agent", verdict(not counted)


def _indication(course: Course) -> Iterator[Shortfall]:
    given = course.trial.indication
    if given is not None:
        yield "wrong_indication", verdict(not is_depression(given, course.knowledge))


def is_depression(indication: str, knowledge: Knowledge) -> bool:
    """Whether a code or words of an indication mean depression."""
    words = knowledge.words["depression"].words
    return any(word in indication.lower() for word in words)


def _episode(course: Course) -> Iterator[Shortfall]:
    yield "other_episode", _before_this_episode(course)


def _before_this_episode(course: Course) -> Verdict:
    """As told, else by its dates; an undated trial of the form is of this episode."""
    trial, episode = course.trial, course.record.episode
    well_days = episode.longest_well_period_days or 0
    if trial.episode == "earlier":
        return Verdict.MET
    if trial.episode == "unsettled" or well_days >= course.knowledge.number("episode_gap_days"):
        return Verdict.UNKNOWN
    return Verdict.NOT_MET


def _dose(course: Course) -> Iterator[Shortfall]:
    """By serum level where the page asks for one or the level shows enough; else by dose."""
    if course.drug is None:
        return
    level = _level_short(course)
    if _level_required(course):
        yield ("no_level" if level is Verdict.UNKNOWN else "dose_below_min"), level
    elif level is not Verdict.NOT_MET:
        short = _dose_short(course)
        yield ("unknown_dose" if short is Verdict.UNKNOWN else "dose_below_min"), short


def _level_required(course: Course) -> bool:
    return bool(course.drug and course.drug.level and course.drug.level.required)


def _level_short(course: Course) -> Verdict:
    """Whether the serum level falls short of the page's range; unknown without one.

    Above the range a level shows that the drug was taken, not that the dose was the right one:
    where a dose can decide, it then does.
    """
    level, page = course.trial.serum_level, course.drug.level if course.drug else None
    if level is None or page is None or level.unit != page.unit:
        return Verdict.UNKNOWN
    if page.at_most is not None and level.value > page.at_most and not page.required:
        return Verdict.UNKNOWN
    return verdict(level.value < page.at_least)


def _dose_short(course: Course) -> Verdict:
    """Whether no stretch of the course reached the minimum dose."""
    doses = [phase.dose for phase in course.phases]
    if course.minimum is None or not doses:
        return Verdict.UNKNOWN
    known = [course.rounded(dose) for dose in doses if dose is not None]
    if any(dose >= course.minimum for dose in known):
        return Verdict.NOT_MET
    return Verdict.MET if len(known) == len(doses) else Verdict.UNKNOWN


def _length(course: Course) -> Shortfall:
    days = _days_that_count(course)
    short = days.short_of(course.days_needed)
    return "unknown_duration" if short is Verdict.UNKNOWN else "too_short", short


def _days_that_count(course: Course) -> Days:
    """Days at or above the minimum, from the certain to the possible."""
    if not course.phases:
        return Days(0, course.span)
    sure, unsure = _stretches_that_count(course)
    counted: Sequence[Phase] = (*sure, *unsure)
    certain = sum(phase.days or 0 for phase in sure)
    if not sure:
        # The shortest may be the only one that reached it; or none did, and then all would count.
        certain, counted = min(phase.days or 0 for phase in unsure), course.phases
    return _within(course.span, certain, sum(_most(phase, course) for phase in counted))


def _stretches_that_count(course: Course) -> tuple[list[Phase], list[Phase]]:
    """Stretches that certainly reached the minimum, and those of which nobody knows.

    Where none reached it, or a level decides, the dose does not choose: all count.
    """
    strengths = [(phase, _strong(phase, course)) for phase in course.phases]
    none_reached = all(one is Verdict.NOT_MET for _, one in strengths)
    if none_reached or _level_decides(course):
        return list(course.phases), []
    sure = [phase for phase, one in strengths if one is Verdict.MET]
    return sure, [phase for phase, one in strengths if one is Verdict.UNKNOWN]


def _within(span: float, certain: float, possible: float) -> Days:
    """The days, held to the span of the dates.

    More days may be told than the dates leave room for. Nobody knows which of the two is wrong:
    only the span is then certain, and the days as told stay possible.
    """
    if certain > span:
        return Days(span, possible)
    return Days(certain, min(possible, span))


def _level_decides(course: Course) -> bool:
    """Where a level is required or shows enough, the dose no longer chooses the days."""
    return _level_required(course) or _level_short(course) is Verdict.NOT_MET


def _strong(phase: Phase, course: Course) -> Verdict:
    if phase.dose is None or course.minimum is None:
        return Verdict.UNKNOWN
    return verdict(course.rounded(phase.dose) >= course.minimum)


def _most(phase: Phase, course: Course) -> float:
    return course.span if phase.days is None else phase.days


def _tolerance(course: Course, length: Shortfall) -> Iterator[Shortfall]:
    """Stopped for side effects before the weeks were up: no failure of efficacy."""
    if course.trial.stop_reason == "intolerance":
        _, short = length
        yield "intolerance_before_min_weeks", short


def _adherence(course: Course) -> Iterator[Shortfall]:
    pdc = course.trial.pdc
    yield "nonadherent", verdict(None if pdc is None else pdc < course.rule.pdc_at_least.value)
