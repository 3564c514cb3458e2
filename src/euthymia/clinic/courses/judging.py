"""A session judged by the engine as it stands; each decision is kept beside those before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from euthymia.clinic.courses.form import Told, form_of
from euthymia.clinic.courses.models import Decision, Session
from euthymia.clinic.rights.adoption import withheld
from euthymia.engine.sessions import SessionAnswer, replay
from euthymia.exchange.session import read_session
from euthymia.exchange.session_document import document, minute_words
from euthymia.library import shipped

Json = dict[str, Any]
WITHDRAWN = "withdrawn"
"""The word of a decision whose reading was struck out: nothing is decided there any more."""


@dataclass(frozen=True)
class Judged:
    """A session as the engine sees it now."""

    told: Told
    answer: SessionAnswer
    document: Json

    @property
    def state(self) -> str:
        return self.answer.state


def limits_adopted(session: Session) -> bool:
    """Whether the medical director signed every page that sessions of this therapy rest on."""
    return session.course.therapy not in withheld(session.patient.clinic)


def judged(session: Session, now: datetime) -> Judged | None:
    """What the engine says of a session; None where no limit is adopted here.

    Raises:
        SourceError: What was charted cannot be; the line names the place and the mend.
    """
    if not limits_adopted(session):
        return None
    return judged_so(form_of(session, now))


def judged_so(told: Told) -> Judged:
    """Likewise of a form, whatever is adopted."""
    read = read_session("session", msgspec.json.encode(told.form), shipped())
    answer = replay(read, shipped())
    return Judged(told, answer, document(answer))


def keep(session: Session, found: Judged) -> list[Decision]:
    """Writes down each decision that is new, and each that what came in late has changed.

    What was shown stays; one that changed names what it revises. Returns the new ones.
    """
    shown = {one.at: one for one in session.decisions.filter(revised_by=None)}
    now = {at: (word, findings) for at, word, findings in _decided(found)}
    gone = [one for at, one in shown.items() if at not in now and one.word != WITHDRAWN]
    new = [
        Decision(session=session, at=at, word=word, findings=findings, revises=shown.get(at))
        for at, (word, findings) in now.items()
        if at not in shown or (shown[at].word, shown[at].findings) != (word, findings)
    ]
    new += [Decision(session=session, at=one.at, word=WITHDRAWN, revises=one) for one in gone]
    for one in new:
        one.save()
    return new


def _decided(found: Judged) -> Iterator[tuple[datetime, str, Json]]:
    for one in found.answer.decisions:
        minute = minute_words(one.minute)
        told = found.document["decisions"][minute]
        if minute in found.told.times:
            yield found.told.times[minute], told["decision"], told["findings"]
