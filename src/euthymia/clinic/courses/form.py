"""A session as charted, told as the session form (contracts/session.schema.json)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from euthymia.clinic.courses.elsewhere import ELSEWHERE, all_given_here
from euthymia.clinic.courses.models import Charted, Course, Session, Therapy
from euthymia.exchange.countries import region_of

Json = dict[str, Any]
Kind = Charted.Kind
ONCE = (Kind.GATE, Kind.DELIVERED, Kind.LEAVING)
"""Answers that are told once: of each question the one charted last holds."""
BY_THE_MINUTE = (Kind.READING, Kind.EVENT, Kind.START)
"""What has its place among the minutes of the form."""
BESIDE = {Therapy.TMS: "tms", Therapy.KETAMINE: "ketamine"}
"""How the form names a treatment that runs beside."""


class Row(NamedTuple):
    """What a form wants of one thing charted; there are thousands in a session."""

    pk: int
    kind: str
    told: Json
    at: datetime
    received: datetime
    by: int | None


def form_of(session: Session, now: datetime) -> Json:
    """Everything charted that was not struck out, by the minute.

    Minutes count from the start of the pump, the last spray or the first pulse. Before that, what
    was read is told as if it were started now.
    """
    rows = standing(session)
    zero = zero_of(session, rows) or now
    return head_of(session, rows, zero) | minutes_of(session, rows, zero)


def head_of(session: Session, rows: Iterable[Row], zero: datetime) -> Json:
    """The form without what is told by the minute."""
    rows = list(rows)
    head = {
        "session": 1,
        "therapy": session.course.therapy,
        "date": _day(session, zero),
        "region": region_of(session.patient.clinic.country),
        "order": session.order.told if session.order else None,
        "previous_sessions_today": _earlier(session, zero),
        "payer": session.course.payer or None,
        "concurrent_treatments": _beside(session.course),
        **{kind.value: _newest(rows, kind) for kind in ONCE},
    }
    return {name: told for name, told in head.items() if told is not None}


def minutes_of(session: Session, rows: Sequence[Row], zero: datetime) -> Json:
    """What is told by the minute: observations, and the events of the log."""
    return {"observations": _readings(rows, zero), "events": _events(session, rows, zero)}


def standing(session: Session, **asked: Any) -> list[Row]:
    """What was charted and not struck out, by the time at which it was observed."""
    rows = session.charted.filter(struck_by=None, **asked).exclude(kind=Kind.STRUCK)
    return [Row(*one) for one in rows.order_by("at", "pk").values_list(*Row._fields)]


def zero_of(session: Session, rows: Iterable[Row]) -> datetime | None:
    """When the clock started: with the last spray, else with the first start. None: not yet."""
    starts = [row.at for row in rows if row.kind == Kind.START]
    if not starts:
        return None
    return max(starts) if session.course.therapy == Therapy.ESKETAMINE else min(starts)


def minute_of(at: datetime, zero: datetime) -> float:
    """Minutes since the clock started, to the second."""
    return round((_second(at) - _second(zero)).total_seconds() / 60, 6)


def _second(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def _readings(rows: Sequence[Row], zero: datetime) -> list[Json]:
    """Readings by the second. Of one field read twice in it, the one that `_weight` puts last."""
    found = [row for row in rows if row.kind == Kind.READING]
    return [
        {"minute": minute_of(at, zero), **_together(group)}
        for at, group in groupby(found, key=lambda row: _second(row.at))
    ]


def _together(rows: Iterable[Row]) -> Json:
    told: Json = {}
    for row in sorted(rows, key=_weight):
        told |= row.told
    return told


def _weight(row: Row) -> tuple[bool, datetime, int]:
    """What a person typed holds over a device; of two of a kind, what came in later."""
    return (row.by is not None, row.received, row.pk)


def _events(session: Session, rows: Sequence[Row], zero: datetime) -> list[Json]:
    found = [row for row in rows if row.kind == Kind.EVENT or _starts_pump(session, row)]
    return [{"minute": minute_of(row.at, zero), **_line(row)} for row in found]


def _starts_pump(session: Session, row: Row) -> bool:
    return row.kind == Kind.START and session.course.therapy == Therapy.KETAMINE


def _line(row: Row) -> Json:
    return {"kind": "pump_start"} if row.kind == Kind.START else row.told


def _newest(rows: Sequence[Row], kind: Charted.Kind) -> Json | None:
    """The answers of one kind, of each question the one charted last; None: nobody asked."""
    found = [row for row in rows if row.kind == kind]
    told: Json = {}
    for row in sorted(found, key=lambda row: row.pk):
        told |= row.told
    told.pop(ELSEWHERE, None)  # it speaks of the course, not of the session
    return told if found else None


def _day(session: Session, zero: datetime) -> str:
    return zero.astimezone(ZoneInfo(session.patient.clinic.zone)).date().isoformat()


def _earlier(session: Session, zero: datetime) -> list[Json] | None:
    """Sessions of TMS that ended earlier on the day, by the minutes since; None: not all known."""
    day = _day(session, zero)
    if not all_given_here(session.course, date.fromisoformat(day)):
        return None
    others = session.patient.sessions.filter(course__therapy=Therapy.TMS, closed_at__lte=zero)
    ended = [one.closed_at for one in others.exclude(pk=session.pk) if one.closed_at]
    return [{"ended_minutes_ago": minute_of(zero, at)} for at in ended if _day(session, at) == day]


def _beside(course: Course) -> list[str] | None:
    """What else is given here at the same time; None: nothing that we know of."""
    others = course.patient.courses.filter(ended_at=None).exclude(pk=course.pk)
    found = [BESIDE[Therapy(one.therapy)] for one in others if one.therapy in BESIDE]
    return sorted(found) or None
