"""The first box: danger signs, what was not asked, and whom to call."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from euthymia.engine.assessment import Assessment
from euthymia.engine.findings import Danger
from euthymia.exchange.page.statement import FactLine, Statement, fact_line, said
from euthymia.exchange.words import crisis_place
from euthymia.knowledge import Knowledge
from euthymia.terms import Verdict

TONES = {Verdict.MET: "danger", Verdict.UNKNOWN: "open", Verdict.NOT_MET: "quiet"}
HEADINGS = {
    "danger": "Danger sign present",
    "open": "Safety first: not asked, or not lately",
    "quiet": "Safety first: no danger sign in the newest answer",
}


ZERO = "phq9-item9-veterans"
"""The source that says what a zero in the newest answer does not settle."""


class DangerLine(Struct, frozen=True):
    """One danger sign. `statement` speaks when it is met; `ask` when nobody knows."""

    tone: str
    word: str
    statement: Statement
    facts: tuple[FactLine, ...]
    ask: str


class SafetyBox(Struct, frozen=True):
    """All danger signs, gravest first, with the crisis line of the country.

    `beware`: what no danger sign in an answer does not settle; None where one is present or open.
    """

    tone: str
    heading: str
    dangers: tuple[DangerLine, ...]
    crisis: Statement
    emergency: str
    country: str
    checked: str
    beware: Statement | None = None


def safety_box(assessment: Assessment, knowledge: Knowledge) -> SafetyBox:
    dangers = tuple(_danger(one, knowledge) for one in assessment.safety.findings)
    gravest = max((one.verdict for one in assessment.safety.findings), default=Verdict.UNKNOWN)
    line = assessment.safety.crisis_line
    return SafetyBox(
        tone=TONES[gravest],
        heading=HEADINGS[TONES[gravest]],
        dangers=dangers,
        crisis=said(line),
        emergency=line.emergency,
        country=crisis_place(assessment.safety),
        checked=line.checked,
        beware=_beware(dangers) if gravest is Verdict.NOT_MET else None,
    )


def _beware(dangers: Iterable[DangerLine]) -> Statement | None:
    """In the words of the source, where one of the answers was held to it."""
    for one in dangers:
        for item in one.statement.evidence:
            if item.id == ZERO:
                return Statement(item.supports, one.statement.status, (item,), item.title)
    return None


def _danger(danger: Danger, knowledge: Knowledge) -> DangerLine:
    """What it says is shown only where it is met; an old or missing answer becomes a question."""
    met, is_open = danger.verdict is Verdict.MET, danger.verdict is Verdict.UNKNOWN
    answered = any(fact.value is not None for fact in danger.because)
    open_word = f"not known, {'what is on record is old' if answered else 'not asked'}"
    return DangerLine(
        tone=TONES[danger.verdict],
        word="present" if met else open_word if is_open else "not reported",
        statement=Statement(danger.says if met else "", danger.status, danger.evidence),
        facts=tuple(fact_line(fact, knowledge) for fact in danger.because if answered),
        ask=danger.ask if is_open else "",
    )
