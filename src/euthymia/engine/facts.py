"""Reads named facts out of a record. What was not asked or measured is unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from msgspec import Struct

from euthymia.engine.episodes import onset_of
from euthymia.engine.findings import Fact, Score
from euthymia.knowledge import Knowledge
from euthymia.knowledge.conditions import FactSource, Section
from euthymia.record import Record
from euthymia.record.days import days_before
from euthymia.record.entries import Diagnosis, Lab, Trial
from euthymia.terms import Quantity

Entry = TypeVar("Entry")
DAYS_PER_YEAR = 365.25


class Taken(Struct, frozen=True):
    """A drug in use: since when, until when, by which entry. `sure` False: the end is not told."""

    since: date | None
    until: date | None
    resource: str | None = None
    sure: bool = True


class Seen(Struct, frozen=True):
    """All that facts are read from: the record, its scores and its trials."""

    record: Record
    scores: Sequence[Score]
    trials: Sequence[Trial]
    knowledge: Knowledge
    onset: date | None
    diagnoses: Mapping[str, Sequence[Diagnosis]]
    taken: Mapping[str, Sequence[Taken]]


def look_at(
    record: Record, scores: Sequence[Score], trials: Sequence[Trial], knowledge: Knowledge
) -> Seen:
    """The record made ready to be read: diagnoses by the facts they carry, drugs by name."""
    carried: dict[str, list[Diagnosis]] = {}
    for diagnosis in record.diagnoses:
        for name in knowledge.facts_carried_by(diagnosis.code):
            carried.setdefault(name, []).append(diagnosis)
    taken: dict[str, list[Taken]] = {}
    for drug, when in _taken(record, trials):
        taken.setdefault(drug, []).append(when)
    return Seen(record, scores, trials, knowledge, onset_of(record, knowledge), carried, taken)


def read_facts(seen: Seen) -> dict[str, Fact]:
    """Every fact the knowledge names, except those derived from judged trials."""
    return {
        name: READERS[source.section](source, seen)
        for name, source in seen.knowledge.facts.items()
        if source.section in READERS
    }


def _unknown(source: FactSource) -> Fact:
    return Fact(source.name, None, ask=source.ask)


def _absent(source: FactSource, seen: Seen, section: str) -> Fact:
    """Silence means no only in a section that the record declares complete."""
    return Fact(source.name, False if section in seen.record.complete else None, ask=source.ask)


def _fresh(when: date | None, source: FactSource, record: Record) -> bool:
    """An undated entry is of today; a stale one does not speak any more."""
    if when is None or source.within_days is None:
        return True
    return (record.as_of - when).days <= source.within_days


def _diagnosis(source: FactSource, seen: Seen) -> Fact:
    found = [
        one
        for one in seen.diagnoses.get(source.name, ())
        if _still_speaks(one, source, seen.record)
    ]
    if len(found) >= source.times and _far_enough(found, source):
        newest = max(found, key=lambda one: _last_day(one, seen.record) or date.max)
        return Fact(source.name, True, newest.onset or newest.recorded, source.ask, newest.resource)
    return _absent(source, seen, "diagnoses")


def _still_speaks(diagnosis: Diagnosis, source: FactSource, record: Record) -> bool:
    """One that is not resolved, or is for life, or ended within the days that count."""
    resolved = diagnosis.resolved is not None and diagnosis.resolved <= record.as_of
    if resolved and source.within_days is None:
        return source.lasting
    return source.lasting or _fresh(_last_day(diagnosis, record), source, record)


def _last_day(diagnosis: Diagnosis, record: Record) -> date | None:
    """The last day on which it is known to have held; an unresolved problem still does."""
    if diagnosis.resolved is not None and diagnosis.resolved <= record.as_of:
        return diagnosis.resolved
    return (diagnosis.recorded or diagnosis.onset) if diagnosis.source == "encounter" else None


def _far_enough(found: Sequence[Diagnosis], source: FactSource) -> bool:
    days = sorted(day for one in found if (day := one.recorded or one.onset))
    if source.times == 1:
        return True
    return bool(days) and (days[-1] - days[0]).days >= source.apart_days


def _lab(source: FactSource, seen: Seen) -> Fact:
    """The newest value; two on one day that differ say nothing."""
    fitting = [
        lab
        for lab in seen.record.labs
        if lab.code in source.codes and _fresh(lab.taken, source, seen.record)
    ]
    newest = _of_newest_day(fitting, [lab.taken or seen.record.as_of for lab in fitting])
    values = {_lab_value(lab, source) for lab in newest}
    if len(values) != 1:
        return _unknown(source)
    lab = newest[0]
    return Fact(source.name, values.pop(), lab.taken, source.ask, lab.resource)


def _of_newest_day(entries: Sequence[Entry], days: Sequence[date]) -> list[Entry]:
    last = max(days, default=None)
    return [entry for entry, day in zip(entries, days, strict=True) if day == last]


def _lab_value(lab: Lab, source: FactSource) -> bool | Quantity | None:
    """The value in the page's unit; a word as yes or no; a unit of another kind says nothing."""
    if isinstance(lab.value, str):
        return lab.value.lower() == source.equals if source.equals else None
    return lab.value if lab.value.unit == source.unit else None


