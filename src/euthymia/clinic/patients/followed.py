"""What the scales of a chart say of the courses given here: on any day, and once one has ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from msgspec.structs import replace

from euthymia.clinic.patients.given import OURS, Given, begins_with, with_given
from euthymia.engine.course import course
from euthymia.engine.course_findings import CourseFinding
from euthymia.engine.courses import trials_of
from euthymia.engine.known import known_by_then
from euthymia.engine.scores import read_scores
from euthymia.knowledge import Knowledge
from euthymia.record import Record
from euthymia.record.entries import NondrugTrial, Trial

Findings = tuple[CourseFinding, ...]


def followed(record: Record, knowledge: Knowledge) -> Findings:
    """What the engine says of each scale on the day of the record: nothing later is read."""
    then = known_by_then(record)
    scores = read_scores(then, knowledge)
    return course(scores, then, knowledge, trials_of(then, scores, knowledge))


def came_of(one: Given, record: Record, knowledge: Knowledge) -> Findings:
    """What a course came to: now while it goes on, else soon after its last session.

    Only scales held against this course and no other, with a score that stands for its start.
    """
    day = record.as_of
    if one.ended is not None:
        day = min(day, one.last + timedelta(days=knowledge.number("outcome_window_days")))
    found = followed(replace(record, as_of=day), knowledge)
    return tuple(finding for finding in found if held_against(one, finding))


def held_against(one: Given, found: CourseFinding) -> bool:
    held = [(treatment.name, treatment.start) for treatment in found.treatments]
    return held == [(one.therapy, one.first)] and found.basis == "treatment_start"


def with_courses(record: Record, given: Iterable[Given], knowledge: Knowledge) -> Record:
    """The record with the courses given here that have ended; of pulses, with what came of them.

    One that goes on has failed nobody. Of a drug that the chart tells of for the same days, the
    chart speaks.
    """
    ended = [
        one
        for one in given
        if one.ended is not None
        and one.ended <= record.as_of
        and not any(_tells_of(trial, one) for trial in record.trials)
    ]
    whole = with_given(record, ended)
    told = (_with_outcome(one, ended, whole, knowledge) for one in whole.nondrug_trials)
    return replace(whole, nondrug_trials=tuple(told))


def _tells_of(trial: Trial, one: Given) -> bool:
    return trial.drug == one.therapy and begins_with(trial.start, one)


def _with_outcome(
    trial: NondrugTrial, ended: Iterable[Given], record: Record, knowledge: Knowledge
) -> NondrugTrial:
    """By the scale of depression filled in last, where nobody told; unknown where there is none."""
    ours = next((one for one in ended if trial.id == f"{OURS}{one.course}"), None)
    if ours is None or trial.improvement_pct is not None or trial.scale_change is not None:
        return trial
    found = [
        (finding.newest.day, finding.improvement_pct)
        for finding in came_of(ours, record, knowledge)
        if finding.newest and finding.instrument.measures == "depression"
    ]
    return replace(trial, improvement_pct=max(found)[1]) if found else trial
