"""From tables to a Record: the only place that knows both."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

from euthymia.clinic.patients.ageing import aged
from euthymia.clinic.patients.models import Document, Entry, Patient
from euthymia.clinic.patients.parts import SINGLE
from euthymia.exchange.countries import region_of
from euthymia.exchange.fhir import NONE, read_fhir
from euthymia.exchange.intake import read_intake
from euthymia.knowledge import Knowledge
from euthymia.library import shipped
from euthymia.record import Record
from euthymia.record.joining import joined

Json = dict[str, Any]
Files = Mapping[str, bytes]
"""FHIR files by name."""
DAYS_PER_YEAR = 365.25
CHART = "chart"
"""What the reader of forms calls a chart in its messages."""


def form_of(patient: Patient, as_of: date, entries: Iterable[Entry] | None = None) -> Json:
    """The chart as an intake form of this day (contracts/intake.md), as far as it still speaks.

    `entries`: those that stand; read from the database where None.
    """
    who = _who(patient, as_of)
    form: Json = {"intake": 1, "as_of": as_of.isoformat(), "patient": who}
    form["region"] = region_of(who.get("country", ""))
    zone, knowledge = ZoneInfo(patient.clinic.zone), shipped()
    for entry in entries if entries is not None else patient.entries.standing():
        since = entry.at.astimezone(zone).date()
        told = aged(entry.part, entry.told, since, as_of, knowledge)
        if told is not None:
            _place(form, entry.part, told)
    return form


def record_of(patient: Patient, as_of: date, knowledge: Knowledge) -> Record:
    """What is known of a patient on a day: the chart, and the files that were brought.

    Raises:
        SourceError: The chart contradicts itself; the line names the entry and the mend.
    """
    return record_from(form_of(patient, as_of), files_of(patient), knowledge)


def record_from(form: Json, brought: Iterable[Files], knowledge: Knowledge) -> Record:
    """The record that a form and FHIR files tell together. Pure: used for old snapshots too.

    `brought`: the files of each import. Two imports are read apart, since two hospitals may use one
    id for two things.
    """
    told = read_intake(CHART, json.dumps(form).encode(), knowledge)
    found = (one for files in brought for one in _read_together(files, told, knowledge))
    return reduce(joined, found, told)


def _read_together(files: Files, told: Record, knowledge: Knowledge) -> tuple[Record, ...]:
    day, whole, sources = told.as_of, told.complete, sorted(files.items())
    return read_fhir(sources, knowledge, as_of=day, complete=whole, terminology=NONE)


def files_of(patient: Patient) -> list[Files]:
    """The FHIR files that stand in a chart."""
    return by_batch(patient.documents.filter(struck=None))


def by_batch(documents: Iterable[Document]) -> list[Files]:
    """The files of each import by their names, in an order that is always the same."""
    batches: dict[str, dict[str, bytes]] = {}
    for one in documents:
        batches.setdefault(one.batch, {})[f"{one.digest[:12]}.json"] = bytes(one.content)
    return [batches[batch] for batch in sorted(batches)]


def _who(patient: Patient, as_of: date) -> Json:
    told = {
        "id": f"{'synthetic-' if patient.synthetic else ''}chart-{patient.number}",
        "sex": patient.sex,
        "birth_date": patient.birth_date and patient.birth_date.isoformat(),
        "age_years": _age_told(patient, as_of),
        "country": patient.country or patient.clinic.country,
    }
    return {name: value for name, value in told.items() if value is not None and value != ""}


def _age_told(patient: Patient, as_of: date) -> float | None:
    """The age that was told, grown by the time since; None where the birth date is known."""
    if patient.birth_date or patient.age_told is None or patient.age_told_on is None:
        return None
    return patient.age_told + max((as_of - patient.age_told_on).days, 0) / DAYS_PER_YEAR


def _place(form: Json, part: str, told: Any) -> None:
    """Puts an entry where the form has it: `screening.tass` is `tass` within `screening`."""
    *rooms, name = part.split(".")
    for room in rooms:
        form = form.setdefault(room, {})
    if part in SINGLE:
        form[name] = told
    else:
        form.setdefault(name, []).append(told)