def _scale(source: FactSource, seen: Seen) -> Fact:
    """The newest usable total; two on one day that differ say nothing."""
    usable = [
        score
        for score in seen.scores
        if score.instrument.id == source.instrument
        and score.total is not None
        and _fresh(score.rating.taken, source, seen.record)
    ]
    newest = _of_newest_day(usable, [one.rating.taken or seen.record.as_of for one in usable])
    totals = {score.total for score in newest}
    if len(totals) != 1:
        return _unknown(source)
    rating = newest[0].rating
    value = Quantity(totals.pop() or 0, source.unit or "{score}")
    return Fact(source.name, value, rating.taken, source.ask, rating.resource)


def _medication(source: FactSource, seen: Seen) -> Fact:
    """Taken when it matters; a drug met with open dates leaves it open."""
    met = [
        (_timing(source, seen, taken), taken.since, taken.resource)
        for drug in source.drugs
        for taken in seen.taken.get(drug, ())
    ]
    for wanted in (True, None):
        for fits, since, resource in met:
            if fits is wanted:
                return Fact(source.name, fits, since, source.ask, resource)
    if source.with_trial_days is not None and not seen.record.trials_whole:
        return _unknown(source)
    return _absent(source, seen, "medications")


def _taken(record: Record, trials: Sequence[Trial]) -> Iterable[tuple[str, Taken]]:
    """Every drug known to have been taken."""
    for now in record.medications:
        yield now.drug, Taken(now.since, None, now.resource)
    for one in record.exposures:
        yield one.drug, Taken(one.start, one.last_day, one.resource)
    for trial in trials:
        if trial.basis is None:
            last = trial.last_day(record.as_of)
            yield trial.drug, Taken(trial.start, last, sure=last is not None)


def _timing(source: FactSource, seen: Seen, taken: Taken) -> bool | None:
    """Whether it was taken when it matters; of an untold end only what the first day shows."""
    until = taken.until if taken.sure else taken.since
    if source.before_onset_days is not None:
        fits = _begun_before_onset(source.before_onset_days, seen.onset, taken.since, until)
    elif source.with_trial_days is not None:
        fits = _beside_a_trial(source.with_trial_days, seen, taken.since, until)
    else:
        fits = (until is None and taken.sure) or (until is not None and until >= seen.record.as_of)
    return fits if fits or taken.sure else None


def _begun_before_onset(
    days: int, onset: date | None, since: date | None, until: date | None
) -> bool | None:
    """Started within so many days before the episode began, and still taken when it did."""
    if onset is None or since is None:
        return None
    in_time = days_before(onset, days) <= since <= onset
    return in_time and (until is None or until >= onset)


def _beside_a_trial(days: int, seen: Seen, since: date | None, until: date | None) -> bool | None:
    """Taken together with an antidepressant for so many days; dates nobody told leave it open."""
    today = seen.record.as_of
    trials = [trial for trial in seen.trials if _counts(trial, seen.knowledge)]
    for trial in trials:
        last = trial.last_day(today) or trial.sure_until
        if trial.start and since and last:
            shared = min(last, until or today) - max(trial.start, since)
            if shared.days + 1 >= days:
                return True
    undated = since is None or any(_undated(trial, today) for trial in trials)
    return None if undated and trials else False


def _undated(trial: Trial, today: date) -> bool:
    return trial.start is None or trial.last_day(today) is None


def _counts(trial: Trial, knowledge: Knowledge) -> bool:
    """Whether it is a trial of an antidepressant by itself."""
    page = knowledge.drugs.get(trial.drug)
    return trial.augments is None and page is not None and page.counts


def _body(source: FactSource, seen: Seen) -> Fact:
    return _number(source, seen.record.body.get(source.key or ""))


def _number(source: FactSource, number: float | None) -> Fact:
    value = None if number is None else Quantity(number, source.unit or "1")
    return Fact(source.name, value, ask=source.ask)


def _patient(source: FactSource, seen: Seen) -> Fact:
    if source.key == "age_years":
        return _number(source, age_years(seen.record))
    return _word(source, seen.record.patient.sex)


def age_years(record: Record) -> float | None:
    """Age on the day, as told or from the day of birth."""
    patient = record.patient
    if patient.age_years is not None or patient.birth_date is None:
        return patient.age_years
    return (record.as_of - patient.birth_date).days / DAYS_PER_YEAR


def _word(source: FactSource, word: str | float | bool | None) -> Fact:
    """A yes-or-no as it stands; a word against the page's; a number in the page's unit."""
    match word:
        case None:
            return _unknown(source)
        case bool():
            return Fact(source.name, word, ask=source.ask)
        case str():
            return Fact(source.name, word == source.equals, ask=source.ask)
        case _:
            return _number(source, word)


def _context(source: FactSource, seen: Seen) -> Fact:
    return _word(source, seen.record.context.get(source.key or ""))


def _gene(source: FactSource, seen: Seen) -> Fact:
    return _word(source, seen.record.genes.get(source.key or ""))


Reader = Callable[[FactSource, Seen], Fact]
READERS: Mapping[Section, Reader] = {
    "diagnoses": _diagnosis,
    "labs": _lab,
    "scales": _scale,
    "medications": _medication,
    "body": _body,
    "patient": _patient,
    "context": _context,
    "genes": _gene,
}
