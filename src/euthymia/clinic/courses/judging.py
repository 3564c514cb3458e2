"""A session judged by the engine as it stands; each decision is kept beside those before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import msgspec
from django.db.models import Q

from euthymia.clinic.courses.form import form_of
from euthymia.clinic.courses.models import Decision, Session
from euthymia.clinic.courses.remembered import Memory
from euthymia.clinic.courses.running import EVERYTHING, NOTHING, Running, caught_up
from euthymia.clinic.rights.adoption import withheld
from euthymia.engine.sessions import Decided, SessionAnswer, answered, replay
from euthymia.exchange.session import read_session
from euthymia.exchange.session_document import decision_told, document
from euthymia.library import shipped

Json = dict[str, Any]
FOLDS: Memory[Running] = Memory()
WITHDRAWN = "withdrawn"
"""The word of a decision whose reading was struck out: nothing is decided there any more."""


@dataclass(frozen=True)
class Judged:
    """A session as the engine sees it now."""

    session: Session
    running: Running
    answer: SessionAnswer

    @property
    def state(self) -> str:
        return self.answer.state

    @property
    def form_due_days(self) -> int | None:
        """Within how many days a form is due after this dose; None: none is."""
        return None if self.answer.form is None else self.answer.form.due_days

    @cached_property
    def form(self) -> Json:
        """The whole session as its form; long in the making, as the document is."""
        return form_of(self.session, datetime.fromtimestamp(self.running.zero, UTC))

    @cached_property
    def document(self) -> Json:
        return document(self.answer)


def limits_adopted(session: Session) -> bool:
    """Whether the medical director signed every page that sessions of this therapy rest on."""
    return session.course.therapy not in withheld(session.patient.clinic)


def judged(session: Session, now: datetime) -> Judged | None:
    """What the engine says of a session; None where no limit is adopted here.

    Raises:
        SourceError: What was charted cannot be; the line names the place and the mend.
    """
    return seen(session, now) if limits_adopted(session) else None


def seen(session: Session, now: datetime) -> Judged:
    """Likewise whatever is adopted; no rule of it may speak where nothing is."""
    running = caught_up(session, now, FOLDS.of(session))
    FOLDS.keep(session, running)
    return Judged(session, running, answered(running.record, running.state, shipped()))


def replayed(form: Json) -> SessionAnswer:
    """What the engine says of a whole form. Raises SourceError."""
    return replay(read_session("session", msgspec.json.encode(form), shipped()), shipped())


def keep(found: Judged) -> list[Decision]:
    """Writes down each decision that is new, and each that what came in late has changed.

    What was shown stays; one that changed names what it revises. Compared are those that may
    differ from what was kept. Returns the new ones.
    """
    now = {at: (one["decision"], one["findings"]) for at, one in _decided(found)}
    shown = {one.at: one for one in _shown(found, list(now))}
    session = found.session
    gone = [one for at, one in shown.items() if at not in now and one.word != WITHDRAWN]
    new = [
        Decision(session=session, at=at, word=word, findings=findings, revises=shown.get(at))
        for at, (word, findings) in now.items()
        if at not in shown or (shown[at].word, shown[at].findings) != (word, findings)
    ]
    new += [Decision(session=session, at=one.at, word=WITHDRAWN, revises=one) for one in gone]
    made = Decision.objects.bulk_create(new)
    FOLDS.keep(session, replace(found.running, touched=NOTHING))
    return made


def _decided(found: Judged) -> Iterator[tuple[datetime, Json]]:
    """The decisions that may differ, each with its time; a gate nobody asked yet has none."""
    for one in _may_differ(found):
        at = found.running.time_of(one.minute)
        if at is not None:
            yield at, decision_told(one)


def _may_differ(found: Judged) -> list[Decided]:
    """Those since something was touched; the first and that of the gate have to do with all."""
    running, decisions = found.running, found.answer.decisions
    return [
        one
        for number, one in enumerate(decisions)
        if number == 0 or one.minute == 0 or running.second_at(one.minute) >= running.touched
    ]


def _shown(found: Judged, times: list[datetime]) -> list[Decision]:
    """What was kept so far of the same times."""
    kept, touched = found.session.decisions.filter(revised_by=None), found.running.touched
    if touched == EVERYTHING:
        return list(kept)
    here = Q(at__in=times)
    if touched != NOTHING:
        here |= Q(at__gte=datetime.fromtimestamp(touched, UTC))
    return list(kept.filter(here))
