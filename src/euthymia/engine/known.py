"""What was known by the day of the assessment, in an order of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from euthymia.record import Record
from euthymia.record.days import known_on
from euthymia.record.entries import Exposure, NondrugTrial, Phase, Trial
from euthymia.record.quality import Doubt

Entry = TypeVar("Entry", bound=Struct)
RUNS_ON = "it ends after the day of the assessment: what came of it later was not read"


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
        vitals=_until(record.vitals, day),
        implants=_until(record.implants, day),
        seizures=tuple(sorted(record.seizures, key=_bytes)),
        screening={name: one for name, one in record.screening.items() if known_on(one, day)},
        overrides=tuple(
            sorted((one for one in record.overrides if _signed_by(one.signed, day)), key=_bytes)
        ),
        events=_until(record.events, day),
        body={name: one for name, one in record.body.items() if known_on(one, day)},
        context={name: one for name, one in record.context.items() if known_on(one, day)},
        reading=replace(record.reading, doubts=(*record.reading.doubts, *_cut_short(record))),
    )


def _signed_by(signed: date | None, day: date) -> bool:
    return signed is None or signed <= day


def _until(entries: Iterable[Entry], day: date) -> tuple[Entry, ...]:
    return tuple(sorted((entry for entry in entries if known_on(entry, day)), key=_bytes))


def _bytes(entry: Struct) -> bytes:
    return msgspec.json.encode(entry)


def _began(trial: Trial) -> tuple[date, int, str]:
    """Oldest first; undated ones last, t2 before t10."""
    return trial.start or date.max, len(trial.id), trial.id


def _cut_short(record: Record) -> Iterator[Doubt]:
    """The courses of which only a part was known by the day."""
    named: list[tuple[str, Trial | NondrugTrial]] = [(one.id, one) for one in record.trials]
    named += [(one.id or one.kind, one) for one in record.nondrug_trials]
    for name, course in named:
        if known_on(course, record.as_of) and _ends_after(course, record.as_of):
            yield Doubt(name, RUNS_ON)


def _ends_after(course: Trial | NondrugTrial | Exposure, day: date) -> bool:
    return course.end is not None and course.end > day


def _trial_until(trial: Trial, day: date) -> Trial:
    """A course that runs on past the day: it was still taken, and nobody knew how it would end."""
    if not _ends_after(trial, day):
        return trial
    return replace(
        trial,
        end=None,
        phases=tuple(_phase_until(phase, trial.start, day) for phase in trial.phases),
        pdc=None,
        improvement_pct=None,
        scale_change=None,
        peak_improvement_pct=None,
        stop_reason="ongoing",
    )


def _phase_until(phase: Phase, start: date | None, day: date) -> Phase:
    """The days so far; without a first day nobody knows how many of them had passed."""
    if phase.days is None or start is None:
        return Phase(phase.dose, None)
    return Phase(phase.dose, min(phase.days, (day - start).days + 1))


def _course_until(course: NondrugTrial, day: date) -> NondrugTrial:
    if not _ends_after(course, day):
        return course
    return replace(course, end=None, sessions=None, improvement_pct=None, scale_change=None)


def _exposure_until(exposure: Exposure, day: date) -> Exposure:
    return replace(exposure, end=day, stop_reason=None) if _ends_after(exposure, day) else exposure
