"""What the screen of a room shows of its session."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from euthymia.clinic.courses import words
from euthymia.clinic.courses.actions import TO_ANSWER
from euthymia.clinic.courses.endings import wanting
from euthymia.clinic.courses.judging import Judged, limits_adopted, seen
from euthymia.clinic.courses.limits import limits_of
from euthymia.clinic.courses.models import Charted, Decision, Session
from euthymia.clinic.courses.runs import Answer, Run, runs_of
from euthymia.clinic.courses.stops import holds, override_of
from euthymia.clinic.courses.vitals_chart import Drawn, drawn
from euthymia.knowledge.sessions import MILDEST_FIRST
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
    """Decisions in a row that say the same, in words; `decision` is the newest, `since` the first.

    `minutes`: from which minute to which, where the clock runs and it is more than one.
    """

    decision: Decision
    since: datetime
    word: str
    says: tuple[str, ...]
    revises: str
    answer: Answer | None = None
    minutes: tuple[int, int] | None = None

    @property
    def is_one(self) -> bool:
        return self.since == self.decision.at


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
    wants: tuple[str, ...]
    stopped: bool
    override: Charted | None

    @property
    def newest(self) -> Said | None:
        standing = (one for one in self.decisions if one.decision.word != "withdrawn")
        return next(standing, None)

    @property
    def prescriber(self) -> str:
        """Who ordered the treatment, to be called where the newest decision asks for someone."""
        newest, order = self.newest, self.session.order
        asks = newest is not None and newest.decision.word in TO_ANSWER and newest.decision.asks
        return order.signed_by.name if order is not None and asks else ""

    @property
    def state(self) -> str:
        return words.said(words.STATES, self.judged.state) if self.judged else ""


LATE_SECONDS = 120
"""How long after it was observed a thing may come in, and not be marked as late."""
NEWEST_LINES, NEWEST_OF_ALL = 50, 10
"""Lines of the log that are shown: of what people charted; and of all, monitors too."""


def screen_of(session: Session, now: datetime) -> Screen:
    here = seen(session, now)
    found, zero = here if limits_adopted(session) else None, here.running.start
    said = [_in_a_row(one, zero) for one in runs_of(session)]
    limits = limits_of(session.course.therapy, shipped()) if found else ()  # type: ignore[arg-type]
    return Screen(
        session=session,
        judged=found,
        zero=zero,
        decisions=tuple(reversed(said)),
        asking=tuple(one for one in said if _waits(one)),
        log=tuple(_newest_lines(session)),
        panels=tuple(drawn(here.running.read, here.running.zero, limits)),
        wants=tuple(words.said(words.WANTED, one) for one in wanting(session, found)),
        stopped=holds(session),
        override=override_of(session),
    )


def _in_a_row(run: Run, zero: datetime | None) -> Said:
    said = said_of(run.decision, run.revises)
    ends = (run.since, run.decision.at)
    minutes = None if zero is None else tuple(int((at - zero).total_seconds() // 60) for at in ends)
    return replace(said, since=run.since, answer=run.answer, minutes=minutes)  # type: ignore[arg-type]


def said_of(decision: Decision, revises: str = "") -> Said:
    """One decision in words."""
    return Said(
        decision=decision,
        since=decision.at,
        word=words.said(words.DECISIONS, decision.word),
        says=tuple(one.get("says") or _open(one) for one in _gravest_first(decision.findings)),
        revises=words.said(words.DECISIONS, revises) if revises else "",
    )


def _gravest_first(findings: Json) -> list[Json]:
    """What made the decision before what is only said beside it."""
    each = sorted(findings.items(), key=lambda one: _gravity(*one), reverse=True)
    return [finding for _, finding in each]


def _gravity(rule_id: str, finding: Json) -> int:
    """The place of what its rule decides: where it is met, or while nobody knows."""
    rule = shipped().session_rules.get(rule_id)
    decides = rule and (rule.decision if finding.get("says") else rule.open_decision)
    return MILDEST_FIRST.index(decides) if decides else 0


def _waits(said: Said) -> bool:
    """Whether someone must still say what was done about it."""
    return said.answer is None and said.decision.word in TO_ANSWER and said.decision.asks


def _open(finding: Json) -> str:
    asks = ", ".join(words.said(words.SHORT, one) for one in finding.get("asks", ()))
    return _("Not known: %(what)s") % {"what": asks}


def log_of(session: Session) -> QuerySet[Charted]:
    """All that was charted, the newest first; a line struck out stays, and says so."""
    rows = session.charted.exclude(kind=Charted.Kind.STRUCK)
    return rows.select_related("by", "second", "device").order_by("-at", "-pk")


def lines(session: Session, rows: Iterable[Charted]) -> list[Line]:
    """Each row in words."""
    found = list(rows)
    prefetch_related_objects(found, "struck_by__by")
    return [_line(session, row) for row in found]


def _newest_lines(session: Session) -> list[Line]:
    """The newest of what people charted, which a monitor would soon push off, and of all."""
    rows = log_of(session)
    shown = chain(rows[:NEWEST_OF_ALL], rows.filter(device=None)[:NEWEST_LINES])
    each = {row.pk: row for row in shown}
    return lines(session, sorted(each.values(), key=lambda row: (row.at, row.pk), reverse=True))


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
