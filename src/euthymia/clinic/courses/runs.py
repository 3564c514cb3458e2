"""Decisions in a row that say the same, as one: a monitor that posts each second says it often."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Max, QuerySet

from euthymia.clinic.courses.models import Answered, Decision, Session
from euthymia.clinic.courses.remembered import Memory

Json = dict[str, Any]
Saying = tuple[str, tuple[tuple[str, str, tuple[str, ...]], ...], str]
"""The word, each finding with what it says or asks, and the word that it revises."""


class Answer(NamedTuple):
    """What was done about it, by whom, and when."""

    how: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Run:
    """Decisions in a row that say the same, and were answered alike.

    `decision` is the newest of them, `since` the time of the first; `revises` the word before.
    """

    decision: Decision
    since: datetime
    revises: str
    answer: Answer | None

    @property
    def saying(self) -> Saying:
        return saying_of(self.decision, self.revises)


@dataclass(frozen=True)
class Runs:
    """All of a session, rising; up to which decision, and which answer, they were read."""

    newest: Decision | None
    answers: int
    each: tuple[Run, ...]


A_LOOK = 100
"""Decisions that are read at once."""
RUNS: Memory[Runs] = Memory()


def saying_of(decision: Decision, revises: str = "") -> Saying:
    """What a decision says to whoever reads it, without the values it rests on."""
    findings = decision.findings.items()
    told = ((id_, one.get("says", ""), tuple(one.get("asks", ()))) for id_, one in findings)
    return decision.word, tuple(told), revises


def runs_of(session: Session) -> tuple[Run, ...]:
    """The decisions that stand, by when they were made; read on from those remembered."""
    known = RUNS.of(session)
    answers = Answered.objects.aggregate(newest=Max("pk"))["newest"] or 0
    new = None if known is None or known.answers != answers else _new(session, known)
    if known is not None and new == []:
        return known.each
    since = min((one.at for one in new), default=None) if new else None
    before = _ended_before(since, known.each) if known and since else ()
    newest = new[-1] if new else _newest(session)
    found = Runs(newest, answers, _joined(before, _standing(session, before)))
    RUNS.keep(session, found)
    return found.each


def _new(session: Session, known: Runs) -> list[Decision] | None:
    """Decisions made since; None where the newest that is known is another, or is none."""
    if known.newest is None:
        return None
    found = list(session.decisions.filter(pk__gte=known.newest.pk).order_by("pk"))
    if not found or (found[0].pk, found[0].made) != (known.newest.pk, known.newest.made):
        return None
    return found[1:]


def _newest(session: Session) -> Decision | None:
    return session.decisions.order_by("-pk").first()


def _ended_before(since: datetime, runs: Sequence[Run]) -> tuple[Run, ...]:
    return tuple(one for one in runs if one.decision.at < since)


def _standing(session: Session, before: Sequence[Run]) -> list[Run]:
    """Each decision that stands after those runs, as a run of its own."""
    found = session.decisions.filter(revised_by=None).select_related("revises", "answered__by")
    rest = found.filter(at__gt=before[-1].decision.at) if before else found
    return [_alone(one) for one in rest.order_by("at", "pk")]


def _alone(decision: Decision) -> Run:
    told = getattr(decision, "answered", None)
    answer = None if told is None else Answer(told.how, told.by.name, told.at)
    before = decision.revises.word if decision.revises else ""
    return Run(decision, decision.at, before, answer)


def _joined(runs: Iterable[Run], rest: Iterable[Run]) -> tuple[Run, ...]:
    found = list(runs)
    for one in rest:
        alike = bool(found) and (found[-1].saying, found[-1].answer) == (one.saying, one.answer)
        if alike:
            found[-1] = replace(found[-1], decision=one.decision)
        else:
            found.append(one)
    return tuple(found)


def run_around(decision: Decision) -> list[Decision]:
    """The decisions that stand in a row with this one, say the same, and wait for an answer."""
    standing = decision.session.decisions.filter(revised_by=None).select_related("answered")
    before = standing.filter(at__lt=decision.at).order_by("-at", "-pk")
    after = standing.filter(at__gt=decision.at).order_by("at", "pk")
    return [decision, *_alike(decision, before), *_alike(decision, after)]


def _alike(decision: Decision, others: QuerySet[Decision]) -> Iterable[Decision]:
    for one in others.iterator(A_LOOK):
        if saying_of(one) != saying_of(decision) or hasattr(one, "answered"):
            return
        yield one


def said_this_minute(decision: Decision) -> bool:
    """Whether one before it, in the same minute of the clock, said the same."""
    minute = decision.at.replace(second=0, microsecond=0)
    before = decision.session.decisions.filter(revised_by=None, at__gte=minute, at__lt=decision.at)
    return any(saying_of(one) == saying_of(decision) for one in before)
