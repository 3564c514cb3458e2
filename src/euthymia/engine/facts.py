"""Reads named facts out of a record. What was not asked or measured is unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from msgspec.structs import replace

from euthymia.engine import asked
from euthymia.engine.findings import Fact
from euthymia.engine.seen import Seen
from euthymia.engine.taken import Taken, of_trial
from euthymia.knowledge import Knowledge
from euthymia.knowledge.conditions import FactSource, Section
from euthymia.record import Record
from euthymia.record.days import days_before
from euthymia.record.entries import Diagnosis, Lab, Told, Trial
from euthymia.terms import Quantity, Verdict, verdict

Entry = TypeVar("Entry")
Reader = Callable[[FactSource, Seen], Fact]
IN_WORDS = "in words only"
"""What a diagnosis is called that has no code; its words may name the patient."""
DAYS_PER_YEAR = 366
"""More than any year has, so that a part of a year never makes a birthday come too early."""


def read_facts(seen: Seen) -> dict[str, Fact]:
    """Every fact the knowledge names, except those derived from judged trials."""
    return {
        name: READERS[source.section](source, seen)
        for name, source in seen.knowledge.facts.items()
        if source.section in READERS
    }


def without_contradictions(facts: Mapping[str, Fact], knowledge: Knowledge) -> dict[str, Fact]:
    """The facts, where one is left open that another contradicts: neither is sure to be right."""
    found = dict(facts)
    for name, source in knowledge.facts_contradicted.items():
        if contradicted(source, facts):
            found[name] = replace(facts[name], value=None)
    return found


def contradicted(source: FactSource, facts: Mapping[str, Fact]) -> bool:
    """Whether a fact is told, and another that would have to hold with it is known not to."""
    if source.contradicted_by is None or facts[source.name].value is not True:
        return False
    return facts[source.contradicted_by].value is False


def _unknown(source: FactSource) -> Fact:
    return Fact(source.name, None, ask=source.ask)


def _absent(source: FactSource, seen: Seen, section: str) -> Fact:
    """Silence means no in a section that the record declares complete, or that can only add."""
    if source.only_adds:
        return asked.nothing_added(source)
    return Fact(source.name, False if section in seen.record.complete else None, ask=source.ask)


def _fresh(when: date | None, source: FactSource, record: Record) -> bool:
    """An undated entry is of today; a stale one does not speak any more."""
    if when is None or source.within_days is None:
        return True
    return (record.as_of - when).days <= source.within_days


def _diagnosis(source: FactSource, seen: Seen) -> Fact:
    if source.key == asked.UNRECOGNISED:
        return _diagnosis_unread(source, seen)
    carried = [
        (one, _still_speaks(one, source, seen.record))
        for one in seen.diagnoses.get(source.name, ())
    ]
    found = [one for one, speaks in carried if speaks is Verdict.MET]
    if len(found) >= source.times and _far_enough(found, source):
        newest = max(found, key=lambda one: _last_day(one, seen.record) or date.max)
        since, resource = newest.onset or newest.recorded, newest.resource
        what = asked.named(one.code.value for one in (newest, *found))
        return Fact(source.name, True, since, source.ask, resource, what=what)
    for one, speaks in carried:
        if speaks is Verdict.UNKNOWN:
            what = (one.code.value,)
            return Fact(source.name, None, ask=source.ask, resource=one.resource, what=what)
    return _absent(source, seen, "diagnoses")


def _diagnosis_unread(source: FactSource, seen: Seen) -> Fact:
    """Whether there are problems that nobody could read, the newest first."""
    unread = seen.record.unread_diagnoses
    if not unread:
        return asked.nothing_added(source)
    ordered = sorted(unread, key=lambda one: (one.called is None, one.called or ""))
    ordered.sort(key=lambda one: one.recorded or date.min, reverse=True)
    one, what = ordered[0], asked.named(each.called or IN_WORDS for each in ordered)
    return Fact(source.name, True, one.recorded, source.ask, one.resource, what=what)


def _still_speaks(diagnosis: Diagnosis, source: FactSource, record: Record) -> Verdict:
    """One that is not over, or is for life, or ended within the days that count.

    Where only a day could tell, and none is on record, nobody knows.
    """
    today = record.as_of
    if source.event_within_days is not None or source.event_before_days is not None:
        return _happened_then(diagnosis, source, record)
    if diagnosis.source == "encounter" and source.visit_within_days is not None:
        return _within(_last_day(diagnosis, record), source.visit_within_days, today)
    if source.lasting:
        return Verdict.MET
    if not diagnosis.is_over(today):
        return verdict(_fresh(_last_day(diagnosis, record), source, record))
    if source.within_days is None:
        return Verdict.NOT_MET
    return _within(_last_day(diagnosis, record), source.within_days, today)


def _within(day: date | None, days: int, today: date) -> Verdict:
    return verdict(None if day is None else (today - day).days <= days)


def _happened_then(diagnosis: Diagnosis, source: FactSource, record: Record) -> Verdict:
    """An event by its first day; one without a day may have been today, and counts as recent.

    One that is over on an unknown day may have been at any time.
    """
    first = diagnosis.onset or diagnosis.recorded
    if first is None:
        first = diagnosis.resolved  # it had begun by then
    if first is None and diagnosis.over:
        return Verdict.UNKNOWN
    if source.event_before_days is not None:
        return verdict(first is not None and (record.as_of - first).days > source.event_before_days)
    return verdict(first is None or (record.as_of - first).days <= (source.event_within_days or 0))


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
    if not fitting:
        return asked.nothing_added(source)
    newest = _of_newest_day(fitting, [lab.taken or seen.record.as_of for lab in fitting])
    values = {_lab_value(lab, source, seen.knowledge) for lab in newest}
    if len(values) != 1:
        return _unknown(source)
    lab = newest[0]
    return Fact(source.name, values.pop(), lab.taken, source.ask, lab.resource)


def _of_newest_day(entries: Sequence[Entry], days: Sequence[date]) -> list[Entry]:
    last = max(days, default=None)
    return [entry for entry, day in zip(entries, days, strict=True) if day == last]


def _lab_value(lab: Lab, source: FactSource, knowledge: Knowledge) -> bool | Quantity | None:
    """The value in the page's unit; a word as yes or no; what cannot be says nothing."""
    if isinstance(lab.value, str):
        return _in_words(lab.value, knowledge) if source.equals else None
    if source.above_percentile:
        return None if lab.percentile_75 is None else lab.value.value > lab.percentile_75
    can_be = lab.value.unit == source.unit and lab.value.value >= source.refused_below
    return lab.value if can_be else None


