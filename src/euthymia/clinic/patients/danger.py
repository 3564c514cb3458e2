"""Whether something told is a sign of danger: the engine's own word on it, and asked here alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from euthymia import assess, shipped
from euthymia.clinic.patients.forms.words import word_of
from euthymia.engine.findings import Danger, Fact, Safety
from euthymia.exchange.intake import read_intake
from euthymia.knowledge.instruments import CrisisLine, Instrument
from euthymia.record import Record
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


def calls(form: Json) -> bool:
    """Whether its scales call someone at once: danger is told, or a bare total hides the answer.

    An answer of 0 is an answer, however many others are open. A question that nobody answered
    calls nobody: it is asked by whoever reads the form (`to_ask`). The scales are read alone, so
    that nothing else which cannot be read keeps anyone from being called.
    """
    asking = [one for one in form.get("scales", ()) if _asks(one)]
    bare = [one for one in asking if not one.get("items")]
    return _is_any(form, asking, Verdict.MET) or _is_any(form, bare, Verdict.UNKNOWN)


def _is_any(form: Json, scales: Sequence[Json], verdict: Verdict) -> bool:
    """Whether some sign of these scales is judged so; of no scale none is."""
    alone = {"intake": form["intake"], "as_of": form["as_of"], "scales": scales}
    return bool(scales) and any(one.verdict is verdict for one in _safety(alone).findings)


def _asks(scale: Json) -> bool:
    return shipped().instruments[scale["instrument"]].safety is not None


def items_tell(scales: Mapping[str, Sequence[int | None]]) -> bool:
    """Whether items of these scales, in their order, tell of danger outright; None is open."""
    told = [{"instrument": name, "items": items} for name, items in scales.items()]
    told = [one for one in told if _asks(one)]
    today = timezone.localdate().isoformat()
    return bool(told) and is_told({"intake": 1, "as_of": today, "scales": told})


def to_ask(form: Json) -> list[str]:
    """What to ask about suicide, where a form settles nothing of it. Raises SourceError."""
    findings = _safety(form).findings
    if any(one.verdict is not Verdict.UNKNOWN for one in findings):
        return []
    return [one.ask for one in findings]


def is_told_in(record: Record) -> bool:
    """Whether a record, such as what a brought file tells, tells of danger outright."""
    return any(one.verdict is Verdict.MET for one in assess(record).safety.findings)


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
