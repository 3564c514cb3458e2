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
OURS = "course-"
"""How the id of a course given here begins."""
NEAR_DAYS = 31
"""How far apart the first day told and that of ours may lie, and be of one course."""


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
    told = list(record.nondrug_trials)
    for one in pulses:
        same = next((at for at, trial in enumerate(told) if is_same(trial, one)), None)
        if same is None:
            told.append(_pulsed(one))
        else:
            told[same] = replace(told[same], id=_name(one), **_days_of(one))
    return replace(
        record,
        nondrug_trials=tuple(told),
        exposures=(*record.exposures, *(dose for one in drugs for dose in _doses(one))),
    )


def _until(one: Given, day: date) -> Given:
    """What of a course was given by a day; one that ended later was going on."""
    ended = one.ended if one.ended is not None and one.ended <= day else None
    return Given(one.course, one.therapy, tuple(at for at in one.days if at <= day), ended)


def is_same(told: NondrugTrial, one: Given) -> bool:
    """Whether a course that the chart tells of, and none of ours yet, is this one."""
    ours = (told.id or "").startswith(OURS)
    return told.kind == PULSES and not ours and begins_with(told.start, one)


def begins_with(start: date | None, one: Given) -> bool:
    """Whether something told with this first day is this course: an open end tells nothing."""
    return start is not None and abs((start - one.first).days) <= NEAR_DAYS


def _pulsed(one: Given) -> NondrugTrial:
    return NondrugTrial(id=_name(one), kind=PULSES, **_days_of(one))


def _name(one: Given) -> str:
    return f"{OURS}{one.course}"


def _days_of(one: Given) -> Json:
    return {
        "sessions": len(one.days),
        "start": one.first,
        "end": one.last if one.ended else None,
    }


def _doses(one: Given) -> Iterator[Exposure]:
    for day in one.days:
        yield Exposure(drug=one.therapy, supply="administration", start=day, end=day)
