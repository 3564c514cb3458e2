"""Sets what was judged of a session in plain words, for the one who watches the patient."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import fill

from euthymia.engine.findings import Fact, Finding
from euthymia.engine.sessions import Decided, Ending, SessionAnswer
from euthymia.exchange.session_document import (
    actions_of,
    design_defaults,
    is_default,
    minute_words,
    value_of,
)
from euthymia.knowledge.evidence import CONFIRMED
from euthymia.terms import Verdict

WIDTH = 100
THERAPY = {
    "ketamine_iv": "Ketamine infusion",
    "esketamine": "Esketamine spray",
    "tms": "Magnetic stimulation",
}
STATE = {
    "not_started": "not started",
    "running": "running",
    "paused": "paused",
    "stopped": "stopped for the day",
    "completed": "completed",
}
SIGN = {Verdict.MET: "yes", Verdict.NOT_MET: "NO ", Verdict.UNKNOWN: "?  "}
UNADOPTED, UNCONFIRMED = " [not adopted by a site]", " [to be confirmed by a clinician]"
UNITS = {
    "_mmhg": " mmHg",
    "_pct": " %",
    "_per_min": "/min",
    "_hours": " h",
    "_minutes": " min",
    "_kg": " kg",
    "_mg": " mg",
}
"""How the unit in a field's name is written behind its value."""


def report(answer: SessionAnswer) -> str:
    """The whole report: where it stands, each minute, the whole, the way home."""
    return "\n".join(_lines(answer)) + "\n"


def _lines(answer: SessionAnswer) -> Iterator[str]:
    name = THERAPY[answer.session.therapy]
    yield f"{name}: {STATE[answer.state]} (knowledge {answer.knowledge})"
    yield from _given(answer)
    yield ""
    for decided in answer.decisions:
        yield from _minute(decided)
    yield from _whole(answer.findings)
    yield from _home(answer)
    yield from _closing(answer.closing)
    yield from _form(answer)
    yield ""
    if design_defaults(answer):
        yield "[not adopted by a site]: a limit this software proposes, which no site has signed."
    yield "Advice to those who treat, not an order. Look at the patient first."


def _given(answer: SessionAnswer) -> Iterator[str]:
    """The dose given and left, or the pulses and intensity."""
    if answer.delivered_mg is not None:
        dose = answer.session.order.dose_mg
        yield f"Given: {answer.delivered_mg:.1f} mg of {dose:g} mg"
    if answer.wasted_mg is not None:
        yield f"Left over, to be accounted for: {answer.wasted_mg:.1f} mg"
    given = answer.session.delivered
    if given is not None and given.pulses is not None:
        yield f"Given: {given.pulses} pulses"
    if answer.achieved_pct_mt is not None:
        yield f"Intensity given: {answer.achieved_pct_mt:.0f} % of the motor threshold"


def _minute(decided: Decided) -> Iterator[str]:
    word = decided.decision.replace("_", " ").upper()
    open_ = decided.decision == "hold" and all(
        one.verdict is Verdict.UNKNOWN for one in decided.findings
    )
    ask = ", undetermined: ask" if open_ else ""
    yield f"minute {minute_words(decided.minute):>4}  {word}{ask}"
    for finding in decided.findings:
        yield from _finding(finding)


def _finding(finding: Finding) -> Iterator[str]:
    mark = _mark(finding)
    if finding.verdict is Verdict.UNKNOWN:
        yield _item(f"not known: {finding.criterion.title}{mark}")
        for ask in dict.fromkeys(fact.ask for fact in finding.missing):
            yield _item(ask, "      ")
        return
    yield _item(f"{finding.criterion.says}{_because(finding.because)}{mark}")
    actions = ", ".join(action.replace("_", " ") for action in actions_of(finding))
    if actions:
        yield _item(f"do: {actions}", "      ")


def _because(facts: Iterable[Fact]) -> str:
    told = [_fact(fact) for fact in facts if fact.value not in (True, False)]
    return f" ({', '.join(told)})" if told else ""


def _fact(fact: Fact) -> str:
    """`systolic 184 mmHg`, or `systolic missing`."""
    suffix = next((one for one in UNITS if fact.name.endswith(one)), "")
    name = fact.name.removesuffix(suffix).replace("_", " ")
    value = value_of(fact)
    return f"{name} missing" if value is None else f"{name} {value}{UNITS.get(suffix, '')}"


def _mark(finding: Finding) -> str:
    """Whether a site must adopt the rule first, or a clinician confirm it."""
    if is_default(finding):
        return UNADOPTED
    return "" if finding.criterion.status in CONFIRMED else UNCONFIRMED


def _item(text: str, indent: str = "    ") -> str:
    return fill(text, WIDTH, initial_indent=f"{indent}- ", subsequent_indent=f"{indent}  ")


def _whole(findings: Iterable[Finding]) -> Iterator[str]:
    lines = [line for finding in findings for line in _finding(finding)]
    if lines:
        yield "\nThe whole session"
        yield from lines


def _home(answer: SessionAnswer) -> Iterator[str]:
    ending = answer.discharge
    if ending is None:
        return
    words = {
        Verdict.MET: "may go home",
        Verdict.NOT_MET: "NOT YET",
        Verdict.UNKNOWN: "NOT YET: something is not known",
    }
    yield f"\nGoing home: {words[ending.verdict]}"
    for one in ending.requirements:
        yield _item(f"{SIGN[one.finding.verdict]} {one.rule.title}{_mark(one.finding)}")
        yield from _to_do(one.finding)


def _to_do(finding: Finding) -> Iterator[str]:
    """What is to be done where a requirement is not met, or asked where it is open."""
    actions = ", ".join(action.replace("_", " ") for action in actions_of(finding))
    if actions:
        yield _item(f"do: {actions}", "      ")
    for ask in dict.fromkeys(fact.ask for fact in finding.missing):
        yield _item(ask, "      ")


def _closing(ending: Ending | None) -> Iterator[str]:
    if ending is None:
        return
    if not ending.missing:
        yield "\nThe session can be closed."
        return
    yield "\nThe session CANNOT be closed. Missing:"
    for one in ending.requirements:
        if one.finding.verdict is not Verdict.MET:
            yield _item(one.rule.title)


def _form(answer: SessionAnswer) -> Iterator[str]:
    if answer.form is not None:
        yield f"\n{answer.form.title}: send within {answer.form.due_days} days. It asks for:"
        for field in answer.form.fields:
            yield _item(field)
