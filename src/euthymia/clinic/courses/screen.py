"""What the screen of a room shows of its session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from euthymia.clinic.courses import words
from euthymia.clinic.courses.actions import unanswered
from euthymia.clinic.courses.endings import wanting
from euthymia.clinic.courses.judging import Judged, limits_adopted, seen
from euthymia.clinic.courses.limits import limits_of
from euthymia.clinic.courses.models import Charted, Decision, Session
from euthymia.clinic.courses.stops import override_of, stops_that_hold
from euthymia.clinic.courses.vitals_chart import Drawn, drawn
from euthymia.library import shipped

Json = dict[str, Any]
READ_BY = {Charted.Kind.EVENT: words.EVENTS, Charted.Kind.GATE: words.GATE}


@dataclass(frozen=True)
class Line:
    """One line of the log, in words."""

    row: Charted
    what: str
    told: str
    late: bool

    @property
    def struck(self) -> Charted | None:
        return next(iter(self.row.struck_by.all()), None)


@dataclass(frozen=True)
class Said:
    """One decision in words."""

    decision: Decision
    word: str
    says: tuple[str, ...]
    revises: str
    asks: bool


@dataclass(frozen=True)
class Screen:
    """Everything on the screen. `judged` is None where no limit is adopted."""

    session: Session
    judged: Judged | None
    zero: datetime | None
    decisions: tuple[Said, ...]
    asking: tuple[Said, ...]
    log: tuple[Line, ...]
    panels: tuple[Drawn, ...]
    readings: tuple[Json, ...]
    wants: tuple[str, ...]
    stopped: tuple[Said, ...]
    override: Charted | None

    @property
    def newest(self) -> Said | None:
        standing_ = (one for one in self.decisions if one.decision.word != "withdrawn")
        return next(standing_, None)

    @property
    def state(self) -> str:
        return words.said(words.STATES, self.judged.state) if self.judged else ""


LATE_SECONDS = 120
"""How long after it was observed a thing may come in, and not be marked as late."""


def screen_of(session: Session, now: datetime) -> Screen:
    here = seen(session, now)
    found = here if limits_adopted(session) else None
    said = [said_of(one) for one in _standing(session)]
    open_ = {one.pk for one in unanswered(session)}
    limits = limits_of(session.course.therapy, shipped()) if found else ()  # type: ignore[arg-type]
    readings = here.form["observations"]
    return Screen(
        session=session,
        judged=found,
        zero=here.running.start,
        decisions=tuple(reversed(said)),
        asking=tuple(one for one in said if one.decision.pk in open_),
        log=tuple(_log(session)),
        panels=tuple(drawn(readings, limits)),
        readings=tuple(readings),
        wants=tuple(words.said(words.WANTED, one) for one in wanting(session, found)),
        stopped=tuple(said_of(one) for one in stops_that_hold(session)),
        override=override_of(session),
    )


def _standing(session: Session) -> Sequence[Decision]:
    found = session.decisions.filter(revised_by=None)
    return list(found.select_related("revises", "answered__by").order_by("at", "pk"))


def said_of(decision: Decision) -> Said:
    before = decision.revises
    return Said(
        decision=decision,
        word=words.said(words.DECISIONS, decision.word),
        says=tuple(one.get("says") or _open(one) for one in decision.findings.values()),
        revises=words.said(words.DECISIONS, before.word) if before else "",
        asks=decision.asks,
    )


def _open(finding: Json) -> str:
    asks = ", ".join(words.said(words.SHORT, one) for one in finding.get("asks", ()))
    return _("Not known: %(what)s") % {"what": asks}


def _log(session: Session) -> list[Line]:
    rows = session.charted.exclude(kind=Charted.Kind.STRUCK)
    found = rows.select_related("by", "second", "device").order_by("-at", "-pk")
    return [_line(session, row) for row in found.prefetch_related("struck_by__by")]


def _line(session: Session, row: Charted) -> Line:
    late = (row.received - row.at).total_seconds() > LATE_SECONDS
    told = dict(row.told)
    what = str(row.get_kind_display())
    if row.kind == Charted.Kind.EVENT:
        what = words.said(words.EVENTS, told.pop("kind"))
    elif row.kind == Charted.Kind.START:
        what = words.said(words.START, session.course.therapy)
    return Line(row, what, _in_words(told, row.why), late)


def _in_words(told: Json, why: str) -> str:
    parts = [f"{_name(name)} {_value(value)}" for name, value in told.items()]
    return "; ".join([*parts, *([why] if why else [])])


def _name(name: str) -> str:
    for group in (words.SHORT, words.GATE, words.COURSE, words.DELIVERED, words.LEAVING):
        if name in group:
            return str(group[name])
    return name.replace("_", " ")


def _value(value: Any) -> str:
    match value:
        case True:
            return _("yes")
        case False:
            return _("no")
        case []:
            return _("none")
        case list():
            return ", ".join(words.said(words.SYMPTOMS, one) for one in value)
        case float():
            return f"{value:g}"
        case _:
            return str(value)
