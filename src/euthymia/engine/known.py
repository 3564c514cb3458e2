"""What was known by the day of the assessment, in an order of its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from euthymia.record import Record
from euthymia.record.entries import Exposure, NondrugTrial, Phase, Trial

Entry = TypeVar("Entry", bound=Struct)
WHEN = ("recorded", "onset", "taken", "seen", "since", "start")


def known_by_then(record: Record) -> Record:
    """The record without what came after `as_of`; the order of its entries no longer matters."""
    day = record.as_of
    return replace(
        record,
        diagnoses=_until(record.diagnoses, day),
        trials=tuple(
            sorted((_trial_until(one, day) for one in _until(record.trials, day)), key=_began)
        ),
        nondrug_trials=tuple(_course_until(one, day) for one in _until(record.nondrug_trials, day)),
        exposures=tuple(_exposure_until(one, day) for one in _until(record.exposures, day)),
        medications=_until(record.medications, day),
        intolerances=_until(record.intolerances, day),
        labs=_until(record.labs, day),
        ratings=_until(record.ratings, day),
        events=_until(record.events, day),
    )


def _until(entries: Iterable[Entry], day: date) -> tuple[Entry, ...]:
    return tuple(sorted((entry for entry in entries if _known(entry, day)), key=_bytes))


def _known(entry: Struct, day: date) -> bool:
    dated = next((seen for name in WHEN if (seen := getattr(entry, name, None))), None)
    return dated is None or dated <= day


def _bytes(entry: Struct) -> bytes:
    return msgspec.json.encode(entry)


def _began(trial: Trial) -> tuple[date, int, str]:
    """Oldest first; undated ones last, t2 before t10."""
    return trial.start or date.max, len(trial.id), trial.id


def _trial_until(trial: Trial, day: date) -> Trial:
    """A course that runs on past the day: only the days so far count."""
    if trial.end is None or trial.end <= day or trial.start is None:
        return trial
    so_far = (day - trial.start).days + 1
    phases = tuple(
        Phase(phase.dose, min(phase.days, so_far) if phase.days is not None else None)
        for phase in trial.phases
    )
    return replace(trial, end=None, phases=phases)


def _course_until(course: NondrugTrial, day: date) -> NondrugTrial:
    if course.end is None or course.end <= day:
        return course
    return replace(course, end=None, sessions=None, improvement_pct=None)


def _exposure_until(exposure: Exposure, day: date) -> Exposure:
    if exposure.end is None or exposure.end <= day:
        return exposure
    return replace(exposure, end=day)
