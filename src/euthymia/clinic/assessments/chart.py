"""The chart as an assessment takes it: the form of a day, and the files that were brought."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from euthymia.clinic.assessments.models import Assessment
from euthymia.clinic.patients.followed import with_courses
from euthymia.clinic.patients.given import Given, given_to
from euthymia.clinic.patients.models import Document, Patient
from euthymia.clinic.patients.record import Files, by_batch, form_of, record_from
from euthymia.knowledge import Knowledge
from euthymia.library import FOLDER
from euthymia.record import Record


@dataclass(frozen=True)
class Chart:
    """What stood in a chart: an intake form, each file as `batch/digest`, the courses given."""

    patient: Patient
    form: dict[str, Any]
    files: tuple[str, ...]
    given: tuple[Given, ...]

    @property
    def digest(self) -> str:
        """The same for the same content, on whatever day it is read."""
        content = {name: one for name, one in self.form.items() if name != "as_of"}
        ended = [one.told() for one in self.given if one.ended]  # one that goes on is not read
        parts = [content, self.files, *([ended] if ended else [])]
        told = json.dumps(parts, sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(told.encode()).hexdigest()

    def record(self, knowledge: Knowledge) -> Record:
        """The record that it tells. Raises SourceError where it contradicts itself."""
        record = record_from(self.form, _brought(self.patient, self.files), knowledge)
        return with_courses(record, self.given, knowledge)

    @property
    def given_told(self) -> list[dict[str, Any]]:
        """The courses given here, as they are kept with an assessment."""
        return [one.told() for one in self.given]


def chart_of(patient: Patient, as_of: date) -> Chart:
    """The chart as it stands now."""
    standing = patient.documents.filter(struck=None).order_by("batch", "digest")
    files = tuple(f"{batch}/{digest}" for batch, digest in standing.values_list("batch", "digest"))
    return Chart(patient, form_of(patient, as_of), files, given_to(patient))


def chart_kept(assessment: Assessment) -> Chart:
    """The chart as it stood when the assessment was made."""
    kept = assessment.kept
    given = tuple(Given.from_told(one) for one in kept.given)
    return Chart(assessment.patient, kept.form, tuple(kept.files), given)


def _brought(patient: Patient, files: Sequence[str]) -> list[Files]:
    """The files of each import, wherever in the clinic their chart went: a file never changes.

    The rows of the patient come before others of the same content, and a row that was emptied is
    no file any more.
    """
    digests = {one.rpartition("/")[2] for one in files}
    here = Document.objects.filter(digest__in=digests, patient__clinic=patient.clinic_id)
    held = {
        f"{one.batch}/{one.digest}": one
        for one in sorted(here, key=_own_last(patient))
        if one.content
    }
    return by_batch(held[name] for name in files if name in held)


def _own_last(patient: Patient) -> Callable[[Document], bool]:
    return lambda one: one.patient_id == patient.pk


@cache
def pages_digest() -> str:
    """SHA-256 over every page of the knowledge that this program judges by."""
    told = hashlib.sha256()
    for page in sorted(FOLDER.rglob("*.toml")):
        told.update(str(page.relative_to(FOLDER)).encode() + b"\0" + page.read_bytes() + b"\0")
    return told.hexdigest()
