"""Two charts of one person as one, and parted again where that was wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from euthymia.clinic.audit.models import Row
from euthymia.clinic.patients.actions import require_whole
from euthymia.clinic.patients.faults import UnreadableError
from euthymia.clinic.patients.filling import named_apart
from euthymia.clinic.patients.models import Entry, Patient
from euthymia.clinic.patients.parts import SINGLE, Part
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import User
from euthymia.clinic.rights.models import Merge

STAY = (Row, Merge, Patient)
"""Tables that a merge leaves as they are."""


@dataclass
class CannotMergeError(Exception):
    """The two charts cannot become one; `why` says what to settle first."""

    why: str


@transaction.atomic
def merge(kept: Patient, gone: Patient, why: str, *, by: Access) -> Merge:
    """Makes two charts one: everything of `gone` moves to `kept`, and is written down.

    Raises:
        CannotMergeError: They are of two clinics, one is merged already, they differ in sex or
            date of birth, both tell a part that can be told only once, or together they could not
            be read.
    """
    kept, gone = _held(kept, gone)
    _refuse_two_people(kept, gone)
    _refuse_what_both_tell_once(kept, gone)
    _name_trials_apart(kept, gone)
    moved = {place: list(numbers) for place, numbers in _move(gone, kept)}
    try:
        require_whole(kept)
    except UnreadableError as fault:
        raise CannotMergeError(fault.why) from fault
    Patient.objects.filter(pk=gone.pk).update(merged_into=kept)
    guarding = _guarded_as_either(kept, gone)
    return Merge.objects.create(
        kept=kept, gone=gone, moved=moved, guarding=guarding, why=why, by=by.user
    )


@transaction.atomic
def part(merged: Merge, *, by: Access) -> None:
    """Takes a merge back: what had moved goes back to its own chart."""
    standing = Merge.objects.select_for_update().get(pk=merged.pk)
    if standing.undone is not None:
        return
    for place, numbers in standing.moved.items():
        label, _dot, column = place.rpartition(".")
        _rows(apps.get_model(label), numbers).update(**{column: standing.gone_id})
    Patient.objects.filter(pk=standing.gone_id).update(merged_into=None)
    _guarded_as_before(standing)
    standing.undone, standing.undone_by = timezone.now(), by.user
    standing.save()


def _held(kept: Patient, gone: Patient) -> tuple[Patient, Patient]:
    rows = Patient.objects.select_for_update().in_bulk([kept.pk, gone.pk])
    first, second = rows[kept.pk], rows[gone.pk]
    if first.pk == second.pk or first.clinic_id != second.clinic_id:
        raise CannotMergeError(_("These are not two charts of one clinic: choose two."))
    if first.merged_into_id or second.merged_into_id:
        raise CannotMergeError(_("One of these charts is merged already: part them first."))
    return first, second


def _refuse_two_people(kept: Patient, gone: Patient) -> None:
    """Sex and date of birth, where both charts know them, are those of one person."""
    pairs = {
        _("sex"): (kept.sex, gone.sex),
        _("date of birth"): (kept.birth_date, gone.birth_date),
    }
    apart = [name for name, (one, other) in pairs.items() if one and other and one != other]
    if apart:
        raise CannotMergeError(
            _("The charts differ in: %(what)s. Correct the wrong one first, if it is one person.")
            % {"what": ", ".join(apart)}
        )


def _guarded_as_either(kept: Patient, gone: Patient) -> dict[str, Any]:
    """Guards the kept chart where one of them was, for both care teams; what that changed."""
    if not (kept.guarded or gone.guarded):
        return {}
    joining = gone.care_team.exclude(pk__in=kept.care_team.all())
    changed = {"began": not kept.guarded, "joined": [user.pk for user in joining]}
    _guard(kept, guarded=True, team=[*kept.care_team.all(), *joining])
    return changed


def _guarded_as_before(merged: Merge) -> None:
    changed = merged.guarding
    if not changed:
        return
    kept = Patient.objects.select_for_update().get(pk=merged.kept_id)
    team = kept.care_team.exclude(pk__in=changed["joined"])
    _guard(kept, guarded=kept.guarded and not changed["began"], team=list(team))


def _guard(patient: Patient, *, guarded: bool, team: list[User]) -> None:
    patient.guarded = guarded
    patient.version += 1
    patient.save(update_fields=["guarded", "version"])
    patient.care_team.set(team)


def _refuse_what_both_tell_once(kept: Patient, gone: Patient) -> None:
    told = [{entry.part for entry in one.entries.standing()} & SINGLE for one in (kept, gone)]
    twice = sorted(str(Part(one).label) for one in told[0] & told[1])
    if twice:
        raise CannotMergeError(
            _("Both charts tell: %(parts)s. Strike one of each out first, with its reason.")
            % {"parts": ", ".join(twice)}
        )


def _name_trials_apart(kept: Patient, gone: Patient) -> None:
    """Gives the trials of `gone` names that `kept` does not use; they still point to each other."""
    taken = {one.told["id"] for one in kept.entries.standing().filter(part=Part.TRIALS)}
    moving = list(gone.entries.standing().filter(part=Part.TRIALS))
    renamed = named_apart([entry.told for entry in moving], taken)
    for entry, told in zip(moving, renamed, strict=True):
        if told != entry.told:
            Entry.objects.filter(pk=entry.pk).update(told=told)


def _move(gone: Patient, kept: Patient) -> Iterator[tuple[str, Iterator[int]]]:
    """Hands every row that names the one to the other; what the other has already stays behind."""
    for model, column in _naming_a_patient():
        rows = _rows_of(model, column, gone)
        moved = (row.pk for row in rows if _handed_over(row, column, kept))
        yield f"{model._meta.label}.{column}", moved


def _handed_over(row: Model, column: str, kept: Patient) -> bool:
    """Whether it moved. One that the kept chart holds as well, such as a file, does not."""
    try:
        with transaction.atomic():
            _rows(type(row), [row.pk]).update(**{column: kept.pk})
    except IntegrityError:
        return False
    return True


def _naming_a_patient() -> Iterator[tuple[type[Model], str]]:
    """Every table of the clinic that says whose a row is, and the column that says it."""
    for model in apps.get_models():
        ours = model.__module__.startswith("euthymia.") and not hasattr(model, "history_type")
        if ours and model not in STAY:
            columns = (one.attname for one in model._meta.concrete_fields if one.name == "patient")
            yield from ((model, column) for column in columns)


def _rows_of(model: type[Model], column: str, patient: Patient) -> QuerySet[Model]:
    return model._default_manager.filter(**{column: patient.pk})


def _rows(model: type[Model], numbers: list[int]) -> QuerySet[Model]:
    return model._default_manager.filter(pk__in=numbers)
