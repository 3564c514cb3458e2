"""Every rule set by its own name, side by side, with what it answers and on whose word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from euthymia.engine.assessment import Assessment
from euthymia.engine.findings import Resistance
from euthymia.engine.rule_answers import DutchAnswer
from euthymia.exchange.page.statement import Statement, said
from euthymia.exchange.rule_table import RuleRow, rule_rows
from euthymia.knowledge.rulesets import RecordAlgorithm, TrialRule
from euthymia.terms import Verdict

WORD = {Verdict.MET: "yes", Verdict.NOT_MET: "no", Verdict.UNKNOWN: "open"}
Family = Literal["Definitions and counts", "Staging instruments", "Record algorithms"]


class RuleLine(Struct, frozen=True, kw_only=True):
    """One rule set. `resistant`: whether it calls the patient resistant; some do not say.

    `answers`: what it says in its own terms.
    """

    resistant: str
    answers: tuple[str, ...]
    statement: Statement
    caveats: tuple[Statement, ...]


class RuleSets(Struct, frozen=True):
    """All rule sets by family, and how far they agree."""

    families: tuple[tuple[Family, tuple[RuleLine, ...]], ...]
    agreement: str


def rule_sets(assessment: Assessment) -> RuleSets:
    found = assessment.resistance
    families: dict[Family, list[RuleLine]] = {}
    for row in rule_rows(found):
        families.setdefault(_family(row), []).append(_line(row, found))
    told = tuple((family, tuple(lines)) for family, lines in families.items())
    return RuleSets(told, _agreement(found, sum(len(lines) for _, lines in told)))


def _family(row: RuleRow) -> Family:
    match row.page:
        case TrialRule():
            return "Definitions and counts"
        case RecordAlgorithm():
            return "Record algorithms"
        case _:
            return "Staging instruments"


def _line(row: RuleRow, found: Resistance) -> RuleLine:
    resistant = found.agreement.get(row.page.id)
    return RuleLine(
        resistant="does not say" if resistant is None else WORD[resistant],
        answers=(row.answer, *_details(row, found)),
        statement=said(row.page, row.page.name),
        caveats=tuple(said(remark) for remark in row.caveats),
    )


def _agreement(found: Resistance, all_: int) -> str:
    """`Resistant? 5 say yes, 1 no, 2 stay open, 4 do not say`."""
    count = list(found.agreement.values()).count
    return (
        f"Resistant? {count(Verdict.MET)} say yes, {count(Verdict.NOT_MET)} no, "
        f"{count(Verdict.UNKNOWN)} stay open, {all_ - len(found.agreement)} do not say."
    )


def _details(row: RuleRow, found: Resistance) -> Iterator[str]:
    """What the answer of a rule set is made of, beyond the answer itself."""
    pearl, stage = found.eu_pearl, found.thase_rush
    if row.page is pearl.rule:
        partial = pearl.rule.partial_below_pct
        yield f"{pearl.failed_below_25_pct} below {pearl.rule.failed_below_pct.value:g} %"
        yield f"{pearl.failed_below_50_pct} below {partial.value:g} %" if partial else ""
    if row.page is stage.staging:
        yield f"classes failed: {', '.join(stage.classes_failed) or 'none for certain'}"
    if row.page is found.dm_trd.staging:
        yield from _dutch(found.dm_trd)


def _dutch(answer: DutchAnswer) -> Iterator[str]:
    known = {name: points for name, points in answer.items.items() if points is not None}
    yield f"{len(known)} of {len(answer.items)} items known"
    yield ", ".join(f"{name.replace('_', ' ')} {points}" for name, points in known.items())
