"""Procedures and stays in hospital: courses of ECT, TMS or psychotherapy, and events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from msgspec import Struct

from euthymia.exchange.fhir.bundles import Found
from euthymia.exchange.fhir.chart import Chart
from euthymia.exchange.fhir.codes import short, systems_of, words_of
from euthymia.exchange.fhir.resources import Encounter, Procedure
from euthymia.record.entries import Event, NondrugTrial

INPATIENT = frozenset({"IMP", "ACUTE", "NONAC"})
"""Classes of an encounter in which the patient stays overnight."""


class Session(Struct, frozen=True):
    """One procedure of a kind. `single` is False where it stands for a whole course."""

    one: Found
    kind: str
    placement: str | None
    start: date
    end: date
    single: bool


def read_nondrug(chart: Chart) -> list[NondrugTrial]:
    """Courses of treatments that are not drugs: sessions of one kind that lie close together."""
    sessions = sorted(_sessions(chart), key=lambda one: (one.kind, one.start, one.one.label))
    gap = (
        timedelta(days=chart.guide.knowledge.number("nondrug_course_gap_days"))
        if sessions
        else None
    )
    courses: list[list[Session]] = []
    for session in sessions:
        if gap is None or not courses or not _belongs(session, courses[-1], gap):
            courses.append([])
        courses[-1].append(session)
    return [_course(one) for one in courses]


def _belongs(session: Session, course: Sequence[Session], gap: timedelta) -> bool:
    last = max(one.end for one in course)
    return session.kind == course[0].kind and session.start - last <= gap


def _sessions(chart: Chart) -> Iterator[Session]:
    for one, procedure in chart.each(Procedure):
        kind = _kind(procedure, chart)
        if kind is None:
            chart.ledger.unmapped.update(systems_of(procedure.code))
            continue
        session = _session(one, procedure, kind, chart)
        if session is None:
            chart.ledger.skip(one, "has no date")
        else:
            chart.used(one)
            yield session


def _kind(procedure: Procedure, chart: Chart) -> str | None:
    """The kind of treatment, by the user's terminology or by the words of the code."""
    known = chart.guide.terminology.procedures
    for coding in procedure.code.coding if procedure.code else ():
        kind = known.get(f"{short(coding.system)}:{coding.code}")
        if kind is not None:
            return kind
    texts = tuple(words_of(procedure.code))
    for kind, words in chart.guide.kinds.items():
        if any(word in text for word in words for text in texts):
            return kind
    return None


def _session(one: Found, procedure: Procedure, kind: str, chart: Chart) -> Session | None:
    period = procedure.performed_period
    start = chart.earliest(one, "performedDateTime", procedure.performed_date_time) or (
        chart.earliest(one, "performedPeriod.start", period.start) if period else None
    )
    if start is None:
        return None
    end = (chart.earliest(one, "performedPeriod.end", period.end) if period else None) or start
    return Session(one, kind, _placement(procedure, kind, chart), start, end, end <= start)


def _placement(procedure: Procedure, kind: str, chart: Chart) -> str | None:
    """Where the electrodes lay, where the words of the entry tell one placement of a page."""
    concepts = (procedure.code, *procedure.body_site)
    said = " ".join(word for concept in concepts for word in words_of(concept))
    placements = {
        placement
        for page in chart.guide.knowledge.nondrug.values()
        if page.kind == kind
        for placement in page.placements
        if f" {placement.replace('_', ' ')}" in f" {said}"
    }
    return placements.pop() if len(placements) == 1 else None


def _course(sessions: Sequence[Session]) -> NondrugTrial:
    """One course. Its sessions are counted only where each entry is one session."""
    placements = {one.placement for one in sessions}
    return NondrugTrial(
        kind=sessions[0].kind,
        placement=placements.pop() if len(placements) == 1 else None,
        sessions=len(sessions) if all(one.single for one in sessions) else None,
        start=sessions[0].start,
        end=max(one.end for one in sessions),
        resources=tuple(one.one.label for one in sessions),
    )


def read_events(chart: Chart) -> Iterator[Event]:
    """Stays in hospital."""
    for one, encounter in chart.each(Encounter):
        inside = encounter.kind is not None and encounter.kind.code in INPATIENT
        start = encounter.period.start if encounter.period else None
        seen = chart.earliest(one, "period.start", start) if inside else None
        if seen is not None:
            chart.used(one)
            yield Event("inpatient stay", seen, one.label)
