"""Does a rebuilt trial belong to the current episode? The absence of codes is not remission."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Literal

from euthymia.engine.findings import Score
from euthymia.knowledge import Knowledge
from euthymia.record import Record
from euthymia.record.entries import Trial
from euthymia.terms import Verdict

DEPRESSION = "depressive_episode_diagnosed"
Belongs = Literal["current", "earlier"]


def episode_of(
    trial: Trial, record: Record, scores: Sequence[Score], knowledge: Knowledge
) -> Belongs | None:
    """The episode of a trial, or None where the record is silent for too long to tell.

    Earlier: after it, scores show remission for the two months that end an episode. Current: no
    gap without depression code, antidepressant or score between it and today. Else nobody knows.
    """
    end = trial.end or trial.start or record.as_of
    if _remitted_after(end, scores, knowledge):
        return "earlier"
    days = sorted(
        {end, record.as_of, *(day for day in _signs(record, scores, knowledge) if day >= end)}
    )
    longest = max(((later - earlier).days for earlier, later in pairwise(days)), default=0)
    return "current" if longest < knowledge.number("untreated_gap_days") else None


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
            yield from (day for day in (diagnosis.recorded, diagnosis.onset) if day)
    for exposure in record.exposures:
        yield from (day for day in (exposure.start, exposure.end) if day)
    for day, remission in _course_of_scores(scores):
        if remission is Verdict.NOT_MET:
            yield day
