"""What can be done with courses and sessions. Each is one transaction: whole, or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from euthymia.clinic.courses.endings import wanting
from euthymia.clinic.courses.faults import CourseError, NotClosableError
from euthymia.clinic.courses.judging import judged, keep, limits_adopted, replayed, seen
from euthymia.clinic.courses.models import (
    Answered,
    Charted,
    Course,
    Decision,
    Device,
    Order,
    Room,
    Session,
    Therapy,
)
from euthymia.clinic.courses.remembered import forget
from euthymia.clinic.courses.runs import run_around, said_this_minute
from euthymia.clinic.courses.stops import goes_on, is_stopped, stops_that_hold
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import User
from euthymia.clinic.people.roles import May
from euthymia.clinic.people.second import may_here
from euthymia.clinic.work.actions import open_alarm, ring, settle
from euthymia.exchange.faults import SourceError
from euthymia.knowledge.sessions import MILDEST_FIRST

Json = dict[str, Any]
CALM = ("continue", "proceed", "resume", "withdrawn")
"""Decisions that ask nobody for anything."""
ANSWERED_BY_DEEDS = ("alert", "hold")
"""Decisions that the next reading or answer settles: nobody need say more to them."""
TO_ANSWER = tuple(one for one in MILDEST_FIRST if one not in (*CALM, *ANSWERED_BY_DEEDS))
"""Decisions to which someone says what was done."""


# ---------------------------------------------------------------- the course and its order


def begin_course(
    patient: Patient, therapy: str, *, planned: int | None = None, payer: str = "", by: Access
) -> Course:
    """Raises CourseError where one of this therapy is going on."""
    told = {"therapy": therapy, "planned": planned, "payer": payer}
    try:
        with transaction.atomic():
            return Course.objects.create(patient=patient, begun_by=by.user, **told)
    except IntegrityError:
        raise CourseError(_("A course of this therapy is going on: end it first.")) from None


@transaction.atomic
def order(course: Course, told: Json, why: str = "", *, by: Access) -> Order:
    """A prescriber's signed order for the sessions to come. Those opened keep theirs.

    Raises:
        CourseError: The form of a session cannot hold it; the line names the field and the mend.
    """
    try:
        replayed({"session": 1, "therapy": course.therapy, "order": told})
    except SourceError as fault:
        raise CourseError(str(fault)) from None
    return Order.objects.create(course=course, told=told, why=why, signed_by=by.user)


@transaction.atomic
def end_course(course: Course, why: str, *, by: Access) -> None:
    """Ends a course; sessions that are only planned are not given, and say why."""
    held = Course.objects.select_for_update().get(pk=course.pk)
    if held.sessions.open().exists():
        raise CourseError(_("A session of it is open: close it first."))
    now = timezone.now()
    for session in held.sessions.filter(opened_at=None, missed_at=None):
        session.missed_at, session.missed_why = now, _("The course was ended.")
        session.save()
    held.ended_at, held.ended_why, held.version = now, why, held.version + 1
    held.save()


# ---------------------------------------------------------------- devices


def make_device(room: Room, name: str, *, by: Access) -> str:
    """Lets a device post readings for who lies in a room. Its key is returned once, not kept."""
    key = secrets.token_urlsafe(32)
    told = {"name": name, "digest": Device.digest_of(key), "made_by": by.user}
    Device.objects.create(clinic=room.clinic, room=room, **told)
    return key


def end_device(device: Device) -> None:
    device.ended_at = timezone.now()
    device.save(update_fields=["ended_at"])


# ---------------------------------------------------------------- a session


@transaction.atomic
def open_session(session: Session, room: Room, *, number: int, by: Access) -> Session:
    """Opens a session in a room, once the chart number told there is that of the patient.

    Raises:
        CourseError: Someone else lies in the room, the patient in another; the number is of
            someone else; nothing is ordered; it is no longer only planned.
    """
    held = _held(session)
    if held.opened_at is not None or held.missed_at is not None:
        raise CourseError(_("It is not only planned any more."))
    if held.patient.number != number:
        raise CourseError(_("This chart number is not that of the patient of this session."))
    newest = held.course.order
    if newest is None:
        raise CourseError(_("Nothing is ordered yet: a prescriber signs an order first."))
    held.room, held.order = room, newest
    held.opened_at, held.opened_by = timezone.now(), by.user
    try:
        with transaction.atomic():
            held.save()
    except IntegrityError:
        raise CourseError(_taken(held)) from None
    return held


def _held(session: Session) -> Session:
    """The session, held until the transaction ends."""
    held = Session.objects.select_for_update(of=("self",))
    return held.select_related("course", "patient__clinic", "order__signed_by").get(pk=session.pk)


def _taken(session: Session) -> str:
    if Session.objects.open().filter(room=session.room).exists():
        return _("Another session is open in this room.")
    return _("Another session of this patient is open.")


@transaction.atomic
def miss(session: Session, why: str, *, by: Access) -> None:
    """Notes that a planned session was not given."""
    held = _held(session)
    if held.opened_at is not None or held.missed_at is not None:
        raise CourseError(_("It is not only planned any more."))
    held.missed_at, held.missed_why = timezone.now(), why
    held.save()


@dataclass(frozen=True)
class Line:
    """One thing to chart, as it came from a screen or a device."""

    kind: str
    told: Json = field(default_factory=dict)
    at: datetime | None = None
    key: UUID = field(default_factory=uuid4)
    strikes: Charted | None = None
    why: str = ""
    second: User | None = None


@dataclass(frozen=True)
class Chart:
    """What came of charting: the rows as they stand, and the decisions that are new."""

    rows: tuple[Charted, ...]
    decisions: tuple[Decision, ...]


@transaction.atomic
def chart(
    session: Session, lines: Iterable[Line], *, by: User | None = None, device: Device | None = None
) -> Chart:
    """Keeps what was charted, judges the session anew, and calls people to what is new and grave.

    A line whose key was kept before is passed over: it was sent twice. All is written before
    anything is acknowledged.

    Raises:
        CourseError: The session is closed, a line cannot be, it is of a time to come, or it says
            that the treatment goes on although a stop holds.
    """
    held = _held(session)
    new = _not_known(held, lines)
    if new and not held.is_open:
        raise CourseError(_("The session is closed: write an addendum in the chart."))
    now = timezone.now()
    rows = [_row(held, line, now, by, device) for line in new]
    made = Charted.objects.bulk_create(rows)
    return Chart(tuple(made), _judged_anew(held, now) if made else ())


def _not_known(session: Session, lines: Iterable[Line]) -> list[Line]:
    """The lines that are new, each key once."""
    told = {one.key: one for one in lines}
    kept = session.charted.filter(key__in=told).values_list("key", flat=True)
    return [one for key, one in told.items() if key not in set(kept)]


def _row(
    session: Session, line: Line, now: datetime, by: User | None, device: Device | None
) -> Charted:
    at = line.at or now
    if at > now:
        raise CourseError(_("A time to come cannot be charted: look at the clock of the screen."))
    if goes_on(line.kind, line.told) and is_stopped(session, at):
        raise CourseError(_("A rule stopped it: a prescriber and a second person sign to go on."))
    return Charted(
        session=session,
        key=line.key,
        kind=line.kind,
        told=line.told,
        strikes=line.strikes,
        why=line.why,
        at=at,
        received=now,
        by=by,
        second=line.second,
        device=device,
    )


def _judged_anew(session: Session, now: datetime) -> tuple[Decision, ...]:
    try:
        found = seen(session, now)  # what cannot be is refused whether or not a limit is signed
    except SourceError as fault:
        raise CourseError(str(fault)) from None
    new = keep(found) if limits_adopted(session) else []
    _count_change(session)
    for one in new:
        _call_to(session, one)
    return tuple(new)


def _count_change(session: Session) -> None:
    """Says to the screens that there is something new. It leaves no version of the session."""
    session.changes += 1
    Session.objects.filter(pk=session.pk).update(changes=session.changes)


def _call_to(session: Session, decision: Decision) -> None:
    """A decision that asks for something rings for whoever ordered the session.

    While a monitor goes on saying the same, and nobody answered, it rings once in each minute of
    the clock.
    """
    if decision.word in CALM or not decision.asks:
        return
    clinic, patient = session.patient.clinic, session.patient_id
    if said_this_minute(decision) and open_alarm(clinic, patient=patient, session=session.pk):
        return
    ring(
        clinic,
        says=_("A treatment room needs you now"),
        patient=patient,
        session=session.pk,
        owner=session.order.signed_by if session.order else None,
    )


@transaction.atomic
def answer(decision: Decision, how: str, *, by: Access) -> Answered:
    """Says what was done about a decision, and about those in a row that say the same.

    Raises:
        CourseError: A stop is answered by a prescriber, with words; it was answered before.
    """
    session = Session.objects.select_for_update().get(pk=decision.session_id)
    if decision.word == "stop" and not by.may(May.SIGN):
        raise CourseError(_("A stop is answered by a prescriber: call one."))
    if not how.strip():
        raise CourseError(_("Say what was done."))
    if Answered.objects.filter(decision=decision).exists():
        raise CourseError(_("It is answered already."))
    return _answered(session, run_around(decision), how, by)[0]


def _answered(
    session: Session, decisions: Iterable[Decision], how: str, by: Access
) -> list[Answered]:
    told = {"how": how.strip(), "by": by.user}
    made = Answered.objects.bulk_create([Answered(decision=one, **told) for one in decisions])
    _count_change(session)
    if not unanswered(session):
        settle(session.pk, how.strip(), by=by.user)
    return made


@transaction.atomic
def override_stop(
    session: Session, reason: str, second: User, *, by: Access, key: UUID | None = None
) -> Charted:
    """A prescriber orders to go on against the stops that hold; a second person signs beside.

    Who the second person is was proved before (`people.second`). The stops are answered by it. Sent
    twice, by its key, it is done once.

    Raises:
        CourseError: No stop holds, no reason is given, or one of the two may not sign it.
    """
    held = _held(session)
    known = held.charted.filter(key=key).first() if key else None
    if known is not None:
        return known
    stops = stops_that_hold(held)
    _require_override(held, reason, second, by)
    if not stops:
        raise CourseError(_("No stop holds: nothing needs to be signed."))
    signed = Line(Charted.Kind.OVERRIDE, key=key or uuid4(), why=reason.strip(), second=second)
    (row,) = chart(held, [signed], by=by.user).rows
    _answered(held, [stop for stop in unanswered(held) if stop in stops], reason, by)
    return row


def _require_override(session: Session, reason: str, second: User, by: Access) -> None:
    if not reason.strip():
        raise CourseError(_("Say why it goes on against the stop."))
    if not by.may(May.SIGN):
        raise CourseError(_("A prescriber signs to go on against a stop."))
    if second == by.user:
        raise CourseError(_("The second person must be someone else than you."))
    if not may_here(second, by.clinic, Therapy(session.course.therapy).given_by):
        raise CourseError(_("The second person must be someone who gives this treatment here."))


def unanswered(session: Session) -> list[Decision]:
    """Decisions that ask for something, and that nobody has answered; the revised ones are past."""
    found = session.decisions.filter(word__in=TO_ANSWER, revised_by=None, answered=None)
    return [one for one in found if one.asks]


@transaction.atomic
def close(session: Session, reason: str = "", *, by: Access, prescribes: bool = False) -> Session:
    """Closes a session once nothing is open in it.

    What the pages want before going home, or before a session of pulses is closed, must be met. A
    prescriber may close without, with a reason; with an open stop nobody may.

    Raises:
        NotClosableError: Something is open; `wants` lists it.
    """
    held = _held(session)
    if not held.is_open:
        raise CourseError(_("It is not open."))
    if unanswered(held):
        raise NotClosableError(_("A pause or a stop is not answered yet."), ["unanswered"])
    wants = wanting(held, judged(held, timezone.now()))
    if wants and not (prescribes and reason.strip()):
        raise NotClosableError(_("It cannot be closed yet."), wants)
    held.closed_at, held.closed_by = timezone.now(), by.user
    held.changes += 1
    held.save()
    forget(held)
    if reason.strip():
        _note(held, reason, by)
    return held


def _note(session: Session, reason: str, by: Access) -> None:
    Charted.objects.create(
        session=session,
        key=uuid4(),
        kind=Charted.Kind.NOTE,
        told={},
        why=reason.strip(),
        at=timezone.now(),
        by=by.user,
    )
