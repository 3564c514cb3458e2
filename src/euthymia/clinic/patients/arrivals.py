"""What can be done to a request, and to who a patient is. Whole or not at all, by someone named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from euthymia.clinic.patients import danger
from euthymia.clinic.patients.actions import as_a_form, fill
from euthymia.clinic.patients.models import Contact, Patient, Request, Source
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic, User
from euthymia.clinic.people.quicker import MovedOnError
from euthymia.clinic.work import actions as work
from euthymia.clinic.work.models import Task, Try

State = Request.State


@transaction.atomic
def enrol(patient: Patient, *, by: Access, team: Iterable[User] = ()) -> Patient:
    """Opens a chart for a person, under the next number of the clinic."""
    clinic = Clinic.objects.select_for_update().get(pk=by.clinic.pk)  # one number at a time
    last = Patient.objects.filter(clinic=clinic).aggregate(last=Max("number"))["last"] or 0
    patient.clinic, patient.number, patient.synthetic = clinic, last + 1, clinic.is_demo
    patient.save(force_insert=True)
    patient.care_team.set(team)
    return patient


@transaction.atomic
def correct(patient: Patient, fields: dict[str, Any], *, version: int, by: Access) -> Patient:
    """Corrects who a patient is, or who may see the chart. `care_team` may be among the fields.

    Raises:
        MovedOnError: Someone else corrected it meanwhile; it holds the patient as it stands.
    """
    visible = Patient.objects.seen_by(by).values("pk")
    standing = Patient.objects.select_for_update().get(pk=patient.pk, pk__in=visible)
    if standing.version != version:
        raise MovedOnError(standing)
    team = fields.get("care_team")
    for name, value in fields.items():
        if name != "care_team":
            setattr(standing, name, value)
    standing.version += 1
    if team is not None:
        standing.care_team.set(team)
    standing.save()
    return standing


@transaction.atomic
def told_where(patient: Patient, told: Mapping[str, str]) -> None:
    """Keeps where a patient says they live and whom to call; the history has what stood before.

    Unlike what is told for the chart it replaces: nobody knows better where help would find them.
    """
    if told:
        for name in ("address", "contact_person"):
            setattr(patient, name, told.get(name) or getattr(patient, name))
        patient.version += 1
        patient.save()


@transaction.atomic
def note_contact(request: Request, says: str, *, version: int, by: Access) -> None:
    """Notes a try to reach someone. Raises MovedOnError where the request moved on."""
    standing = _held(request, version)
    Contact.objects.create(request=standing, says=says, by=by.user)
    standing.state = State.CONTACTED
    _save(standing)


@transaction.atomic
def accept(request: Request, patient: Patient | None, *, version: int, by: Access) -> Patient:
    """Takes a person in, as the patient they are already or as a new one, with all they told.

    Raises:
        MovedOnError: Someone else was at the request meanwhile.
        UnreadableError: What was told contradicts the chart; then nothing happens.
        Patient.DoesNotExist: It is a chart that this person does not see.
    """
    standing = _held(request, version)
    seen = Patient.objects.seen_by(by)
    chart = seen.get(pk=patient.pk) if patient else enrol(_who(standing), by=by)
    if standing.told:
        fill(chart, _dated(standing), by=by, source=Source.REQUEST, rung=True)
    standing.patient, standing.state = chart, State.ACCEPTED
    _save(standing)
    _settle(standing, by)
    _alarm_follows(standing, chart)
    return chart


@transaction.atomic
def close(request: Request, why: str, *, version: int, by: Access) -> None:
    """Closes a request with the reason; it is kept. Raises MovedOnError."""
    standing = _held(request, version)
    standing.state, standing.closed_why = State.CLOSED, why
    _save(standing)
    _settle(standing, by)


def _dated(request: Request) -> dict[str, Any]:
    """What was told, each scale with the day it was answered: that of the request."""
    told: dict[str, Any] = request.told
    day = timezone.localdate(request.received).isoformat()
    scales = [{"date": day, **one} for one in told.get("scales", [])]
    return {**told, "scales": scales} if scales else told


def _alarm_follows(request: Request, chart: Patient) -> None:
    """An alarm that is open is about the chart from now on; where none ever was, one is made."""
    clinic, number = chart.clinic, request.pk
    alarm = work.open_alarm(clinic, request=number)
    if alarm is not None:
        work.follow(alarm, chart.pk)
    elif not _was_settled(request) and danger.is_told(as_a_form(request.told)):
        says = _("Open this chart now and speak with the patient")
        work.ring(clinic, says=says, patient=chart.pk, request=number)


def _was_settled(request: Request) -> bool:
    """Whether someone closed a safety task of the request, saying who was reached."""
    closed = Task.objects.filter(clinic=request.clinic_id, request=request.pk).exclude(done=None)
    return closed.filter(kind=Task.Kind.SAFETY).exists()


def _who(request: Request) -> Patient:
    return Patient(
        family_name=request.family_name,
        given_name=request.given_name,
        birth_date=request.birth_date,
        phone=request.phone,
        email=request.email,
        address=request.address,
        contact_person=request.contact_person,
        language=request.language,
    )


def _held(request: Request, version: int) -> Request:
    standing = Request.objects.select_for_update().get(pk=request.pk)
    if standing.version != version or standing.state in (State.ACCEPTED, State.CLOSED):
        raise MovedOnError(standing)
    return standing


def _save(request: Request) -> None:
    request.version += 1
    request.save()


def _settle(request: Request, by: Access) -> None:
    """The task to read the request is done. A safety task stays: only its owner may settle it."""
    waiting = Task.objects.filter(clinic=by.clinic, request=request.pk, done=None)
    for task in waiting.filter(kind=Task.Kind.REQUEST):
        task.done, task.done_by = timezone.now(), by.user
        task.version += 1
        task.save()


def tries_about(patient: Patient, alarm: Task | None) -> list[Try | Contact]:
    """Every try to reach a patient: about the alarm that is open, and about their requests."""
    about = list(alarm.tries.select_related("by")) if alarm else []
    asked = Contact.objects.filter(request__patient=patient).select_related("by")
    return sorted([*about, *asked], key=lambda one: one.at)
