"""Putting work where someone will see it, and doing it: a task, a message, a link."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic, User
from euthymia.clinic.people.quicker import MovedOnError
from euthymia.clinic.people.roles import Role
from euthymia.clinic.work.calling import call
from euthymia.clinic.work.models import Link, Message, Ring, Task, Try

SOON = timedelta(minutes=15)
"""How long a sign of danger may wait for someone to take it up."""


class WordlessError(Exception):
    """A safety task was to be closed without a word of what was done."""


class UnseenError(Exception):
    """A safety task was to be closed while a newer answer of danger is unseen."""


def ask_staff(  # noqa: PLR0913 - the columns of one task, by name
    clinic: Clinic,
    kind: str,
    says: str,
    *,
    within: timedelta,
    owner: User | None = None,
    role: str = "",
    patient: int | None = None,
    request: int | None = None,
    message: int | None = None,
    session: int | None = None,
) -> Task:
    """A task for one person, or for every holder of a role. `says` holds no clinical word.

    To one about safety they are called by message.
    """
    due = timezone.now() + within
    task = Task.objects.create(
        clinic=clinic,
        kind=kind,
        says=says,
        owner=owner,
        role=role,
        patient=patient,
        request=request,
        message=message,
        session=session,
        due=due,
    )
    call(task)
    return task


@transaction.atomic
def ring(  # noqa: PLR0913 - whom it is about and whom it calls, by name
    clinic: Clinic,
    *,
    says: str,
    patient: int | None = None,
    request: int | None = None,
    session: int | None = None,
    owner: User | None = None,
    role: str = "",
    seen_by: User | None = None,
) -> Task:
    """Calls people to a sign of danger: the one way to ring.

    While an alarm is open for the person, the newer answer is added to it with its time, and it
    counts as untaken until someone has looked again; else a new alarm is made. What a treatment
    room calls for and what someone answered stay apart: other people see to them.

    Args:
        clinic: Where.
        says: What to do, without a clinical word.
        patient: Number of the row of whom it is about.
        request: Number of their request; at least one of both.
        session: Number of the treatment whose room calls; None: an answer of the person does.
        owner: Who is to take it up; without one, everyone of `role`.
        role: Whom to call where there is no owner; without a word of it, clinicians.
        seen_by: Who has the answer before their eyes, since they wrote it down.
    """
    standing = open_alarm(clinic, patient=patient, request=request, session=session)
    if standing is not None:
        return _rung_again(standing, seen_by, owner if session else None)
    role = role if owner else role or Role.CLINICIAN
    about = {"patient": patient, "request": request, "session": session}
    return ask_staff(clinic, Task.Kind.SAFETY, says, within=SOON, owner=owner, role=role, **about)


def open_alarm(
    clinic: Clinic,
    *,
    patient: int | None = None,
    request: int | None = None,
    session: int | None = None,
) -> Task | None:
    """The safety task about a patient or a request that nobody has settled yet; the first due.

    `session`: that of the treatment's room; None: that of an answer.
    """
    about = Q(patient=patient) if patient is not None else Q()
    about |= Q(request=request) if request is not None else Q()
    waiting = Task.objects.waiting().filter(about, clinic=clinic, kind=Task.Kind.SAFETY)
    return waiting.filter(session=session).first() if about else None


def settle(session: int, how: str, *, by: User) -> None:
    """Closes what a treatment room called for, once it was answered in the room."""
    now = timezone.now()
    Ring.objects.filter(task__session=session, seen=None).update(seen=now, seen_by=by)
    done = {"done": now, "done_by": by, "done_how": how, "version": F("version") + 1}
    Task.objects.waiting().filter(session=session).update(**done)


@transaction.atomic
def follow(task: Task, patient: int) -> None:
    """An alarm about a request is about the chart too, from when the person is taken in."""
    standing = Task.objects.select_for_update().get(pk=task.pk)
    standing.patient, standing.version = patient, standing.version + 1
    standing.save(update_fields=["patient", "version"])


def _rung_again(task: Task, seen_by: User | None, owner: User | None) -> Task:
    """Adds a newer answer. Whoever took the alarm and wrote the answer down keeps it.

    What a room calls for goes back to its `owner`, whoever took what it called for before.
    """
    task = Task.objects.select_for_update().get(pk=task.pk)
    now = timezone.now()
    holds = seen_by is not None and task.taken is not None and task.owner == seen_by
    told = {"seen": now, "seen_by": seen_by} if holds else {}
    Ring.objects.create(task=task, at=now, **told)
    task.taken = task.taken if holds else None
    task.owner = owner or task.owner
    task.due, task.version = min(task.due, now + SOON), task.version + 1
    task.save(update_fields=["taken", "owner", "due", "version"])
    if not holds:
        call(task)
    return task


@transaction.atomic
def take(task: Task, *, version: int, by: Access) -> Task:
    """Makes the task one's own. Raises MovedOnError where it is not as it was seen."""
    task = _held(task, version)
    task.owner, task.taken = by.user, timezone.now()
    task.version += 1
    task.save(update_fields=["owner", "taken", "version"])
    return task


