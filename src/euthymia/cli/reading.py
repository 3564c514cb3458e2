"""From the user's files to records: an intake form, or FHIR of one or many patients."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import get_args

from msgspec import Struct
from msgspec.structs import replace

from euthymia.cli.files import Source
from euthymia.exchange.countries import country_fault
from euthymia.exchange.faults import SourceError, nearest
from euthymia.exchange.fhir import Terminology, read_fhir
from euthymia.exchange.intake import is_intake, lacks_its_number, read_intake
from euthymia.knowledge import Knowledge
from euthymia.record import Record, Section

SECTIONS: tuple[Section, ...] = get_args(Section)


class Asked(Struct, frozen=True):
    """What the user said beside the files."""

    as_of: date | None = None
    complete: frozenset[Section] = frozenset()
    country: str | None = None
    patient: str | None = None


def sections(text: str) -> frozenset[Section]:
    """`diagnoses,trials` as sections. Raises SourceError on an unknown one."""
    named = [word.strip() for word in text.split(",") if word.strip()]
    for word in named:
        if word not in SECTIONS:
            near = nearest(word, SECTIONS) or f"; one of {', '.join(SECTIONS)}"
            raise SourceError(f"--complete: unknown section '{word}'{near}")
    return frozenset(section for section in SECTIONS if section in named)


def country(text: str | None, knowledge: Knowledge) -> str | None:
    """A country as ISO 3166 writes it. Raises SourceError on anything else."""
    if text is None:
        return None
    if not re.fullmatch(r"[A-Za-z]{2}", text):
        raise SourceError(
            "--country: not a country code; write the two letters of ISO 3166, such as GB"
        )
    fault = country_fault(text.upper(), knowledge)
    if fault is not None:
        raise SourceError(f"--country: {fault}")
    return text.upper()


def records(
    files: Sequence[Source], asked: Asked, codes: Terminology, knowledge: Knowledge
) -> tuple[Record, ...]:
    """Every record the files hold, or the one the user chose.

    Raises:
        SourceError: The files cannot be read, hold nobody, or not the chosen patient.
    """
    found = _read(files, asked, codes, knowledge)
    if asked.patient is not None:
        found = tuple(record for record in found if record.patient.id == asked.patient)
        if not found:
            raise SourceError(
                f"{files[0][0]}: --patient: no patient with this id is there; "
                "--format json without --patient shows every patient"
            )
    if not found:
        raise SourceError(
            f"{files[0][0]}: no patient and no clinical resource is there; "
            "give an intake form or FHIR R4"
        )
    return tuple(_in_country(record, asked.country) for record in found)


def _read(
    files: Sequence[Source], asked: Asked, codes: Terminology, knowledge: Knowledge
) -> tuple[Record, ...]:
    if len(files) == 1 and is_intake(files[0][1]):
        form = read_intake(*files[0], knowledge, as_of=asked.as_of, complete=asked.complete)
        return (form,)
    for name, content in files:
        if lacks_its_number(content):
            raise SourceError(f'{name}: intake: missing; write "intake": 1 at the top of the form')
        if is_intake(content):
            raise SourceError(
                f"{name}: is an intake form; a form is judged by itself: name the file"
            )
    return read_fhir(
        files, knowledge, as_of=asked.as_of, complete=asked.complete, terminology=codes
    )


def _in_country(record: Record, country: str | None) -> Record:
    if country is None:
        return record
    return replace(record, patient=replace(record.patient, country=country))
