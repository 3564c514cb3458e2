"""What could mimic resistance: what is there, what nobody knows yet, and what was ruled out."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from euthymia.engine.assessment import Assessment
from euthymia.engine.findings import Fact, Finding
from euthymia.exchange.page.statement import FactLine, Statement, fact_line
from euthymia.knowledge import Knowledge
from euthymia.knowledge.criteria import Criterion, Kind
from euthymia.terms import Verdict

KINDS: dict[Kind, str] = {
    "exclude": "excludes",
    "correct_first": "correct first",
    "annotate": "annotates",
    "information": "information",
}
"""What a met mimic does to the answer, gravest first."""


LISTS = ("diagnoses", "medications")
"""Sections of which silence is a no, where the record calls them complete."""


class MimicLine(Struct, frozen=True, kw_only=True):
    """One mimic. It speaks only where it is met; its questions stand only where it is open."""

    id: str
    kind: str
    statement: Statement
    facts: tuple[FactLine, ...]
    asks: tuple[str, ...]
    actions: tuple[str, ...]
    note: str


class Mimics(Struct, frozen=True):
    """All mimics by verdict, each in the order exclude, correct first, annotate.

    `turning` are the open ones that exclude: they could still turn the answer. What is not met was
    either `ruled_out` by something told, or is `unrecorded`: a whole list holds nothing of it.
    """

    met: tuple[MimicLine, ...]
    turning: tuple[MimicLine, ...]
    open: tuple[MimicLine, ...]
    ruled_out: tuple[MimicLine, ...]
    unrecorded: tuple[MimicLine, ...] = ()


def mimics(assessment: Assessment, knowledge: Knowledge) -> Mimics:
    order = list(KINDS)
    found = sorted(assessment.mimics, key=lambda one: order.index(one.criterion.kind))
    not_met = [one for one in found if one.verdict is Verdict.NOT_MET]
    unknown = [one for one in found if one.verdict is Verdict.UNKNOWN]
    return Mimics(
        met=_lines((one for one in found if one.verdict is Verdict.MET), knowledge),
        turning=_lines((one for one in unknown if one.criterion.kind == "exclude"), knowledge),
        open=_lines((one for one in unknown if one.criterion.kind != "exclude"), knowledge),
        ruled_out=_lines((one for one in not_met if _was_told(one, knowledge)), knowledge),
        unrecorded=_lines((one for one in not_met if not _was_told(one, knowledge)), knowledge),
    )


def _was_told(finding: Finding, knowledge: Knowledge) -> bool:
    """Whether anything that was measured or answered speaks, and not only the silence of a list."""
    known = [fact for fact in finding.because if fact.value is not None]
    return not known or not all(_silence(fact, knowledge) for fact in known)


def _silence(fact: Fact, knowledge: Knowledge) -> bool:
    """A no that nobody gave: the list of diagnoses or of drugs is whole, and does not hold it."""
    source = knowledge.facts.get(fact.name)
    listed = source is not None and source.section in LISTS
    return listed and fact.value is False and fact.seen is None and fact.resource is None


def _lines(found: Iterable[Finding], knowledge: Knowledge) -> tuple[MimicLine, ...]:
    return tuple(_line(finding, knowledge) for finding in found)


def _line(finding: Finding, knowledge: Knowledge) -> MimicLine:
    criterion, met = finding.criterion, finding.verdict is Verdict.MET
    known = (fact for fact in finding.because if fact.value is not None)
    return MimicLine(
        id=criterion.id,
        kind=KINDS[criterion.kind],
        statement=_statement(criterion, met=met),
        facts=tuple(fact_line(fact, knowledge) for fact in known),
        asks=tuple(dict.fromkeys(fact.ask for fact in finding.missing)),
        actions=tuple(one.replace("_", " ") for one in criterion.actions) if met else (),
        note=criterion.note or "" if met else "",
    )


def _statement(criterion: Criterion, *, met: bool) -> Statement:
    """What it says is conclusive, so it is withheld until it is met."""
    says = criterion.says if met else ""
    evidence = criterion.evidence
    return Statement(says, criterion.status, evidence, criterion.title, criterion.grade)
