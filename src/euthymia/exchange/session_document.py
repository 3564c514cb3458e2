"""Writes what was judged of a session as the public document (session-result.schema.json)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from euthymia.engine.findings import Fact, Finding
from euthymia.engine.sessions import Decided, Ending, SessionAnswer
from euthymia.terms import Quantity, Verdict

Json = dict[str, Any]
DEFAULTS = "rests_on_design_defaults"
"""The finding that marks, for a machine, which rules no site has adopted."""


def to_json(answer: SessionAnswer) -> bytes:
    """The document as UTF-8 bytes: the same session always gives the same bytes."""
    return msgspec.json.encode(document(answer))


def document(answer: SessionAnswer) -> Json:
    """The answer, keyed by name throughout; decisions by their minute."""
    given = answer.session.delivered
    return {
        "session_result": 1,
        "therapy": answer.session.therapy,
        "knowledge": answer.knowledge,
        "state": answer.state,
        "decisions": {minute_words(one.minute): decision_told(one) for one in answer.decisions},
        "delivered_mg": _rounded(answer.delivered_mg),
        "wasted_mg": _rounded(answer.wasted_mg),
        "delivered_pulses": None if given is None else given.pulses,
        "achieved_pct_mt": _rounded(answer.achieved_pct_mt),
        "discharge": answer.discharge and _discharge(answer.discharge),
        "closing": answer.closing and _closing(answer.closing),
        "rems_form_due_days": answer.form and answer.form.due_days,
        "findings": _of_the_whole(answer),
    }


def minute_words(minute: float) -> str:
    """A minute as a key: 20, -5 or 2.5."""
    return format(Decimal(repr(minute + 0.0)).normalize(), "f")  # + 0.0: never -0


def _rounded(number: float | None) -> float | None:
    """Without the dust of binary fractions, which nobody weighs or reads."""
    return None if number is None else round(number, 9)


def decision_told(decided: Decided) -> Json:
    """One decision as the document has it: the word, and the findings behind it by their ids."""
    return {
        "decision": decided.decision,
        "findings": {one.criterion.id: _finding(one) for one in decided.findings},
    }


def _discharge(ending: Ending) -> Json:
    return {
        "verdict": ending.verdict.word,
        "missing": list(ending.missing),
        "findings": {
            one.rule.as_missing or one.rule.id: _finding(one.finding) for one in ending.requirements
        },
    }


def _closing(ending: Ending) -> Json:
    """A session closes only when all is there: what is not known is not there."""
    verdict = Verdict.NOT_MET if ending.missing else Verdict.MET
    return {"verdict": verdict.word, "missing": list(ending.missing)}


def _of_the_whole(answer: SessionAnswer) -> Json:
    found = {one.criterion.id: _finding(one) for one in answer.findings}
    unadopted = design_defaults(answer)
    if unadopted:
        found[DEFAULTS] = {
            "kind": "information",
            "verdict": Verdict.MET.word,
            "says": "Rules that rest on design defaults: not adopted by a site.",
            "because": [{"fact": name, "value": "design_default"} for name in unadopted],
            "sources": [],
        }
    return found


def design_defaults(answer: SessionAnswer) -> tuple[str, ...]:
    """The rules shown whose limits are our proposal, which no site has adopted."""
    ending = answer.discharge.requirements if answer.discharge else ()
    shown = (
        *(finding for decided in answer.decisions for finding in decided.findings),
        *answer.findings,
        *(one.finding for one in ending),
    )
    names = (one.criterion.id for one in shown if is_default(one))
    return tuple(dict.fromkeys(names))


def _finding(finding: Finding) -> Json:
    criterion = finding.criterion
    open_ = finding.verdict is Verdict.UNKNOWN
    says = {"says": criterion.says} if finding.verdict is Verdict.MET else {}
    asks = {"asks": [fact.name for fact in finding.missing]} if open_ else {}
    return {
        "kind": criterion.kind,
        "verdict": finding.verdict.word,
        **says,
        "because": [{"fact": one.name, "value": value_of(one)} for one in finding.because],
        "sources": [item.id for item in criterion.evidence],
        "actions": list(actions_of(finding)),
        **asks,
    }


def actions_of(finding: Finding) -> tuple[str, ...]:
    """What to do: where a rule is met, or where a requirement is not."""
    wanted = Verdict.NOT_MET if finding.criterion.kind == "requirement" else Verdict.MET
    return finding.criterion.actions if finding.verdict is wanted else ()


def is_default(finding: Finding) -> bool:
    """Whether it rests on a limit that is our proposal."""
    return finding.criterion.status == "design_default"


def value_of(fact: Fact) -> bool | float | str | None:
    """The value alone: the unit stands in the name of the field."""
    if isinstance(fact.value, Quantity):
        number = fact.value.value
        return int(number) if number == int(number) else number
    return fact.value