def note_try(task: Task, says: str, *, by: Access) -> Try:
    """Notes a try to reach someone; the task stays open. Raises WordlessError where it is empty."""
    if not says.strip():
        raise WordlessError
    return Try.objects.create(task=task, says=says.strip(), by=by.user)


@transaction.atomic
def finish(  # noqa: PLR0913 - what closing a task takes, by name
    task: Task,
    how: str,
    *,
    version: int,
    by: Access,
    reached: str = "",
    next_step: str = "",
    seen: Iterable[int] = (),
) -> Task:
    """Closes a task with a word of how it was done.

    Args:
        task: Which.
        how: What was done; of a safety task, the plan.
        version: Of the task, as it was seen.
        by: Who closes it.
        reached: Of a safety task: who was spoken with (`Task.Reached`).
        next_step: Of a safety task: what happens next, and when.
        seen: Numbers of the newer answers that were looked at.

    Raises:
        WordlessError: It is about safety, and `how` says nothing.
        UnseenError: A newer answer of danger was not looked at.
        MovedOnError: It is not as it was seen.
    """
    task = _held(task, version)
    if task.needs_words and not how.strip():
        raise WordlessError
    if task.is_of_a_room:
        seen = task.unseen().values_list("pk", flat=True)
    _look_at(task, seen, by)
    task.done, task.done_by, task.done_how = timezone.now(), by.user, how.strip()
    task.reached, task.next_step = reached, next_step.strip()
    task.version += 1
    task.save()
    return task


def _look_at(task: Task, seen: Iterable[int], by: Access) -> None:
    """Notes who looked at which newer answer. Raises UnseenError where one is left."""
    task.unseen().filter(pk__in=list(seen)).update(seen=timezone.now(), seen_by=by.user)
    if task.unseen().exists():
        raise UnseenError


def _held(task: Task, version: int) -> Task:
    """The task, held until the transaction ends."""
    standing = Task.objects.select_for_update().get(pk=task.pk)
    if standing.version != version or standing.done is not None:
        raise MovedOnError(standing)
    return standing


def send(clinic: Clinic, to: str, subject: str, body: str, *, owner: User | None) -> Message:
    """Puts a message into the outbox, in the transaction of what it tells of.

    It must hold no clinical word. Its owner gets a task where it cannot be sent.
    """
    return Message.objects.create(clinic=clinic, owner=owner, to=to, subject=subject, body=body)


@transaction.atomic
def send_again(message: Message) -> None:
    """Has the worker try once more a message that was given up."""
    standing = Message.objects.select_for_update().get(pk=message.pk)
    if standing.is_open:
        standing.state, standing.tries = Message.State.WAITING, 0
        standing.next_try, standing.fault = timezone.now(), ""
        standing.save()


@transaction.atomic
def hand_over(message: Message) -> None:
    """Notes that staff printed a message or read it out; its text is forgotten."""
    standing = Message.objects.select_for_update().get(pk=message.pk)
    if standing.is_open:
        standing.state, standing.sent = Message.State.HANDED_OVER, timezone.now()
        standing.body = ""
        standing.save()


def open_link(
    clinic: Clinic, patient: int, ask: dict[str, Any], *, by: User, lasts: timedelta
) -> str:
    """A link for one patient and one purpose; its words are returned once and not kept."""
    words, digest = Link.fresh()
    expires = timezone.now() + lasts
    Link.objects.create(
        digest=digest, clinic=clinic, patient=patient, ask=ask, by=by, expires=expires
    )
    return words


__all__ = [
    "SOON",
    "MovedOnError",
    "UnseenError",
    "WordlessError",
    "ask_staff",
    "finish",
    "follow",
    "hand_over",
    "note_try",
    "open_alarm",
    "open_link",
    "ring",
    "send",
    "send_again",
    "settle",
    "take",
]