def _in_words(value: str, knowledge: Knowledge) -> bool | None:
    """A result that is told in words: yes, no, or a word that settles nothing."""
    word = value.strip().lower()
    if word in knowledge.words["result_positive"].words:
        return True
    return False if word in knowledge.words["result_negative"].words else None


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
    if source.key in READ_OTHERWISE:
        return READ_OTHERWISE[source.key](source, seen)
    met = [
        (_timing(source, seen, taken), drug, taken)
        for drug in source.drugs
        for taken in seen.taken.get(drug, ())
    ]
    for wanted in (True, None):
        found = [(drug, taken) for fits, drug, taken in met if fits is wanted]
        if found:
            told, what = None if source.only_hints else wanted, asked.named(one for one, _ in found)
            taken = found[0][1]
            return Fact(source.name, told, taken.since, source.ask, taken.resource, what=what)
    if source.with_trial_days is not None and not seen.record.trials_whole:
        return _unknown(source)
    return _absent(source, seen, "medications")


def _unread(source: FactSource, seen: Seen) -> Fact:
    """Whether something is taken, or may be, of which no page knows what it is."""
    found = [
        taken
        for drug, courses in seen.taken.items()
        for taken in (() if drug in seen.knowledge.medicines_read else courses)
        if _taken_now(taken, seen.record) is not Verdict.NOT_MET
    ]
    if not found:
        return asked.nothing_added(source)
    one, what = found[0], asked.named(each.drug for each in found)
    return Fact(source.name, True, one.since, source.ask, one.resource, what=what)


def _daily_dose(source: FactSource, seen: Seen) -> Fact:
    """What is taken of the drug in a day, all its entries together, where every one is told."""
    doses = [one.dose_mg_per_day for one in seen.record.medications if one.drug in source.drugs]
    if not doses:
        return asked.nothing_added(source)
    if None in doses:
        return _unknown(source)
    return _number(source, sum(dose for dose in doses if dose is not None))


READ_OTHERWISE: Mapping[str | None, Reader] = {
    "dose_mg_per_day": _daily_dose,
    asked.UNRECOGNISED: _unread,
}
"""Facts of the medicines that are not whether one is taken."""


