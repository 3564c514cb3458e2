"""The whole answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from euthymia.engine.choice import Choice
from euthymia.engine.course_findings import CourseFinding
from euthymia.engine.findings import (
    Causes,
    Change,
    Fact,
    Finding,
    NextStep,
    Quality,
    Question,
    Resistance,
    Safety,
    Score,
)
from euthymia.engine.options import Option
from euthymia.record.entries import Event


class Assessment(Struct, frozen=True, kw_only=True):
    """Everything the engine has to say about one patient on one day.

    `facts` are all that the criteria rest on, by name. `events` are those of the record by then,
    such as stays in hospital; nothing rests on them.
    """

    patient: str | None
    as_of: date
    knowledge: str
    safety: Safety
    quality: Quality
    scores: tuple[Score, ...]
    changes: tuple[Change, ...]
    resistance: Resistance
    mimics: tuple[Finding, ...]
    causes: Causes
    next: tuple[NextStep, ...]
    options: tuple[Option, ...]
    choice: Choice
    questions: tuple[Question, ...]
    facts: Mapping[str, Fact] = {}
    events: tuple[Event, ...] = ()
    course: tuple[CourseFinding, ...] = ()
