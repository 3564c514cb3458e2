"""The gateway of devices: a monitor posts readings for the open session of its room.

POST /gateway/readings/ with `Authorization: Bearer KEY` and
`{"readings": [{"key": "<uuid>", "at": "2026-12-01T09:00:00Z", "spo2_pct": 97}]}`; fields as in
the session form. Answers 200 `{"kept": [keys]}` once all are stored, whether now or before; 400
what cannot be read; 401 a key that is not known; 409 where no session is open in the room. It is
off until an owner makes a key.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from euthymia.clinic.audit.models import Row
from euthymia.clinic.courses.actions import Line, chart
from euthymia.clinic.courses.faults import CourseError
from euthymia.clinic.courses.models import Charted, Device, Session
from euthymia.clinic.people.doorkeeper import public
from euthymia.exchange import session_form as form

BEARER = "Bearer "
MOST_READINGS = 500
ROW_EACH_SECONDS = 300
"""How often a device that goes on posting leaves a row of the audit."""
Time = Annotated[datetime, msgspec.Meta(tz=True)]


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One reading of a monitor."""

    key: UUID
    at: Time
    systolic_mmhg: form.Positive | msgspec.UnsetType = msgspec.UNSET
    diastolic_mmhg: form.Positive | msgspec.UnsetType = msgspec.UNSET
    heart_rate_per_min: form.NotNegative | msgspec.UnsetType = msgspec.UNSET
    spo2_pct: form.Percent | msgspec.UnsetType = msgspec.UNSET
    respiratory_rate_per_min: form.NotNegative | msgspec.UnsetType = msgspec.UNSET


class Posted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a device posts at once."""

    readings: Annotated[list[Reading], msgspec.Meta(min_length=1, max_length=MOST_READINGS)]


@public
@csrf_exempt
def readings(request: HttpRequest) -> HttpResponse:
    """Stores what a device read, and only then says so."""
    if request.method != "POST":
        return _refused(405, "post readings here")
    device = device_of(request.headers.get("Authorization", ""))
    if device is None:
        return _refused(401, "this key is not known: ask the owner for a new one")
    session = Session.objects.open().filter(room=device.room).first()
    if session is None:
        return _refused(409, "no session is open in this room: keep the readings, and post again")
    try:
        posted = msgspec.json.decode(request.body, type=Posted)
        _kept(session, device, posted)
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        return _refused(400, str(fault))
    except CourseError as fault:
        return _refused(400, fault.why)
    return _answer({"kept": [str(one.key) for one in posted.readings]})


def device_of(authorization: str) -> Device | None:
    """The device of a key; None where no key is told, or one that does not hold any more."""
    if not authorization.startswith(BEARER):
        return None
    key = authorization.removeprefix(BEARER).strip()
    found = Device.objects.filter(digest=Device.digest_of(key))
    return found.filter(ended_at=None, room__closed=None).select_related("room").first()


def _kept(session: Session, device: Device, posted: Posted) -> None:
    silent = _was_silent(session, device)
    chart(session, [_line(one) for one in posted.readings], device=device)
    if silent:
        _leave_row(session, device)


def _line(reading: Reading) -> Line:
    told = msgspec.to_builtins(reading)
    del told["key"], told["at"]
    return Line(Charted.Kind.READING, told, reading.at, reading.key)


def _was_silent(session: Session, device: Device) -> bool:
    """Whether the device told nothing yet in the running five minutes."""
    now = timezone.now().timestamp()
    since = datetime.fromtimestamp(now - now % ROW_EACH_SECONDS, UTC)
    newest = session.charted.filter(device=device).order_by("-pk").first()
    return newest is None or newest.received < since


def _leave_row(session: Session, device: Device) -> None:
    Row.leave(
        clinic=device.clinic_id,
        what="gateway_readings",
        how="POST",
        patient=session.patient_id,
        about={"session": str(session.pk), "device": str(device.pk)},
    )


def _refused(status: int, why: str) -> HttpResponse:
    return _answer({"refused": why}, status)


def _answer(told: object, status: int = 200) -> HttpResponse:
    return JsonResponse(told, status=status, content_type="application/json; charset=utf-8")
