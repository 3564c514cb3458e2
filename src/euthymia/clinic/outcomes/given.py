"""The courses given here, by their sessions; and the chart with them, as the engine reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from euthymia.clinic.courses.models import Charted, Course, Therapy
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.patients.record import record_of
from euthymia.knowledge import Knowledge
from euthymia.record import Record
from euthymia.record.entries import Exposure, NondrugTrial


@dataclass(frozen=True)
class Given:
    """A course as far as it was given: the day of each session, oldest first, in the clinic's zone.

    `ended`: the day on which it was ended; None: it goes on.
    """

    course: int
    therapy: str
    days: tuple[date, ...]
    ended: date | None

    @property
    def word(self) -> str:
        return str(Therapy(self.therapy).label)

    @property
    def first(self) -> date:
        return self.days[0]

    @property
    def last(self) -> date:
        return self.days[-1]


def given_to(patient: Patient) -> tuple[Given, ...]:
    """Every course of which a session was begun, oldest first. One never begun is none."""
    zone = ZoneInfo(patient.clinic.zone)
    starts: dict[int, dict[int, datetime]] = {}
    begun = Charted.objects.filter(session__patient=patient, kind=Charted.Kind.START)
    of_each = begun.filter(struck_by=None).values_list("session__course", "session", "at")
    for course, session, at in of_each:
        first = starts.setdefault(course, {}).setdefault(session, at)
        starts[course][session] = min(first, at)
    courses = Course.objects.in_bulk(starts)
    found = (_given(courses[pk], sessions.values(), zone) for pk, sessions in starts.items())
    return tuple(sorted(found, key=lambda one: (one.first, one.course)))


def _given(course: Course, starts: Iterable[datetime], zone: ZoneInfo) -> Given:
    days = tuple(sorted(at.astimezone(zone).date() for at in starts))
    ended = course.ended_at.astimezone(zone).date() if course.ended_at else None
    return Given(course.pk, course.therapy, days, ended)


def record_with(
    patient: Patient, given: Iterable[Given], as_of: date, knowledge: Knowledge
) -> Record:
    """The chart of a day, with the sessions given here by then.

    Raises:
        SourceError: The chart contradicts itself; the line names the entry and the mend.
    """
    record = record_of(patient, as_of, knowledge)
    by_then = [one for one in given if one.first <= as_of]
    pulses = [one for one in by_then if one.therapy == Therapy.TMS]
    drugs = [one for one in by_then if one.therapy != Therapy.TMS]
    told = (one for one in record.nondrug_trials if not _told_again(one, pulses))
    return replace(
        record,
        nondrug_trials=(*told, *(_pulsed(one) for one in pulses)),
        exposures=(*record.exposures, *(dose for one in drugs for dose in _doses(one))),
    )


def _told_again(told: NondrugTrial, pulses: Iterable[Given]) -> bool:
    """Whether a course in the chart is one that was given here: then its sessions speak."""
    return told.kind == Therapy.TMS and any(
        told.start is not None and told.start <= one.last and one.first <= (told.end or date.max)
        for one in pulses
    )


def _pulsed(one: Given) -> NondrugTrial:
    return NondrugTrial(
        id=f"course-{one.course}",
        kind=one.therapy,
        sessions=len(one.days),
        start=one.first,
        end=one.last if one.ended else None,
    )


def _doses(one: Given) -> Iterator[Exposure]:
    for day in one.days:
        yield Exposure(drug=one.therapy, supply="administration", start=day, end=day)
