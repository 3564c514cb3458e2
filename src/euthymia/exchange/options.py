"""Writes the options of an assessment and the choice between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from euthymia.engine.choice import Choice, Placed
from euthymia.engine.findings import Fact, Graded, Outlook
from euthymia.engine.grading import gravest
from euthymia.engine.options import Option
from euthymia.exchange.causes import fact_of
from euthymia.exchange.plans import plan_of
from euthymia.exchange.words import MOST_NAMED
from euthymia.knowledge.evidence import Remark
from euthymia.knowledge.therapies import Arm, Standing
from euthymia.models.prognosis import Expected
from euthymia.terms import Verdict

Json = dict[str, Any]
UNREAD = "diagnosis_unread"


def options_of(options: Sequence[Option]) -> Json:
    """Every option by the id of its page."""
    return {one.therapy.id: _option(one) for one in options}


def _option(option: Option) -> Json:
    tracks = {track: found.word for track, found in option.tracks.items()}
    return {
        "suitability": option.suitability.word,
        "safety": {"final": option.final.word, **tracks},
        "findings": {one.finding.criterion.id: graded_of(one) for one in option.findings},
        "plan": plan_of(option.plan),
        "outlook": None if option.outlook is None else _outlook(option.outlook),
    }


def graded_of(graded: Graded) -> Json:
    """A finding with the stricter of its grades."""
    finding, criterion = graded.finding, graded.finding.criterion
    met = finding.verdict is Verdict.MET
    says = {"says": says_of(graded)} if met else {}
    asks = {"asks": [fact.name for fact in graded.missing]} if graded.missing else {}
    grade = {"grade": criterion.grade} if criterion.grade else {}
    return {
        "kind": gravest(graded.kinds),
        "verdict": finding.verdict.word,
        **says,
        "because": [
            *(_fact(fact) for fact in finding.because),
            *_not_read(graded),
            *_overridden(graded),
        ],
        "sources": [item.id for item in criterion.evidence],
        "actions": list(graded.actions),
        **asks,
        "status": criterion.status,
        **grade,
    }


def says_of(graded: Graded) -> str:
    """What the criterion says, and what circumstances of this patient add to it."""
    added = (one.says for one in graded.circumstances)
    return " ".join((graded.finding.criterion.says, *added))


def _fact(fact: Fact) -> Json:
    resource = {"resource": fact.resource} if fact.resource else {}
    return fact_of(fact) | resource


def _not_read(graded: Graded) -> Iterator[Json]:
    """The diagnoses that nobody could read, by their codes; a yes alone would name none."""
    for fact in graded.finding.because:
        if fact.name == UNREAD and fact.value is True:
            rest = len(fact.what) - MOST_NAMED
            more = (f"and {rest} more",) if rest > 0 else ()
            told = (*fact.what[:MOST_NAMED], *more)
            yield from ({"fact": "diagnosis", "value": one} for one in told)


def _overridden(graded: Graded) -> list[Json]:
    """Who took the milder of two grades, and why; it stands among the reasons."""
    word = graded.override
    if word is None:
        return []
    signed = {"date": word.signed.isoformat()} if word.signed else {}
    return [{"fact": "override", "value": f"{word.by}: {word.reason}", **signed}]


def _outlook(outlook: Outlook) -> Json:
    expected = {"response": outlook.response, "remission": outlook.remission}
    return {
        **{name: _expected(one) for name, one in expected.items() if one is not None},
        "source": outlook.arm.id,
        "transfer": outlook.transfer,
    }


def _expected(expected: Expected) -> Json:
    told: Json = msgspec.to_builtins(expected)
    return told


def choice_of(choice: Choice) -> Json:
    """The options side by side: their places, and what their pages say of the course of life."""
    placed = (*choice.now, *choice.open, *choice.not_now)
    return {
        "now": [one.option.therapy.id for one in choice.now],
        "open": [one.option.therapy.id for one in choice.open],
        "not_now": [one.option.therapy.id for one in choice.not_now],
        "compared": dict(choice.compared),
        "left_out": list(choice.left_out),
        "flips": [msgspec.to_builtins(one) for one in choice.flips],
        "options": {one.option.therapy.id: _placed(one) for one in placed},
    }


def _placed(placed: Placed) -> Json:
    therapy = placed.option.therapy
    return {
        "name": therapy.name,
        "share": placed.share,
        "declined": placed.declined,
        "preferred": placed.preferred,
        "standings": {merit: _told(one) for merit, one in therapy.standings.items()},
        "onset": None if therapy.onset is None else _told(therapy.onset),
        "durability": [_told(one) for one in therapy.durability],
        "arms": {one.id: _told(one) for one in placed.option.arms},
        **({} if therapy.no_knowledge is None else {"gap": _told(therapy.no_knowledge)}),
    }


def _told(entry: Arm | Remark | Standing) -> Json:
    """An entry of a page as it is, with its sources by id; what it does not say is left out."""
    told: Json = msgspec.to_builtins(entry)
    sources = [item["id"] for item in told.pop("evidence", ())]
    return {name: value for name, value in told.items() if value is not None} | {"sources": sources}
