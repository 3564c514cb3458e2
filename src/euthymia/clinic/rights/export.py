"""A copy of a chart: whole for its patient, without what is guarded for others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from euthymia.clinic.patients.models import Entry, Patient
from euthymia.clinic.patients.parts import Part
from euthymia.clinic.patients.record import form_of
from euthymia.clinic.rights.actions import standing_consents
from euthymia.clinic.rights.guarded import SUBSTANCE_USE, shareable
from euthymia.clinic.rights.models import Consent


def copy_for_patient(patient: Patient) -> dict[str, Any]:
    """Everything of the chart: to see one's own needs no consent."""
    return _copy(patient, list(patient.entries.standing()), left_out=0) | _beside(patient)


def copy_for_others(patient: Patient, under: Consent | None = None) -> dict[str, Any]:
    """The chart for another place; records of substance use go only under a consent to share them.

    Args:
        patient: Whose chart.
        under: The consent, for the one recipient and purpose that it names. Without it nothing
            goes that tells of such care: neither the consent itself nor the names of files.

    Raises:
        ValueError: The consent is of another chart or for something else, or stands no longer.
    """
    entries = list(patient.entries.standing())
    if under is None:
        shared, left_out = _shared(entries)
        return _copy(patient, shared, left_out)
    if under not in standing_consents(patient, SUBSTANCE_USE):
        raise ValueError("this consent does not let the chart out: choose one that stands")
    return _copy(patient, entries, left_out=0) | _beside(patient) | {"under": _terms(under)}


def _shared(entries: Iterable[Entry]) -> tuple[list[Entry], int]:
    """What of a chart may go without a consent, and how many entries were cut or left out."""
    shared, cut = [], []
    for entry in entries:
        told = shareable(entry)
        if told != entry.told:
            cut.append(entry)
        if told is not None:
            entry.told = told
            shared.append(entry)
    gone = {entry.part for entry in cut if entry not in shared}
    return _not_complete(shared, gone), len(cut)


def _terms(consent: Consent) -> dict[str, str]:
    """For whom and for what a copy is, until when, and that it is passed on no further."""
    return {
        "recipient": consent.choices.get("recipient", ""),
        "purpose": consent.choices.get("purpose", ""),
        "signed": consent.signed_at.isoformat(),
        "ends": consent.expires.isoformat() if consent.expires else "",
        "notice": _(
            "42 CFR Part 2: these records may not be passed on without the patient's written "
            "consent, unless that law allows it."
        ),
    }


def _not_complete(entries: list[Entry], gone: set[str]) -> list[Entry]:
    """A list of which an entry is left out is not told as complete: silence there says nothing."""
    for entry in entries:
        if entry.part == Part.COMPLETE:
            entry.told = [section for section in entry.told if section not in gone]
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
    }


def _beside(patient: Patient) -> dict[str, Any]:
    """What is kept beside the entries: which files, and what was agreed to."""
    return {
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
