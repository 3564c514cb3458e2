"""When each drug was taken: the days that are certain, and those that are possible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct

from euthymia.record import Record
from euthymia.record.entries import Exposure, Medication, Trial
from euthymia.terms import Verdict

Days = tuple[date, date]
"""First and last, both included."""


class Taken(Struct, frozen=True):
    """One drug in use.

    Attributes:
        since: The first day, where it is known.
        surely: First and last of the days on which it was taken for certain; None: of none.
        at_most: First and last of the days on which it can have been taken.
    """

    drug: str
    since: date | None
    surely: Days | None
    at_most: Days
    resource: str | None = None

    def beside(self, other: Taken, days: int = 1) -> Verdict:
        """Whether the two were taken together for so many days."""
        if self.surely and other.surely and _shared(self.surely, other.surely) >= days:
            return Verdict.MET
        can_be = _shared(self.at_most, other.at_most) >= days
        return Verdict.UNKNOWN if can_be else Verdict.NOT_MET

    def on(self, day: date) -> Verdict:
        """Whether it was still taken on a day that is not before its first."""
        if self.surely and self.surely[1] >= day:
            return Verdict.MET
        return Verdict.UNKNOWN if self.at_most[1] >= day else Verdict.NOT_MET


def _shared(one: Days, other: Days) -> int:
    return (min(one[1], other[1]) - max(one[0], other[0])).days + 1


def everything_taken(record: Record, trials: Sequence[Trial]) -> Iterator[Taken]:
    """Every drug of the record; a rebuilt trial is known by the entries it rests on."""
    yield from (of_medication(one, record.as_of) for one in record.medications)
    yield from (of_exposure(one, record.as_of) for one in record.exposures)
    yield from (of_trial(one, record.as_of) for one in trials if one.basis is None)


def of_medication(medicine: Medication, today: date) -> Taken:
    """What is taken now; where nobody told since when, before today that is only possible."""
    since = medicine.since
    surely, at_most = (since or today, today), (since or date.min, today)
    return Taken(medicine.drug, since, surely, at_most, medicine.resource)


def of_exposure(entry: Exposure, today: date) -> Taken:
    """An entry of a drug record; of one without an end only its first day is certain."""
    surely = (entry.start, entry.last_day)
    at_most = (entry.start, today) if entry.open_ended else surely
    return Taken(entry.drug, entry.start, surely, at_most, entry.resource)


def of_trial(trial: Trial, today: date) -> Taken:
    """A course; of an untold end or start only the days told are certain."""
    last = trial.last_day(today)
    first, until = trial.start or last, last or trial.sure_until or trial.start
    surely = (first, until) if first and until else None
    return Taken(trial.drug, trial.start, surely, (trial.start or date.min, last or today))
