"""What of a chart may leave the clinic without the extra consent for records of substance use.

No list sorts words of one's own, a name or a code that no page knows: each may tell of such care.
From a copy they are left out; before a paper someone says that they looked.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from euthymia.clinic.patients.models import Entry
from euthymia.clinic.patients.parts import Part
from euthymia.clinic.rights.consent_forms import Guards, consent_forms
from euthymia.exchange.drug_names import drug_ids
from euthymia.library import shipped
from euthymia.record import Record

SUBSTANCE_USE = "substance_use"
"""The form of consent without which such records do not leave."""

WRITTEN = frozenset({"note", "indication", "name", "text", "location", "material", "reason"})
"""Fields of an entry that hold words of one's own."""
RESULTS = frozenset({"positive", "negative"})
"""Words of a laboratory that say no more than themselves."""


def shareable(entry: Entry) -> Any | None:
    """What of an entry may leave without that consent; None where nothing may."""
    guards = consent_forms()[SUBSTANCE_USE].guards
    if entry.substance_use or _is_about_it(entry, guards) or _is_all_unread(entry):
        return None
    if isinstance(entry.told, dict):
        left_out = WRITTEN.union(guards.answers)
        return {name: one for name, one in entry.told.items() if name not in left_out}
    return entry.told


def is_unread(entry: Entry) -> bool:
    """Whether an entry holds what no list here can sort, and so may tell of such care."""
    told = entry.told if isinstance(entry.told, dict) else {}
    return _is_all_unread(entry) or any(told.get(name) for name in WRITTEN)


def _is_all_unread(entry: Entry) -> bool:
    """Whether nothing is left of it without that, or what is left would say something else.

    An override is its reason. A trial without the indication that was told would be one for
    depression, and an implant without its words none.
    """
    told = entry.told
    match entry.part:
        case Part.TRIALS | Part.MEDICATIONS:
            return bool(told.get("indication")) or not _is_known(str(told.get("drug", "")))
        case Part.IMPLANTS:
            return told.get("snomed") not in _codes_read("implants", "snomed")
        case Part.LABS:
            worded = isinstance(told.get("value"), str) and told["value"] not in RESULTS
            return worded or told.get("loinc") not in _codes_read("labs", "loinc")
        case _:
            return entry.part == Part.OVERRIDES


@cache
def _codes_read(section: str, system: str) -> frozenset[str]:
    """The codes that some page reads in a section."""
    sources = (one for one in shipped().facts.values() if one.section == section)
    return frozenset(code.value for one in sources for code in one.codes if code.system == system)


def record_is_unread(record: Record) -> bool:
    """Whether brought files hold a code of another system, or a medicine that no page knows."""
    return bool(record.reading.skipped) or not all(map(_is_known, _medicines(record)))


def _is_known(medicine: str) -> bool:
    knowledge = shipped()
    return knowledge.medicines_read.issuperset(drug_ids(medicine, knowledge))


def tells_of_it(entry: Entry) -> bool:
    """Whether an entry is such a record. A question answered no is none; one left open may be."""
    guards = consent_forms()[SUBSTANCE_USE].guards
    if entry.substance_use or _is_about_it(entry, guards):
        return True
    told = entry.told if isinstance(entry.told, dict) else {}
    return any(told.get(name, "no") != "no" for name in guards.answers)


def record_tells_of_it(record: Record) -> bool:
    """Whether a record, with all that was brought as files, tells of care for substance use."""
    guards = consent_forms()[SUBSTANCE_USE].guards
    answers = {place.rpartition(".")[2]: told.value for place, told in record.screening.items()}
    return (
        any(_is_guarded(one.code.value, guards) for one in record.diagnoses)
        or any(one.instrument in guards.scales for one in record.ratings)
        or any(_is_medicine(name, guards) for name in _medicines(record))
        or any(answers.get(name, "no") != "no" for name in guards.answers)
    )


def _is_guarded(code: str, guards: Guards) -> bool:
    """Whether a code begins as one of the guarded, with its point or without."""
    return _bare(code).startswith(tuple(_bare(one) for one in guards.diagnoses))


def _medicines(record: Record) -> Iterator[str]:
    """Every medicine that is named: taken now, tried, dispensed or not borne."""
    lists = (record.medications, record.trials, record.exposures, record.intolerances)
    return (one.drug for entries in lists for one in entries)


def _is_medicine(name: str, guards: Guards) -> bool:
    """Whether a guarded name stands in it, as one of a pair stands in buprenorphine/naloxone."""
    return any(one in name.lower() for one in guards.medicines)


def _bare(code: str) -> str:
    return code.replace(".", "").upper()


def _is_about_it(entry: Entry, guards: Guards) -> bool:
    if entry.part == Part.DIAGNOSES:
        return _is_guarded(str(entry.told.get("icd10cm", "")), guards)
    if entry.part in (Part.MEDICATIONS, Part.TRIALS):
        return _is_medicine(str(entry.told.get("drug", "")), guards)
    return entry.part == Part.SCALES and entry.told.get("instrument") in guards.scales
