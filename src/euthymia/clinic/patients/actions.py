"""What can be done to a chart. Each is done whole or not at all, by someone named."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from euthymia.clinic.patients import danger
from euthymia.clinic.patients.faults import UnreadableError
from euthymia.clinic.patients.filling import new_entries, together
from euthymia.clinic.patients.models import Entry, Patient, Source
from euthymia.clinic.patients.parts import SINGLE, Part
from euthymia.clinic.patients.record import form_of
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import User
from euthymia.clinic.people.quicker import MovedOnError
from euthymia.clinic.work import actions as work
from euthymia.clinic.work.models import Task
from euthymia.exchange.faults import SourceError
from euthymia.exchange.intake import read_intake
from euthymia.library import shipped

DAYS = ("date", "start", "onset", "since", "end", "resolved")
"""Names under which an entry holds a day."""
LATE = "dated after the day"
"""How the reader of forms begins to say that an entry lies ahead."""


@transaction.atomic
def add(  # noqa: PLR0913 - one entry, by name
    patient: Patient,
    part: str,
    told: Any,
    *,
    by: Access,
    source: str = Source.STAFF,
    substance_use: bool = False,
) -> Entry:
    """Adds an entry to a chart, or sets a part that is told once.

    Raises:
        UnreadableError: The form has no room for it, or it contradicts what stands.
        MovedOnError: The part is told once and stands already.
    """
    hold(patient)
    standing = patient.entries.standing().filter(part=part).first() if part in SINGLE else None
    if standing is not None:
        raise MovedOnError(standing, told)
    entry = Entry(patient=patient, part=part, told=told, by=by.user, source=source)
    entry.substance_use = substance_use
    require_readable(patient, entry)
    entry.save()
    if tells_of_danger(entry):
        _ring(patient, by)
    return entry


@transaction.atomic
def change(
    entry: Entry, told: Any, *, version: int, by: Access, substance_use: bool | None = None
) -> Entry:
    """Changes an entry that is still as the editor saw it.

    Raises:
        MovedOnError: It is not; `standing` of the exception is as it stands, `mine` what was to be.
        UnreadableError: The form has no room for the new.
    """
    entry = held(entry, version, told)
    entry.told, entry.by, entry.at = told, by.user, timezone.now()
    entry.source, entry.sent_by = Source.STAFF, None  # the earlier source stays in the history
    if substance_use is not None:
        entry.substance_use = substance_use
    require_readable(entry.patient, entry)
    entry.version += 1
    entry.save()
    if tells_of_danger(entry):
        _ring(entry.patient, by)
    return entry


@transaction.atomic
def move_trials(moved: Iterable[tuple[Entry, int, Any]], *, by: Access) -> list[Entry]:
    """Changes several trials at once: each with the version that was seen and what it becomes.

    Raises:
        MovedOnError, UnreadableError: As for one; then none of them is changed.
    """
    return [change(entry, told, version=version, by=by) for entry, version, told in moved]


@transaction.atomic
def strike(entry: Entry, why: str, *, version: int, by: Access) -> None:
    """Strikes an entry out, with the reason; it stays in the history.

    Raises:
        MovedOnError: It was changed or struck meanwhile.
        UnreadableError: Another entry rests on it.
    """
    entry = held(entry, version, None)
    entry.struck, entry.struck_why, entry.by = timezone.now(), why, by.user
    entry.version += 1
    entry.save()
    require_whole(entry.patient)


@transaction.atomic
def bring_back(entry: Entry, *, version: int, by: Access) -> Entry:
    """Reads a struck entry again. Its striking and the reason stay in the history.

    Raises:
        MovedOnError: It was brought back meanwhile, or its part is told once and stands anew.
        UnreadableError: The chart cannot be read with it.
    """
    standing = _locked(entry)
    if standing.version != version or standing.struck is None:
        raise MovedOnError(standing)
    twin = standing.patient.entries.standing().filter(part=standing.part).first()
    if standing.part in SINGLE and twin is not None:
        raise MovedOnError(twin, standing.told)
    standing.struck, standing.struck_why, standing.by = None, "", by.user
    standing.version += 1
    require_readable(standing.patient, standing)
    standing.save()
    if tells_of_danger(standing):
        _ring(standing.patient, by)
    return standing


def held(entry: Entry, version: int, mine: Any) -> Entry:
    """The entry, held until the transaction ends. Raises MovedOnError where it moved on."""
    standing = _locked(entry)
    if standing.version != version or standing.struck is not None:
        raise MovedOnError(standing, mine)
    return standing


def _locked(entry: Entry) -> Entry:
    hold(entry.patient)
    standing = Entry.objects.select_for_update().get(pk=entry.pk)
    standing.patient = entry.patient
    return standing


def hold(patient: Patient) -> None:
    """Holds a chart until the transaction ends, and reads the patient anew.

    Whoever writes to a chart does this first: so no form that comes in meanwhile overwrites an
    answer that was just saved, and no two writers wait for each other.
    """
    patient.refresh_from_db(from_queryset=Patient.objects.select_for_update())


def require_readable(patient: Patient, entry: Entry) -> None:
    """Holds a chart, with this entry in it, against the reader of the form.

    Raises:
        UnreadableError: One line with the place, the fault and the mend.
    """
    others = [one for one in patient.entries.standing() if one.pk != entry.pk]
    number = None if entry.part in SINGLE else sum(one.part == entry.part for one in others)
    record = _read(patient, [*others, entry], entry.part, number)
    place = f"{entry.part}[{number}]"
    if any(one.resource == place and one.why.startswith(LATE) for one in record.reading.skipped):
        why = f"chart: {place}{_late_day(entry)}: dated after today; correct the date"
        raise UnreadableError(why, entry.part, number)


def _late_day(entry: Entry) -> str:
    """Which day of an entry lies ahead, as a place; empty where none of its own does."""
    today = timezone.localdate().isoformat()
    days = (name for name in DAYS if str(entry.told.get(name, "")) > today)
    return next((f".{name}" for name in days), "")


def require_whole(patient: Patient) -> None:
    """Holds a chart as it stands against the reader of the form. Raises UnreadableError."""
    _read(patient, list(patient.entries.standing()))


def _read(
    patient: Patient, entries: Sequence[Entry], part: str = "", number: int | None = None
) -> Any:
    form = form_of(patient, timezone.localdate(), entries)
    try:
        return read_intake("chart", json.dumps(form).encode(), shipped())
    except SourceError as fault:
        raise UnreadableError(str(fault), part, number) from fault


@transaction.atomic
def fill(  # noqa: PLR0913 - one form, by name
    patient: Patient,
    form: dict[str, Any],
    *,
    by: Access | None,
    source: str,
    rung: bool = False,
    sent_by: User | None = None,
) -> list[Entry]:
    """Puts a whole intake form into a chart, and returns the entries that are new or fuller.

    What stands is kept: a part told once is only filled where it was silent (of a safety question
    the graver answer holds), an entry that says what another says already is not added twice, and
    trials get names of their own. `as_of` and the patient's id are not the chart's to keep.

    Args:
        patient: Whose chart.
        form: An intake form (contracts/intake.md), whole or in part.
        by: Who does it; None where the patient sent it.
        source: Where it comes from.
        rung: Whether people were called already to what of danger the form tells.
        sent_by: Who sent the patient the link it comes by; None where it came otherwise.

    Raises:
        UnreadableError: Chart and form together cannot be read; then nothing is added.
    """
    form = as_a_form(form)
    _read_alone(form)
    hold(patient)
    _complete_person(patient, form.get("patient", {}), form["as_of"])
    standing = list(patient.entries.standing())
    told = new_entries(form, [(one.part, one.told) for one in standing])
    stand = {one.part: one for one in standing if one.part in SINGLE}
    fuller = (_entry_for(patient, stand.get(part), part, one) for part, one in told)
    changed = [_kept(entry, source, by, sent_by) for entry in fuller if entry is not None]
    require_whole(patient)
    if not rung and danger.is_told(form):
        _ring(patient, by)
    return changed


def _kept(entry: Entry, source: str, by: Access | None, sent_by: User | None) -> Entry:
    """Saves what is new or fuller, as told by whoever told it last; the history has the rest."""
    entry.by, entry.source, entry.sent_by = by.user if by else None, source, sent_by
    entry.save()
    return entry


def as_a_form(form: dict[str, Any]) -> dict[str, Any]:
    """What was told as a whole form; of today where it names no day."""
    return {"intake": 1, "as_of": timezone.localdate().isoformat(), **form}


def _read_alone(form: dict[str, Any]) -> None:
    try:
        read_intake("form", json.dumps(form).encode(), shipped())
    except SourceError as fault:
        raise UnreadableError(str(fault)) from fault


def _entry_for(patient: Patient, standing: Entry | None, part: str, told: Any) -> Entry | None:
    """What is new, or what stands filled up; None where nothing comes of it. Not saved yet."""
    if standing is None:
        return Entry(patient=patient, part=part, told=told)
    both = together(part, standing.told, told)
    if both == standing.told:
        return None
    standing.told, standing.at, standing.version = both, timezone.now(), standing.version + 1
    return standing


def _complete_person(patient: Patient, told: dict[str, Any], as_of: str) -> None:
    """Sex, birth date, age and country, each only where the chart has none."""
    before = (patient.sex, patient.birth_date, patient.country, patient.age_told)
    patient.sex = patient.sex or told.get("sex", "")
    patient.country = patient.country or told.get("country", "")
    if patient.birth_date is None and "birth_date" in told:
        patient.birth_date = date.fromisoformat(told["birth_date"])
    if patient.birth_date is None and patient.age_told is None and "age_years" in told:
        patient.age_told, patient.age_told_on = told["age_years"], date.fromisoformat(as_of)
    if before != (patient.sex, patient.birth_date, patient.country, patient.age_told):
        patient.version += 1
        patient.save()


def tells_of_danger(entry: Entry) -> bool:
    """Whether a scale that was entered shows danger now, such as a suicide item that is not 0."""
    return entry.part == Part.SCALES and danger.is_told(as_a_form({"scales": [entry.told]}))


def _ring(patient: Patient, by: Access | None) -> None:
    """Calls whoever entered a sign of danger, or the clinicians; an open alarm rings again."""
    who = by.user if by else None
    says = _("Open this chart now and speak with the patient")
    work.ring(patient.clinic, says=says, patient=patient.pk, owner=who, seen_by=who)


def open_alarm(patient: Patient) -> Task | None:
    """The safety task of this patient that nobody has settled yet."""
    return work.open_alarm(patient.clinic, patient=patient.pk)


__all__ = [
    "MovedOnError",
    "UnreadableError",
    "add",
    "as_a_form",
    "bring_back",
    "change",
    "fill",
    "move_trials",
    "open_alarm",
    "strike",
    "tells_of_danger",
]
