"""Does a rebuilt trial belong to the current episode? The absence of codes is not remission."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Literal

from euthymia.engine.findings import Score
from euthymia.knowledge import Knowledge
from euthymia.record import Record
from euthymia.record.days import days_before
from euthymia.record.entries import Trial
from euthymia.terms import Verdict

DEPRESSION = "depressive_episode_diagnosed"
Belongs = Literal["current", "earlier", "unsettled"]


def episode_of(
    trial: Trial, record: Record, scores: Sequence[Score], knowledge: Knowledge
) -> Belongs | None:
    """The episode of a trial, as told or by its dates; None where there is neither.

    By the length of the episode where that was told. Else a trial is of an earlier episode when
    scores after it show remission for the two months that end one, and of the current one when no
    gap without depression code, antidepressant or score lies between it and today. Else it is
    unsettled.
    """
    if trial.episode is not None or trial.start is None:
        return trial.episode
    onset = onset_of(record, knowledge)
    if onset is not None:
        return _by_onset(trial, onset, record)
    end = trial.last_day(record.as_of) or trial.sure_until or trial.start
    if _remitted_after(end, scores, knowledge):
        return "earlier"
    signs = (day for day in _signs(record, scores, knowledge) if day >= end)
    days = sorted({end, record.as_of, *signs})
    longest = max(((later - earlier).days for earlier, later in pairwise(days)), default=0)
    return "current" if longest < knowledge.number("untreated_gap_days") else "unsettled"


def _by_onset(trial: Trial, onset: date, record: Record) -> Belongs:
    """Over before the episode began, or still taken in it; an untold end leaves it open."""
    if trial.start is None or trial.start >= onset:
        return "current"
    end = trial.last_day(record.as_of)
    if end is None:
        return "unsettled"
    return "earlier" if end < onset else "current"


def onset_of(record: Record, knowledge: Knowledge) -> date | None:
    """The day the current episode began, from its length as told."""
    months = record.episode.months
    if months is None:
        return None
    return days_before(record.as_of, months * knowledge.number("month_days"))


def _remitted_after(end: date, scores: Sequence[Score], knowledge: Knowledge) -> bool:
    """Two scores in remission, far enough apart, with none above in between."""
    since: date | None = None
    for day, remission in _course_of_scores(scores):
        if remission is not Verdict.MET:
            since = None
        elif day >= end:
            since = since or day
            if (day - since).days >= knowledge.number("episode_gap_days"):
                return True
    return False


def _course_of_scores(scores: Sequence[Score]) -> list[tuple[date, Verdict]]:
    return sorted(
        (score.rating.taken, score.remission)
        for score in scores
        if score.instrument.measures == "depression"
        and score.total is not None
        and score.rating.taken
    )


def _signs(record: Record, scores: Sequence[Score], knowledge: Knowledge) -> Iterator[date]:
    """Days that speak of depression: codes, drugs, scores above remission."""
    for diagnosis in record.diagnoses:
        if DEPRESSION in knowledge.facts_carried_by(diagnosis.code):
            yield from filter(None, (diagnosis.recorded, diagnosis.onset))
    taken = [(one.start, one.end) for one in record.exposures]
    taken += [(one.start, one.last_day(record.as_of)) for one in record.trials if one.start]
    yield from (day for when in taken for day in when if day)
    yield from (day for day, remission in _course_of_scores(scores) if remission is Verdict.NOT_MET)
