"""Whether something told by a patient is a sign of danger: the engine's own word on it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from euthymia import assess, shipped
from euthymia.clinic.patients.forms.words import word_of
from euthymia.engine.findings import Danger, Fact, Safety
from euthymia.exchange.intake import read_intake
from euthymia.knowledge.instruments import CrisisLine, Instrument
from euthymia.terms import Quantity, Verdict

Json = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """One answer that tells of danger, or that nobody gave: in words, and of which day."""

    says: str
    day: date | None


@dataclass(frozen=True)
class Sign:
    """A danger sign as the engine judges it, and the answers it rests on."""

    found: Danger
    answers: Sequence[Answer]

    @property
    def line(self) -> str:
        """As in: thoughts of death or self-harm: several days."""
        said = ", ".join(one.says for one in self.answers)
        return f"{self.found.title}: {said}" if said else self.found.title


def is_told(form: Json) -> bool:
    """Whether an intake form tells of danger outright; where nobody asked, it does not."""
    return bool(told_signs(form))


def in_danger(form: Json) -> bool:
    """Whether an intake form shows a danger sign, such as a suicide item that is not 0.

    A sign that cannot be settled counts: nobody is left waiting for want of an answer.
    """
    return any(sign.verdict is not Verdict.NOT_MET for sign in _safety(form).findings)


def told_signs(form: Json) -> list[Sign]:
    """What of danger a form tells outright. Raises SourceError where it cannot be read."""
    return [one for one in signs_of(_safety(form)) if one.found.verdict is Verdict.MET]


def signs_of(safety: Safety) -> list[Sign]:
    """Each sign with the answers it rests on, in words."""
    return [Sign(one, tuple(_answers(one.because))) for one in safety.findings]


def line_for(country: str) -> CrisisLine:
    """Whom to call in a country; the worldwide directory where no page names one."""
    lines = shipped().crisis_lines
    return lines.get(country, lines["default"])


def item_in_words(told: Json) -> tuple[str, str] | None:
    """What the suicide item of a scale asks about, and its answer; None where it has none."""
    page = shipped().instruments.get(told.get("instrument", ""))
    if page is None or page.safety is None or page.safety.number is None:
        return None
    items = told.get("items", ())
    answer = items[page.safety.number - 1] if len(items) >= page.safety.number else None
    return None if answer is None else (page.safety.title, points_in_words(page, answer))


def points_in_words(page: Instrument, points: float) -> str:
    """An answer as its form says it: `several days`; its points where the form has no words."""
    words = [word for word, worth in page.answers.items() if worth == points]
    said = next((word for word in words if word.islower()), "")
    return str(word_of(said)) if said else f"{points:g}"


def asks_step_by_step() -> str:
    """The scale that asks about suicide in every item: its id, to be asked in person."""
    pages = shipped().instruments.values()
    return next((one.id for one in pages if one.safety and one.safety.number is None), "")


def _safety(form: Json) -> Safety:
    return assess(read_intake("told", json.dumps(form).encode(), shipped())).safety


def _answers(because: Iterable[Fact]) -> Iterable[Answer]:
    for fact in because:
        if fact.value is not None:
            yield Answer(_said(fact), fact.seen)


def _said(fact: Fact) -> str:
    form = fact.name.partition("_item_")[0]
    page = shipped().instruments.get(form)
    if page is not None and isinstance(fact.value, Quantity):
        return points_in_words(page, fact.value.value)
    return str(fact.value)
