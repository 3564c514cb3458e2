"""Brought files that tell of danger call someone, as an answer in a form does.

What counts is what the files of one import tell by themselves, whatever the chart told before: an
old sign in a chart never hides a new one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.utils.translation import gettext as _
from msgspec.structs import replace

from euthymia.clinic.patients.danger import is_told_in
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.patients.record import by_batch
from euthymia.clinic.people.access import Access
from euthymia.clinic.work.actions import ring
from euthymia.exchange.fhir import NONE, read_fhir
from euthymia.library import shipped
from euthymia.record import Record
from euthymia.record.entries import Diagnosis, Rating

Entry = TypeVar("Entry", Rating, Diagnosis)


def call_to(patient: Patient, batch: str, before: Record, *, by: Access) -> None:
    """Makes a danger sign that an import tells anew somebody's task at once.

    Args:
        patient: Whose chart.
        batch: Which import, as its documents name it.
        before: What chart and files told before it was read.
        by: Who brought it, and is called.
    """
    if any(is_told_in(_new_in(told, before)) for told in _read(patient, batch, before)):
        says = _("A file that was taken in needs an answer now")
        ring(by.clinic, says=says, patient=patient.pk, owner=by.user)


def _read(patient: Patient, batch: str, before: Record) -> tuple[Record, ...]:
    """What the standing files of one import tell, of the same day as the chart."""
    [files] = by_batch(patient.documents.filter(struck=None, batch=batch))
    return read_fhir(sorted(files.items()), shipped(), as_of=before.as_of, terminology=NONE)


def _new_in(told: Record, before: Record) -> Record:
    """Without the answers that the chart held from a file already: those have called someone."""
    return replace(
        told,
        ratings=tuple(_not_held(told.ratings, before.ratings)),
        diagnoses=tuple(_not_held(told.diagnoses, before.diagnoses)),
    )


def _not_held(told: Iterable[Entry], held: tuple[Entry, ...]) -> Iterable[Entry]:
    """What is told without a day is of today, and so is always new."""
    return (one for one in told if one not in held or not _is_dated(one))


def _is_dated(one: Rating | Diagnosis) -> bool:
    days = (one.taken,) if isinstance(one, Rating) else (one.recorded, one.onset, one.resolved)
    return any(days)
