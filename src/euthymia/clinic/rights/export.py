"""A copy of a chart: whole for its patient, without what is guarded for others."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from euthymia.clinic.patients.models import Entry, Patient
from euthymia.clinic.patients.parts import Part
from euthymia.clinic.patients.record import form_of
from euthymia.clinic.rights.actions import standing_consent
from euthymia.clinic.rights.guarded import SUBSTANCE_USE, shareable


def copy_for_patient(patient: Patient) -> dict[str, Any]:
    """Everything of the chart: to see one's own needs no consent."""
    return _copy(patient, list(patient.entries.standing()), left_out=0)


def copy_for_others(patient: Patient) -> dict[str, Any]:
    """The chart for another place; records of substance use go only with a standing consent."""
    entries = list(patient.entries.standing())
    if standing_consent(patient, SUBSTANCE_USE) is not None:
        return _copy(patient, entries, left_out=0)
    shared, cut = [], set()
    left_out = 0
    for entry in entries:
        told = shareable(entry)
        if told != entry.told:
            left_out += 1
            cut.add(entry.part)
        if told is not None:
            entry.told = told
            shared.append(entry)
    return _copy(patient, _not_complete(shared, cut), left_out)


def _not_complete(entries: list[Entry], cut: set[str]) -> list[Entry]:
    """A list that was cut is not told as complete: silence there says nothing."""
    for entry in entries:
        if entry.part == Part.COMPLETE:
            entry.told = [section for section in entry.told if section not in cut]
    return entries


def _copy(patient: Patient, entries: list[Entry], left_out: int) -> dict[str, Any]:
    return {
        "made": timezone.now().isoformat(),
        "clinic": patient.clinic.name,
        "chart": patient.number,
        "name": patient.name,
        "entries_left_out_or_cut_for_want_of_consent": left_out,
        "intake": form_of(patient, timezone.localdate(), entries),
        "entries": [_told(entry) for entry in entries],
        "files": [
            {"name": one.name, "sha256": one.digest, "received": one.at.isoformat()}
            for one in patient.documents.filter(struck=None)
        ],
        "consents": [
            {"form": one.form, "version": one.version, "signed": one.signed_at.isoformat()}
            for one in patient.consents.all()
        ],
    }


def _told(entry: Entry) -> dict[str, Any]:
    return {
        "part": entry.part,
        "told": entry.told,
        "source": entry.source,
        "at": entry.at.isoformat(),
        "about_substance_use": entry.substance_use,
    }
