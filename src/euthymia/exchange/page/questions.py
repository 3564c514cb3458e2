"""What to ask next, in the order in which it could change most."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from euthymia.engine.assessment import Assessment
from euthymia.engine.findings import ANSWER, Question
from euthymia.engine.questions import in_words
from euthymia.engine.suitability import Suitability
from euthymia.exchange.page.statement import Statement
from euthymia.exchange.words import name_of
from euthymia.knowledge import Knowledge


class QuestionLine(Struct, frozen=True):
    """One question. `turns`: it could turn the answer.

    `idle`: all that it settles is of options that are not called for, so it stands last.
    """

    ask: str
    turns: bool
    settles: tuple[str, ...]
    why: Statement | None
    idle: bool = False


def question_lines(assessment: Assessment, knowledge: Knowledge) -> tuple[QuestionLine, ...]:
    """What could matter now first, each part in the order of the judge."""
    names, idle = _names(assessment, knowledge), _not_called_for(assessment)
    lines = [
        _line(question, names, knowledge, idle=_only_of(question, idle))
        for question in in_words(assessment.questions)
        if not question.only_measures
    ]
    return tuple(sorted(lines, key=lambda one: one.idle))


def _not_called_for(assessment: Assessment) -> tuple[str, ...]:
    """Where the pointers into options begin that are not called for."""
    found = (one for one in assessment.options if one.suitability is Suitability.NOT_INDICATED)
    return tuple(f"/options/{one.therapy.id}/" for one in found)


def _only_of(question: Question, places: tuple[str, ...]) -> bool:
    return all(pointer.startswith(places) for pointer in question.settles)


def _line(
    question: Question, names: Mapping[str, str], knowledge: Knowledge, *, idle: bool
) -> QuestionLine:
    settles = (_settled(pointer, names) for pointer in question.settles if pointer != ANSWER)
    page = knowledge.questions.get(question.id)
    return QuestionLine(
        question.ask,
        question.turns_answer,
        tuple(dict.fromkeys(settles)),
        Statement(page.why, page.status, page.evidence) if page else None,
        idle,
    )


def _settled(pointer: str, names: Mapping[str, str]) -> str:
    """The last part of a pointer that has a name of its own."""
    known = [names[part] for part in pointer.split("/") if part in names]
    return known[0] if known else "safety"


def _names(assessment: Assessment, knowledge: Knowledge) -> dict[str, str]:
    """What the parts of a pointer are called on this page."""
    trials = assessment.resistance.trials
    return {
        **{name: page.name for name, page in knowledge.rules.items()},
        **{name: page.name for name, page in knowledge.stagings.items()},
        **{one.criterion.id: one.criterion.title for one in assessment.mimics},
        **{name: page.title for name, page in knowledge.indicators.items()},
        **{name: page.name for name, page in knowledge.therapies.items()},
        **{one.trial.id: f"{name_of(one)} ({one.trial.id})" for one in trials},
    }
