"""Courses that are not drugs: were they adequate, and did they fail?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_

from euthymia.engine.episodes import onset_of
from euthymia.engine.scores import improvement_of
from euthymia.knowledge import Knowledge
from euthymia.knowledge.drugs import NondrugTreatment
from euthymia.record import Record
from euthymia.record.entries import NondrugTrial
from euthymia.terms import Count, Verdict, verdict


def ect_used(record: Record, knowledge: Knowledge) -> Verdict:
    """Whether ECT was given in this episode at all."""
    return _any(record, (Verdict.MET for _ in ect_courses(record, knowledge)))


def ect_failures(record: Record, knowledge: Knowledge) -> Count:
    """How many adequate courses of ECT, of whichever placement, failed."""
    failed = (_failed(course, knowledge) for course in ect_courses(record, knowledge))
    return Count.of(failed, complete="nondrug_trials" in record.complete)


def bilateral_ect_failed(record: Record, knowledge: Knowledge) -> Verdict:
    """Whether an adequate course of bilateral ECT failed; unilateral ECT never says so."""
    bilateral = knowledge.nondrug["ect_bilateral"].placements
    return _any(
        record,
        (
            _is_one_of(course.placement, bilateral) & _failed(course, knowledge)
            for course in ect_courses(record, knowledge)
        ),
    )


def ect_courses(record: Record, knowledge: Knowledge) -> tuple[NondrugTrial, ...]:
    """ECT of this episode: not told to be of an earlier one, and not over before it began."""
    onset = onset_of(record, knowledge)
    return tuple(
        course
        for course in record.nondrug_trials
        if course.kind == "ect"
        and course.episode != "earlier"
        and not (course.episode is None and onset and course.end and course.end < onset)
    )


def _any(record: Record, verdicts: Iterable[Verdict]) -> Verdict:
    """Some course says yes; silence means no only where the list is complete."""
    silent = verdict(False if "nondrug_trials" in record.complete else None)
    return reduce(or_, verdicts, silent)


def _failed(course: NondrugTrial, knowledge: Knowledge) -> Verdict:
    improvement = improvement_of(course.improvement_pct, course.scale_change, knowledge.instruments)
    response = knowledge.number("response_from_pct")
    short = verdict(None if improvement is None else improvement < response)
    return _adequate(course, knowledge.nondrug) & short


def _adequate(course: NondrugTrial, pages: Mapping[str, NondrugTreatment]) -> Verdict:
    """Enough sessions for its placement; an unknown placement must satisfy every page."""
    fitting = [
        page
        for page in pages.values()
        if page.kind == course.kind
        and _is_one_of(course.placement, page.placements) is not Verdict.NOT_MET
    ]
    needed = [page.adequate_sessions for page in fitting if page.adequate_sessions is not None]
    if course.sessions is None or not needed:
        return Verdict.UNKNOWN
    enough = {course.sessions >= sessions for sessions in needed}
    return verdict(enough.pop() if len(enough) == 1 else None)


def _is_one_of(placement: str | None, placements: tuple[str, ...]) -> Verdict:
    return verdict(None if placement is None else placement in placements)
