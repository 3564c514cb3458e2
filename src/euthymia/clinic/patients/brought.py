"""What the files that were brought add to a chart, part by part, and what of them was not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from euthymia.clinic.patients.models import Document, Patient
from euthymia.clinic.patients.parts import Part
from euthymia.clinic.patients.record import by_batch
from euthymia.exchange.faults import SourceError
from euthymia.exchange.fhir import NONE, read_fhir
from euthymia.library import shipped
from euthymia.record import Record
from euthymia.record.quality import Skipped

LISTS: Mapping[str, str] = {
    Part.DIAGNOSES: "diagnoses",
    Part.TRIALS: "exposures",
    Part.NONDRUG: "nondrug_trials",
    Part.MEDICATIONS: "medications",
    Part.SCALES: "ratings",
    Part.LABS: "labs",
    Part.VITALS: "vitals",
    Part.IMPLANTS: "implants",
    Part.SEIZURES: "seizures",
}
"""Where a record keeps what a part of the chart shows."""


@dataclass(frozen=True)
class InFiles:
    """What stands in files.

    Attributes:
        parts: For each part of the chart, how many entries of it stand in which files.
        skipped: Entries that were not read, and why.
        unmapped: Codes that no page knows, with how often each was met.
        fault: Why a file cannot be read at all; empty where each can.
    """

    parts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    skipped: Sequence[Skipped] = ()
    unmapped: Mapping[str, int] = field(default_factory=dict)
    fault: str = ""


def in_files(patient: Patient, today: date) -> InFiles:
    """What the files of a chart say, import by import."""
    documents = list(patient.documents.filter(struck=None).order_by("pk"))
    try:
        read = [one for batch in _batches(documents) for one in _read(batch, today)]
    except SourceError as fault:
        return InFiles(fault=str(fault))
    unknown = sum((Counter(record.reading.unmapped) for _name, record in read), Counter())
    return InFiles(
        parts=_by_part(read),
        skipped=[one for _name, record in read for one in record.reading.skipped],
        unmapped=dict(unknown),
    )


def _batches(documents: Iterable[Document]) -> Iterable[list[Document]]:
    batches: dict[str, list[Document]] = {}
    for one in documents:
        batches.setdefault(one.batch, []).append(one)
    return batches.values()


def _read(batch: Sequence[Document], today: date) -> Iterable[tuple[str, Record]]:
    """The records of one import, each with the names of its files."""
    names = ", ".join(sorted({one.name for one in batch}))
    sources = sorted(by_batch(batch)[0].items())
    found = read_fhir(sources, shipped(), as_of=today, complete=frozenset(), terminology=NONE)
    return [(names, record) for record in found]


def _by_part(read: Iterable[tuple[str, Record]]) -> Mapping[str, Mapping[str, int]]:
    parts: dict[str, Counter[str]] = {part: Counter() for part in LISTS}
    for names, record in read:
        for part, where in LISTS.items():
            parts[part][names] += len(getattr(record, where))
    return {part: dict(+counted) for part, counted in parts.items()}
