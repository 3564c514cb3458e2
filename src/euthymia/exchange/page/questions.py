"""What to ask next, in the order in which it could change most."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from euthymia.engine.assessment import Assessment
from euthymia.engine.findings import ANSWER, Question
from euthymia.engine.questions import in_words
from euthymia.exchange.page.statement import Statement
from euthymia.exchange.words import name_of
from euthymia.knowledge import Knowledge


class QuestionLine(Struct, frozen=True):
    """One question. `turns`: it could turn the answer."""

    ask: str
    turns: bool
    settles: tuple[str, ...]
    why: Statement | None


def question_lines(assessment: Assessment, knowledge: Knowledge) -> tuple[QuestionLine, ...]:
    names = _names(assessment, knowledge)
    return tuple(
        _line(question, names, knowledge)
        for question in in_words(assessment.questions)
        if not question.only_measures
    )


def _line(question: Question, names: Mapping[str, str], knowledge: Knowledge) -> QuestionLine:
    settles = (_settled(pointer, names) for pointer in question.settles if pointer != ANSWER)
    page = knowledge.questions.get(question.id)
    return QuestionLine(
        question.ask,
        question.turns_answer,
        tuple(dict.fromkeys(settles)),
        Statement(page.why, page.status, page.evidence) if page else None,
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
