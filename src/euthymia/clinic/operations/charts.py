"""Charts made from intake forms, all at once: for the demonstration and for measuring."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from simple_history.utils import bulk_create_with_history

from euthymia.clinic.patients.filling import entries_of
from euthymia.clinic.patients.models import Entry, Patient
from euthymia.clinic.people.models import Clinic, User
from euthymia.exchange.intake import read_intake
from euthymia.library import shipped

Json = dict[str, Any]
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def moved_to(form: Json, today: date) -> Json:
    """The same form with every day moved by as much as its `as_of` lies before today."""
    by = today - date.fromisoformat(form["as_of"])

    def moved(told: Any) -> Any:
        if isinstance(told, dict):
            return {name: moved(value) for name, value in told.items()}
        if isinstance(told, list):
            return [moved(value) for value in told]
        return _later(told, by)

    return moved(form) if by else form


def _later(told: Any, by: timedelta) -> Any:
    if isinstance(told, str) and _DAY.fullmatch(told):
        return (date.fromisoformat(told) + by).isoformat()
    return told


def chart_from(  # noqa: PLR0913 - who it is, by name
    form: Json, *, clinic: Clinic, number: int, family: str, given: str, by: User | None
) -> Patient:
    """An invented patient with the chart that a form tells. Raises SourceError for a wrong form."""
    read_intake("form", json.dumps(form).encode(), shipped())
    told = form["patient"]
    patient = Patient.objects.create(
        clinic=clinic,
        number=number,
        family_name=family,
        given_name=given,
        birth_date=_born(form),
        sex=told.get("sex", ""),
        country=told.get("country", ""),
        phone=f"555 {1000 + number % 9000}",
        synthetic=True,
    )
    fill([patient], [form], by=by)
    return patient


def fill(patients: Sequence[Patient], forms: Sequence[Json], *, by: User | None) -> None:
    """The entries of many charts in few statements, each with its first version."""
    entries = [
        Entry(patient=patient, part=part, told=told, by=by)
        for patient, form in zip(patients, forms, strict=True)
        for part, told in entries_of(form)
    ]
    bulk_create_with_history(entries, Entry, batch_size=500, default_user=by)


def _born(form: Json) -> date | None:
    told = form["patient"]
    if "birth_date" in told:
        return date.fromisoformat(told["birth_date"])
    if "age_years" in told:
        as_of = date.fromisoformat(form["as_of"])
        return date(as_of.year - int(told["age_years"]), 1, 1)
    return None
