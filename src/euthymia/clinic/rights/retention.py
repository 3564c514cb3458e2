"""Charts that are past their time, and how one is emptied."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from euthymia.clinic.patients.models import Contact, Entry, Patient, Request
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.rights.models import Consent, Wish
from euthymia.clinic.work.models import Task

REMOVED = "removed"


def past_their_time(clinic: Clinic, years: int) -> QuerySet[Patient]:
    """Charts whose last entry lies more than so many years back."""
    now = timezone.now()
    before = now.replace(year=now.year - years, day=min(now.day, 28))
    newest = Coalesce(Max("entries__at"), F("created"))
    here = Patient.objects.filter(clinic=clinic, emptied=None)
    return here.annotate(newest=newest).filter(newest__lt=before).order_by("newest")


Forget = Callable[[Patient], object]
_FORGET: list[Forget] = []


def forgets(forget: Forget) -> Forget:
    """Marks what a room above this one removes with a chart; it stands in its module `emptying`."""
    if forget not in _FORGET:
        _FORGET.append(forget)
    return forget


@transaction.atomic
def empty(patient: Patient, *, by: Access | None = None) -> None:
    """Removes who it is and all that was told, with every earlier version.

    The rows stay as empty shells, so that the audit, which is not touched, still has what it names.
    `by`: who does it, of the clinic of the chart.
    """
    if by is not None and patient.clinic_id != by.clinic.pk:
        raise ValueError("this chart is of another clinic: ask someone who works there")
    for forget in _FORGET:
        forget(patient)
    _forget_what_was_told(patient)
    _forget_rights(patient)
    _forget_tasks(patient)
    _forget_who(patient)


def _forget_what_was_told(patient: Patient) -> None:
    now = timezone.now()
    Entry.history.filter(patient_id=patient.pk).delete()
    patient.entries.update(told={}, struck=now, struck_why=REMOVED)
    patient.documents.update(name=REMOVED, subject="", content=b"", struck=now)


def _forget_rights(patient: Patient) -> None:
    for model in (Consent, Wish):
        model._default_manager.filter(patient=patient).delete()
        model.history.filter(
            patient_id=patient.pk
        ).delete()  # after: a removal leaves a version too


def _forget_tasks(patient: Patient) -> None:
    """What was written when a task about the patient was closed."""
    closed = Task.objects.filter(patient=patient.pk).exclude(done=None)
    closed.update(done_how=REMOVED, next_step="")


def _forget_who(patient: Patient) -> None:
    """Name, contact and birth date, here and in the requests that led here."""
    nobody: dict[str, str | None] = {"family_name": REMOVED, "birth_date": None}
    nobody |= dict.fromkeys(("given_name", "phone", "email", "address", "contact_person"), "")
    Contact.objects.filter(request__patient=patient).update(says=REMOVED)
    Request.history.filter(patient_id=patient.pk).delete()
    Request.objects.filter(patient=patient).update(
        **nobody, told={}, summary=[], best_time="", closed_why=""
    )
    Patient.history.filter(id=patient.pk).delete()
    Patient.objects.filter(pk=patient.pk).update(
        **nobody, called="", sex="", age_told=None, emptied=timezone.now()
    )
