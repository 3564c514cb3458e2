"""The course of one patient, laid on days: what the timeline draws and what its table says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby

from msgspec import Struct

from euthymia.engine.assessment import Assessment
from euthymia.engine.findings import (
    Danger,
    Fact,
    Finding,
    Score,
    TrialFinding,
)
from euthymia.exchange.words import (
    Mark,
    days_words,
    dose_words,
    fact_words,
    mark_of,
    mark_words,
    name_of,
    score_words,
    short_name,
    unit_of,
)
from euthymia.knowledge import Knowledge
from euthymia.knowledge.conditions import Derived
from euthymia.knowledge.instruments import Instrument
from euthymia.record.entries import NondrugTrial, Phase, Trial
from euthymia.terms import Verdict

DAY = timedelta(days=1)
LEAD = 6
"""An event is drawn when it lies at most one part in so many of the axis before its first trial."""
ABBREVIATED = 4
"""Kinds of treatment with so few letters are abbreviations, such as ECT."""
DIAGNOSED: Derived = "depressive_episode_diagnosed"


class Step(Struct, frozen=True):
    """Days at one dose, both included. `share`: the dose over the minimum; None: dose unknown."""

    start: date
    end: date
    share: float | None


class Bar(Struct, frozen=True, kw_only=True):
    """A course on the axis. `sure_end` False: the record does not say when it ended."""

    id: str
    name: str
    dose: str
    days: str
    start: date
    end: date
    steps: tuple[Step, ...] = ()
    mark: Mark | None = None
    mark_words: str = ""
    minimum: str = ""
    added_to: str | None = None
    ongoing: bool = False
    sure_end: bool = True


class Point(Struct, frozen=True):
    """One rating. `doubt` says why its total may not be used; `value` is then as received."""

    day: date
    value: float | None
    doubt: str | None


class Series(Struct, frozen=True, kw_only=True):
    """The ratings of one form, in runs: within a run no score is too far from the next."""

    form: Instrument
    name: str
    points: tuple[Point, ...]
    runs: tuple[tuple[Point, ...], ...]
    remission: float | None
    response: float | None


class Happening(Struct, frozen=True):
    """Something on one day."""

    day: date
    what: str


class Undated(Struct, frozen=True):
    """What cannot be drawn, with the reason."""

    what: str
    mark: str
    why: str


class History(Struct, frozen=True, kw_only=True):
    """Everything dated, on one axis from `first` to `last`, and everything that is not."""

    bars: tuple[Bar, ...]
    courses: tuple[Bar, ...]
    series: tuple[Series, ...]
    events: tuple[Happening, ...]
    undated: tuple[Undated, ...]
    first: date
    last: date

    @property
    def empty(self) -> bool:
        """Whether nothing can be drawn."""
        return not (self.bars or self.courses or self.series or self.events)


def history(assessment: Assessment, knowledge: Knowledge) -> History:
    """The course of an assessment."""
    trials = _base_first(assessment.resistance.trials)
    bars = tuple(bar for one in trials if (bar := _bar(one, assessment, knowledge)))
    nondrug = assessment.resistance.nondrug_trials
    courses = tuple(bar for one in nondrug if (bar := _course(one, assessment.as_of)))
    series = tuple(sorted(_series(assessment, knowledge), key=_depression_first))
    happened = sorted(set(happenings(assessment, knowledge)), key=_by_day)
    days = [*(bar.start for bar in (*bars, *courses)), *(one.points[0].day for one in series)]
    first = _first_day(days, happened, assessment.as_of)
    return History(
        bars=bars,
        courses=courses,
        series=series,
        events=tuple(one for one in happened if one.day >= first),
        undated=tuple(_undated(assessment, bars, [one for one in happened if one.day < first])),
        first=first,
        last=assessment.as_of,
    )


def _first_day(days: Sequence[date], events: Sequence[Happening], last: date) -> date:
    """Where the axis begins: an event long before everything else does not squeeze the rest."""
    first = min(days or [one.day for one in events], default=last)
    earliest = first - (last - first) / LEAD
    return min([first, *(one.day for one in events if one.day >= earliest)])


def _by_day(one: Happening) -> tuple[date, str]:
    return one.day, one.what


def _base_first(trials: Iterable[TrialFinding]) -> list[TrialFinding]:
    """By their first day, and what was added beneath what it was added to."""
    found = sorted(trials, key=lambda one: (one.trial.start or date.max, one.trial.id))
    ids = {one.trial.id for one in found}
    placed: dict[str, TrialFinding] = {}
    for base in found:
        if base.trial.augments not in ids:
            placed[base.trial.id] = base
            placed |= {one.trial.id: one for one in found if one.trial.augments == base.trial.id}
    return list(
        (placed | {one.trial.id: one for one in found if one.trial.id not in placed}).values()
    )


# Trials


def _bar(finding: TrialFinding, assessment: Assessment, knowledge: Knowledge) -> Bar | None:
    trial = finding.trial
    start = trial.start or _start_from_days(trial.end, trial.phases)
    if start is None:
        return None
    end, sure = _end(trial, start, assessment.as_of)
    minimum = knowledge.rules[finding.rule].least_dose(finding.drug)
    return Bar(
        id=trial.id,
        name=name_of(finding),
        dose=dose_words(finding),
        days=days_words(finding),
        start=start,
        end=end,
        steps=tuple(_steps(trial.phases, start, end, minimum.value if minimum else None)),
        mark=mark_of(finding),
        mark_words=mark_words(finding),
        minimum=f"{minimum.value:g} {unit_of(finding)}" if minimum else "",
        added_to=trial.augments,
        ongoing=sure and end >= assessment.as_of,
        sure_end=sure,
    )


def _start_from_days(end: date | None, phases: Sequence[Phase]) -> date | None:
    """The first day of a course told by its last day and its length."""
    days = _told_days(phases)
    return end - timedelta(days=int(days)) + DAY if end and days else None


def _told_days(phases: Sequence[Phase]) -> float:
    return sum(phase.days or 0 for phase in phases)


def _end(trial: Trial, start: date, today: date) -> tuple[date, bool]:
    """The last day, and whether it is known; a course without one is drawn as far as it is told."""
    if trial.end is not None:
        return max(trial.end, start), True
    if trial.stop_reason == "ongoing":
        return today, True
    days = _told_days(trial.phases)
    told = min(start + timedelta(days=max(int(days), 1)) - DAY, today)
    return (told if days else today), bool(days) and told >= today


def _steps(
    phases: Sequence[Phase], start: date, end: date, minimum: float | None
) -> Iterator[Step]:
    """The phases one after the other from the first day; unknown days take what is left."""
    day = start
    for phase in phases:
        last = end if phase.days is None else day + timedelta(days=max(int(phase.days), 1)) - DAY
        if day > end:
            return
        share = None if phase.dose is None or not minimum else phase.dose / minimum
        yield Step(day, min(last, end), share)
        day = last + DAY
    if not phases:
        yield Step(start, end, None)


def _course(course: NondrugTrial, today: date) -> Bar | None:
    """A course without drugs: as dated, with its sessions."""
    start = course.start or course.end
    if start is None:
        return None
    return Bar(
        id=course.id or "",
        name=course_name(course),
        dose="",
        days=sessions_words(course),
        start=start,
        end=max(course.end or today, start),
        sure_end=course.end is not None,
    )


def course_name(course: NondrugTrial) -> str:
    """`ECT, right unilateral`."""
    kind = course.kind.upper() if len(course.kind) <= ABBREVIATED else course.kind
    name = course.name or kind.replace("_", " ")
    return f"{name}, {course.placement.replace('_', ' ')}" if course.placement else name


def sessions_words(course: NondrugTrial) -> str:
    return "sessions unknown" if course.sessions is None else f"{course.sessions} sessions"


# Scores


def _series(assessment: Assessment, knowledge: Knowledge) -> Iterator[Series]:
    changed = {change.instrument.id: change.first for change in assessment.changes}
    response = knowledge.number("response_from_pct")
    for _, group in groupby(assessment.scores, key=lambda score: score.instrument.id):
        scores = [score for score in group if score.rating.taken]
        if scores:
            form = scores[0].instrument
            points = tuple(_points(scores))
            yield Series(
                form=form,
                name=short_name(form),
                points=points,
                runs=tuple(_runs(points, knowledge.number("score_speaks_for_days"))),
                remission=form.remission_at_most,
                response=_response(changed.get(form.id), response),
            )


def _depression_first(series: Series) -> tuple[bool, str]:
    return series.form.measures != "depression", series.name


def _points(scores: Iterable[Score]) -> Iterator[Point]:
    for score in scores:
        if score.rating.taken:
            value = score.rating.total if score.total is None else score.total
            unusable = "no total was given" if score.total is None else None
            yield Point(score.rating.taken, value, score.doubt or unusable)


def _runs(points: Sequence[Point], reach_days: float) -> Iterator[tuple[Point, ...]]:
    """Usable points that may be joined: a doubt or a long silence between two leaves a gap."""
    run: list[Point] = []
    for point in points:
        if run and (point.doubt or (point.day - run[-1].day).days > reach_days):
            yield tuple(run)
            run = []
        if not point.doubt:
            run.append(point)
    if run:
        yield tuple(run)


def _response(first: Score | None, percent: float) -> float | None:
    """The highest total that is a response: so much of what could fall below the first score."""
    if first is None or first.total is None:
        return None
    low = first.instrument.low
    return low + (first.total - low) * (100 - percent) / 100


# Events


def happenings(assessment: Assessment, knowledge: Knowledge) -> Iterator[Happening]:
    """The events of the record, diagnoses, telling laboratory values, drugs not tolerated, dangers.

    Each on its day.
    """
    yield from (Happening(one.seen, one.name) for one in assessment.events)
    yield from _found(assessment.mimics, knowledge)
    yield from _not_tolerated(assessment.resistance.trials)
    yield from _dangers(assessment.safety.findings, knowledge)


def _found(mimics: Iterable[Finding], knowledge: Knowledge) -> Iterator[Happening]:
    for finding in mimics:
        for fact in finding.because:
            if fact.seen and _is_telling(fact, finding.verdict, knowledge):
                yield Happening(fact.seen, _what(fact, knowledge))


def _what(fact: Fact, knowledge: Knowledge) -> str:
    """A diagnosis by its name alone, a value with its number."""
    return fact_words(fact, knowledge).partition(": yes")[0]


def _not_tolerated(trials: Iterable[TrialFinding]) -> Iterator[Happening]:
    for one in trials:
        if one.trial.stop_reason == "intolerance" and one.trial.end:
            yield Happening(one.trial.end, f"{name_of(one)} stopped: intolerance")


def _dangers(dangers: Iterable[Danger], knowledge: Knowledge) -> Iterator[Happening]:
    for danger in dangers:
        for fact in danger.because:
            if fact.seen and danger.verdict is Verdict.MET:
                yield Happening(fact.seen, f"danger sign: {fact_words(fact, knowledge)}")


def _is_telling(fact: Fact, verdict: Verdict, knowledge: Knowledge) -> bool:
    """A diagnosis on record; or a laboratory value on which a finding that is met rests."""
    if fact.name == DIAGNOSED:
        return fact.value is True
    source = knowledge.facts.get(fact.name)
    if source is None or not fact.value:
        return False
    return source.section == "diagnoses" or (source.section == "labs" and verdict is Verdict.MET)


# What cannot be drawn


def _undated(
    assessment: Assessment, bars: Iterable[Bar], before: Iterable[Happening]
) -> Iterator[Undated]:
    drawn = {bar.id for bar in bars}
    left_out = [one for one in assessment.resistance.trials if one.trial.id not in drawn]
    yield from (_undated_trial(one) for one in left_out)
    for course in assessment.resistance.nondrug_trials:
        if not (course.start or course.end):
            yield Undated(f"{course_name(course)}: {sessions_words(course)}", "", "no dates")
    for score in assessment.scores:
        if score.rating.taken is None:
            yield Undated(f"{short_name(score.instrument)}: {score_words(score)}", "", "no date")
    yield from (Undated(one.what, "", f"{one.day}, before the picture begins") for one in before)


def _undated_trial(finding: TrialFinding) -> Undated:
    what = f"{name_of(finding)}: {dose_words(finding)}, {days_words(finding)}"
    return Undated(what, mark_words(finding), "no dates")