def _timing(source: FactSource, seen: Seen, taken: Taken) -> bool | None:
    """Whether it was taken when it matters; None where its days leave that open."""
    if source.before_onset_days is not None:
        found = _begun_before_onset(source.before_onset_days, seen.onset, taken)
    elif source.with_trial_days is not None:
        found = _beside_a_trial(source.with_trial_days, seen, taken)
    else:
        found = _taken_now(taken, seen.record)
    return None if found is Verdict.UNKNOWN else found is Verdict.MET


def _taken_now(taken: Taken, record: Record) -> Verdict:
    """Until today; where the end is open, a whole list of medicines that lacks it says no."""
    whole = "medications" in record.complete
    found = taken.on(record.as_of)
    return Verdict.NOT_MET if found is Verdict.UNKNOWN and whole else found


def _begun_before_onset(days: int, onset: date | None, taken: Taken) -> Verdict:
    """Started within so many days before the episode began, and still taken when it did."""
    if onset is None or taken.since is None:
        return Verdict.UNKNOWN
    in_time = days_before(onset, days) <= taken.since <= onset
    return taken.on(onset) if in_time else Verdict.NOT_MET


def _beside_a_trial(days: int, seen: Seen, taken: Taken) -> Verdict:
    """Taken together with an antidepressant for so many days."""
    today = seen.record.as_of
    return max(
        (
            _counts(trial, seen.knowledge) & taken.beside(of_trial(trial, today), days)
            for trial in seen.trials
        ),
        default=Verdict.NOT_MET,
    )


def _counts(trial: Trial, knowledge: Knowledge) -> Verdict:
    """Whether it is a trial of an antidepressant by itself; an agent no page knows may be one."""
    page = knowledge.drugs.get(trial.drug)
    counted = verdict(None if page is None else page.counts)
    return counted if trial.augments is None else Verdict.NOT_MET


def _body(source: FactSource, seen: Seen) -> Fact:
    return _answer(source, seen.record.body, seen.record)


def _number(source: FactSource, number: float | None) -> Fact:
    value = None if number is None else Quantity(number, source.unit or "1")
    return Fact(source.name, value, ask=source.ask)


def _patient(source: FactSource, seen: Seen) -> Fact:
    if source.key == "age_years":
        return _number(source, age_years(seen.record))
    if source.key == "region":
        return _word(source, seen.record.region)
    return _word(source, seen.record.patient.sex)


def age_years(record: Record) -> float | None:
    """Age on the day, as told or from the day of birth."""
    patient = record.patient
    if patient.age_years is not None or patient.birth_date is None:
        return patient.age_years
    born, today = patient.birth_date, record.as_of
    birthday_to_come = (today.month, today.day) < (born.month, born.day)
    years = today.year - born.year - birthday_to_come
    last = _birthday(born, born.year + years)
    return years + (today - last).days / DAYS_PER_YEAR


def _birthday(born: date, year: int) -> date:
    """The birthday in a year; whoever was born on 29 February has it on 1 March in the others."""
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def _word(source: FactSource, word: str | float | bool | None) -> Fact:
    """A yes-or-no as it stands; a word against the page's, if it has one; a number in its unit."""
    match word:
        case None:
            return _unknown(source)
        case bool():
            return Fact(source.name, word, ask=source.ask)
        case str():
            said = word if source.equals is None else word == source.equals
            return Fact(source.name, said, ask=source.ask)
        case _:
            return _number(source, word)


def _context(source: FactSource, seen: Seen) -> Fact:
    return _answer(source, seen.record.context, seen.record)


def _answer(source: FactSource, told: Mapping[str, Told], record: Record) -> Fact:
    """What was told or measured under the page's key, unless it is stale."""
    one = told.get(source.key or "")
    if one is None or not _fresh(one.seen, source, record):
        return _unknown(source)
    return replace(_word(source, one.value), seen=one.seen, resource=one.resource)


def _episode(source: FactSource, seen: Seen) -> Fact:
    return _number(source, getattr(seen.record.episode, source.key or ""))


def _gene(source: FactSource, seen: Seen) -> Fact:
    return _word(source, seen.record.genes.get(source.key or ""))


READERS: Mapping[Section, Reader] = {
    "diagnoses": _diagnosis,
    "labs": _lab,
    "scales": _scale,
    "medications": _medication,
    "body": _body,
    "patient": _patient,
    "context": _context,
    "episode": _episode,
    "genes": _gene,
    "screening": asked.screening,
    "vitals": asked.vitals,
    "implants": asked.implants,
    "seizures": asked.seizures,
    "allergies": asked.allergies,
    "order": asked.order,
    "complete": asked.complete,
}
