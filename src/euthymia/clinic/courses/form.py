"""A session as charted, told as the session form (contracts/session.schema.json)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from euthymia.clinic.courses.elsewhere import ELSEWHERE, all_given_here
from euthymia.clinic.courses.models import Charted, Course, Session, Therapy
from euthymia.exchange.countries import region_of
from euthymia.exchange.session_document import minute_words

Json = dict[str, Any]
Kind = Charted.Kind
ONCE = (Kind.GATE, Kind.DELIVERED, Kind.LEAVING)
"""Answers that are told once: of each question the one charted last holds."""
BESIDE = {Therapy.TMS: "tms", Therapy.KETAMINE: "ketamine"}
"""How the form names a treatment that runs beside."""


@dataclass(frozen=True)
class Told:
    """The form, and the time of each of its minutes, under the minute as a document writes it."""

    form: Json
    times: Mapping[str, datetime] = field(default_factory=dict)


def form_of(session: Session, now: datetime) -> Told:
    """Everything charted that was not struck out, by the minute.

    Minutes count from the start of the pump, the last spray or the first pulse. Before that, what
    was read is told as if it were started now.
    """
    rows = standing(session)
    zero = zero_of(session, rows) or now
    readings, events = _readings(rows, zero), _events(session, rows, zero)
    once = {kind.value: _newest(rows, kind) for kind in ONCE}
    form = {
        "session": 1,
        "therapy": session.course.therapy,
        "date": _day(session, zero),
        "region": region_of(session.patient.clinic.country),
        "order": session.order.told if session.order else None,
        "previous_sessions_today": _earlier(session, zero),
        "payer": session.course.payer or None,
        "concurrent_treatments": _beside(session.course),
        "observations": [told for _, told in readings],
        "events": [told for _, told in events],
        **once,
    }
    times = {minute_words(told["minute"]): at for at, told in (*events, *readings)}
    gates = [row.at for row in rows if row.kind == Kind.GATE]
    asked = {"0": max(gates)} if gates else {}
    return Told({name: told for name, told in form.items() if told is not None}, times | asked)


def standing(session: Session) -> list[Charted]:
    """What was charted and not struck out, by the time at which it was observed."""
    rows = session.charted.filter(struck_by=None).exclude(kind=Kind.STRUCK)
    return list(rows.select_related("by"))


def zero_of(session: Session, rows: Iterable[Charted]) -> datetime | None:
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


def _readings(rows: Sequence[Charted], zero: datetime) -> list[tuple[datetime, Json]]:
    """Readings by the second. Of one field read twice in it, the one that `_weight` puts last."""
    found = [row for row in rows if row.kind == Kind.READING]
    return [
        (at, {"minute": minute_of(at, zero), **_together(group)})
        for at, group in groupby(found, key=lambda row: _second(row.at))
    ]


def _together(rows: Iterable[Charted]) -> Json:
    told: Json = {}
    for row in sorted(rows, key=_weight):
        told |= row.told
    return told


def _weight(row: Charted) -> tuple[bool, datetime, int]:
    """What a person typed holds over a device; of two of a kind, what came in later."""
    return (row.by_id is not None, row.received, row.pk)


def _events(
    session: Session, rows: Sequence[Charted], zero: datetime
) -> list[tuple[datetime, Json]]:
    found = [row for row in rows if row.kind == Kind.EVENT or _starts_pump(session, row)]
    return [(row.at, {"minute": minute_of(row.at, zero), **_line(row)}) for row in found]


def _starts_pump(session: Session, row: Charted) -> bool:
    return row.kind == Kind.START and session.course.therapy == Therapy.KETAMINE


def _line(row: Charted) -> Json:
    return {"kind": "pump_start"} if row.kind == Kind.START else row.told


def _newest(rows: Sequence[Charted], kind: Charted.Kind) -> Json | None:
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
