"""From a record set to one record for each patient."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from euthymia.exchange.countries import country_fault, meant_country
from euthymia.exchange.faults import SourceError
from euthymia.exchange.fhir.bundles import all_resources
from euthymia.exchange.fhir.chart import Chart
from euthymia.exchange.fhir.dated import Newest, Screened, newest, screened
from euthymia.exchange.fhir.devices import read_devices
from euthymia.exchange.fhir.diagnoses import read_diagnoses
from euthymia.exchange.fhir.guide import guide_of
from euthymia.exchange.fhir.intolerances import read_intolerances
from euthymia.exchange.fhir.medications import read_medicines
from euthymia.exchange.fhir.observations import Findings
from euthymia.exchange.fhir.onsets import Course
from euthymia.exchange.fhir.procedures import read_events, read_nondrug
from euthymia.exchange.fhir.questionnaires import read_forms
from euthymia.exchange.fhir.ratings import put_together
from euthymia.exchange.fhir.resources import Patient as PatientResource
from euthymia.exchange.fhir.shelf import NOBODY, Shelf
from euthymia.exchange.fhir.terminology import NONE, Terminology
from euthymia.knowledge import Knowledge
from euthymia.record import Patient, Record, Section
from euthymia.record.quality import Reading

COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


def read_fhir(
    sources: Iterable[tuple[str, bytes]],
    knowledge: Knowledge,
    *,
    as_of: date | None = None,
    complete: frozenset[Section] = frozenset(),
    terminology: Terminology = NONE,
) -> tuple[Record, ...]:
    """Read a FHIR R4 record set: one record for each patient, in the order of their ids.

    Args:
        sources: Names and contents of the files that together are the set: each a Bundle of any
            type, one resource, a JSON list of resources, or NDJSON. References may cross files.
        knowledge: The pages that say which codes, forms and drugs mean something.
        as_of: The day of the assessment; entries dated later are not read. None: the day of the
            patient's newest entry, or of the set's where the patient has none.
        complete: Sections in which silence means no.
        terminology: The user's own maps from other code systems.

    Returns:
        One record for each Patient resource and each patient an entry is about. Entries that name
        no patient belong to the only one, or to one without an id where there is none.

    Raises:
        SourceError: A source cannot be read, or holds an entry that cannot be. One line: file,
            resource or entry or line, path, fault, mend. Gaps in a record never raise.
    """
    files = tuple(sources)
    shelf = Shelf(all_resources(files))
    guide = guide_of(knowledge, terminology)
    records = []
    for patient, entries in _by_patient(shelf):
        latest = newest(entries) if as_of is None else None
        day = as_of or (latest.day if latest else _newest_of_all(shelf))
        if day is None:
            raise SourceError(
                f"{files[0][0]}: {label(patient)}: no entry has a date; "
                "give the day of the assessment (--as-of)"
            )
        chart = Chart(entries, day, guide, shelf)
        if latest is not None:
            _set_the_day(latest, chart)
        records.append(_record(patient, chart, complete))
    return tuple(records)


def _set_the_day(latest: Newest, chart: Chart) -> None:
    """Note the entry that set the day; a lone one, far from all others, is perhaps misdated."""
    chart.ledger.day_set_by = latest.one.label
    apart = chart.guide.knowledge.number("lone_newest_entry_days")
    if latest.next_day is not None and (latest.day - latest.next_day).days > apart:
        chart.ledger.doubt(
            latest.one,
            f"set the day of the assessment, more than {apart:g} days after every other entry; "
            "check its date, or give the day (--as-of)",
        )


def label(patient: str) -> str:
    return f"Patient/{patient}" if patient else "the record"


def _by_patient(shelf: Shelf) -> Iterator[tuple[str, list[Screened]]]:
    strays = shelf.entries.get(NOBODY, [])
    if not shelf.ids and (strays or shelf.patients):
        yield NOBODY, [screened(one) for one in strays]
    for patient in shelf.ids:
        own = shelf.entries.get(patient, [])
        whole = [*own, *strays] if len(shelf.ids) == 1 else own
        yield patient, [screened(one) for one in whole]


def _newest_of_all(shelf: Shelf) -> date | None:
    everyone = (one for entries in shelf.entries.values() for one in entries)
    latest = newest([screened(one) for one in everyone])
    return latest.day if latest else None


def _record(identity: str, chart: Chart, complete: frozenset[Section]) -> Record:
    exposures, medications = read_medicines(chart)
    findings = Findings(chart)
    ratings = put_together([*findings.pieces, *read_forms(chart, findings.answers)])
    patient = _patient(identity, chart)
    diagnoses, unread = read_diagnoses(chart, patient.birth_date)
    course = Course(chart, patient, diagnoses)
    return Record(
        as_of=chart.as_of,
        patient=patient,
        complete=complete,
        diagnoses=diagnoses,
        unread_diagnoses=unread,
        episode=course.episode(),
        nondrug_trials=tuple(read_nondrug(chart)),
        exposures=tuple(exposures),
        medications=tuple(medications),
        intolerances=tuple(read_intolerances(chart)),
        labs=tuple(findings.labs),
        ratings=tuple(ratings),
        body=findings.body,
        vitals=tuple(findings.vitals),
        implants=tuple(read_devices(chart)),
        genes=findings.answers.genes(),
        context={**findings.answers.context(), **course.context(ratings)},
        events=tuple(read_events(chart)),
        reading=_reading(identity, chart),
    )


def _patient(identity: str, chart: Chart) -> Patient:
    one = chart.shelf.patients.get(identity)
    if one is None or not isinstance(one.resource, PatientResource):
        return Patient(id=identity or None)
    told = one.resource
    born = one.day("birthDate", told.birth_date)
    if born is not None and not born.exact:
        chart.ledger.doubt(one, "birthDate gives no day, so the age is not known")
    countries = {(address.country or "").strip() for address in told.address}
    country = countries.pop() if len(countries) == 1 else ""
    fault = country_fault(country, chart.guide.knowledge)
    if fault is not None:
        chart.ledger.doubt(one, f"address.country: {fault}")
    meant = meant_country(country, chart.guide.knowledge) or ""
    return Patient(
        id=identity or None,
        sex="female" if told.gender == "female" else "male" if told.gender == "male" else None,
        birth_date=born.first if born and born.exact else None,
        country=meant if COUNTRY.fullmatch(meant) else None,
    )


def _reading(identity: str, chart: Chart) -> Reading:
    """The bookkeeping, with what was met and never looked at."""
    unread = Counter(chart.shelf.unread.get(identity, Counter()))
    for kind, count in unread.items():
        if count:
            chart.ledger.aside(kind, f"{count} of this type, which this release does not judge")
    for empty in chart.shelf.empty:
        chart.ledger.aside(empty.place, empty.why)
    strays = chart.shelf.entries.get(NOBODY, [])
    if strays and len(chart.shelf.ids) > 1:
        chart.ledger.aside("entries", f"{len(strays)} of the set name no patient")
    return chart.ledger.reading(chart.shelf.duplicates[identity])
