"""Courses of treatment given here, session by session, and the chart with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from msgspec.structs import replace

from euthymia.clinic.patients.models import Patient
from euthymia.library import shipped
from euthymia.record import Record
from euthymia.record.entries import Exposure, NondrugTrial

Json = dict[str, Any]
PULSES = "tms"
"""The therapy of which sessions count; of the others, doses do."""


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
        return shipped().therapies[self.therapy].name

    @property
    def first(self) -> date:
        return self.days[0]

    @property
    def last(self) -> date:
        return self.days[-1]

    def told(self) -> Json:
        """As it is kept with an assessment."""
        return {
            "course": self.course,
            "therapy": self.therapy,
            "days": [day.isoformat() for day in self.days],
            "ended": self.ended and self.ended.isoformat(),
        }

    @classmethod
    def from_told(cls, told: Json) -> Given:
        days = tuple(date.fromisoformat(day) for day in told["days"])
        ended = told["ended"] and date.fromisoformat(told["ended"])
        return cls(told["course"], told["therapy"], days, ended)


Gives = Callable[[Patient], Iterable[Given]]
_GIVES: list[Gives] = []


def gives(room: Gives) -> Gives:
    """Marks what tells the courses of a patient; it stands in a module `given` of its room."""
    if room not in _GIVES:
        _GIVES.append(room)
    return room


def given_to(patient: Patient) -> tuple[Given, ...]:
    """Every course of which a session was begun, oldest first. One never begun is none."""
    found = (one for room in _GIVES for one in room(patient))
    return tuple(sorted(found, key=lambda one: (one.first, one.course)))


def with_given(record: Record, given: Iterable[Given]) -> Record:
    """The record of a day, with the sessions given here by then."""
    by_then = [part for one in given if (part := _until(one, record.as_of)).days]
    pulses = [one for one in by_then if one.therapy == PULSES]
    drugs = [one for one in by_then if one.therapy != PULSES]
    told = (_of_sessions(one, pulses) for one in record.nondrug_trials)
    rest = (one for one in pulses if not any(is_same(t, one) for t in record.nondrug_trials))
    return replace(
        record,
        nondrug_trials=(*told, *(_pulsed(one) for one in rest)),
        exposures=(*record.exposures, *(dose for one in drugs for dose in _doses(one))),
    )


def _until(one: Given, day: date) -> Given:
    """What of a course was given by a day; one that ended later was going on."""
    ended = one.ended if one.ended is not None and one.ended <= day else None
    return Given(one.course, one.therapy, tuple(at for at in one.days if at <= day), ended)


def _of_sessions(told: NondrugTrial, pulses: Iterable[Given]) -> NondrugTrial:
    """A course that the chart tells of: of one given here, days and number are those of ours."""
    ours = next((one for one in pulses if is_same(told, one)), None)
    return told if ours is None else replace(told, **_days_of(ours))


def is_same(told: NondrugTrial, one: Given) -> bool:
    """Whether a course that the chart tells of is this one."""
    return (
        told.kind == PULSES
        and told.start is not None
        and told.start <= one.last
        and one.first <= (told.end or date.max)
    )


def _pulsed(one: Given) -> NondrugTrial:
    return NondrugTrial(id=f"course-{one.course}", kind=PULSES, **_days_of(one))


def _days_of(one: Given) -> Json:
    return {
        "sessions": len(one.days),
        "start": one.first,
        "end": one.last if one.ended else None,
    }


def _doses(one: Given) -> Iterator[Exposure]:
    for day in one.days:
        yield Exposure(drug=one.therapy, supply="administration", start=day, end=day)
