"""Which treatment is the current one: what scores of today are held against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from euthymia.engine.course_findings import Treatment
from euthymia.engine.outcomes import for_sleep_or_pain
from euthymia.knowledge import Knowledge
from euthymia.knowledge.course import TherapyCourse
from euthymia.record import Record
from euthymia.record.entries import NondrugTrial, Trial


def current_treatments(
    record: Record, trials: Sequence[Trial], knowledge: Knowledge
) -> tuple[Treatment, ...]:
    """Those that began last, by name: more than one where they began on one day.

    A course in sessions (TMS, ECT, ketamine) matters after its end too; any other only while it
    is known to go on.
    """
    found = [*_nondrug(record, knowledge), *_drugs(record, trials, knowledge)]
    newest = max((one.start for one in found), default=None)
    named = {one.name: one for one in found if one.start == newest}
    return tuple(named[name] for name in sorted(named))


def _nondrug(record: Record, knowledge: Knowledge) -> Iterator[Treatment]:
    for course in record.nondrug_trials:
        page = _page_of_kind(course.kind, knowledge)
        if page is not None and course.episode != "earlier" and _begun(course.start, record):
            yield _course(course, course.start or record.as_of, page, record)


def _course(course: NondrugTrial, start: date, page: TherapyCourse, record: Record) -> Treatment:
    """The course by then: of one that runs on, the sessions told are those of its end."""
    end = _ended(course.end, record)
    runs_on = course.end is not None and end is None
    return Treatment(
        name=course.kind,
        start=start,
        end=end,
        sessions=None if runs_on else course.sessions,
        last_session=end,
        page=page,
    )


def _page_of_kind(kind: str, knowledge: Knowledge) -> TherapyCourse | None:
    pages = knowledge.therapy_courses.values()
    return next((page for page in pages if page.kind == kind), None)


def _drugs(record: Record, trials: Sequence[Trial], knowledge: Knowledge) -> Iterator[Treatment]:
    for trial in trials:
        page = _page_of_drug(trial.drug, knowledge)
        followed = page is not None or _goes_on(trial, record)
        if trial.start is None or not _begun(trial.start, record) or trial.episode == "earlier":
            continue
        if followed and not for_sleep_or_pain(trial, knowledge):
            yield _drug(trial, trial.start, page, record)


def _drug(trial: Trial, start: date, page: TherapyCourse | None, record: Record) -> Treatment:
    """Each day of administration on record is a session; without any, nobody knows them."""
    days = {
        one.start
        for one in record.exposures
        if one.drug == trial.drug
        and one.supply == "administration"
        and start <= one.start <= record.as_of
    }
    end = _ended(trial.end, record)
    return Treatment(
        name=trial.drug,
        start=start,
        end=end,
        sessions=len(days) or None,
        last_session=max(days, default=end),
        page=page,
    )


def _page_of_drug(drug: str, knowledge: Knowledge) -> TherapyCourse | None:
    pages = knowledge.therapy_courses.values()
    return next((page for page in pages if drug in page.drugs), None)


def _goes_on(trial: Trial, record: Record) -> bool:
    last = trial.last_day(record.as_of)
    return last is not None and last >= record.as_of


def _begun(start: date | None, record: Record) -> bool:
    return start is not None and start <= record.as_of


def _ended(end: date | None, record: Record) -> date | None:
    return end if end is not None and end <= record.as_of else None
