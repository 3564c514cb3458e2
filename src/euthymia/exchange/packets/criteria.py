"""The criteria of a payer as lines of the packet. What nobody knows is never written as yes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec.structs import replace

from euthymia.engine.coverage import Coverage
from euthymia.engine.findings import Fact, Finding
from euthymia.exchange.packets.view import Counted, CriterionLine, Gap
from euthymia.exchange.page.statement import FactLine, Statement, fact_line
from euthymia.knowledge import Knowledge
from euthymia.terms import Verdict

WORD: dict[Verdict, Literal["met", "not met", "unknown"]] = {
    Verdict.MET: "met",
    Verdict.NOT_MET: "not met",
    Verdict.UNKNOWN: "unknown",
}
ASKED = "payer."
"""How the names of facts begin that only a payer's form asks for."""
NOT_READABLE = "What this payer asks for could not be read, so nothing here says that it is met"
READ_IT = "Ask the payer for the text in force and judge each of its criteria by hand."


def criterion_lines(covered: Coverage, knowledge: Knowledge) -> tuple[CriterionLine, ...]:
    """Each criterion in the order of its page, with the facts it rests on."""
    return tuple(_line(finding, knowledge) for finding in covered.findings)


def _line(finding: Finding, knowledge: Knowledge) -> CriterionLine:
    criterion, met = finding.criterion, finding.verdict is Verdict.MET
    says = criterion.says if met else ""
    return CriterionLine(
        id=criterion.id,
        title=criterion.title,
        verdict=WORD[finding.verdict],
        statement=Statement(says, criterion.status, criterion.evidence, criterion.title),
        note=criterion.note or "",
        facts=tuple(_told(fact, knowledge) for fact in finding.because),
        asks=_asks(finding.missing),
    )


def _told(fact: Fact, knowledge: Knowledge) -> FactLine:
    """A fact in words, without the mark of its form."""
    bare = replace(fact, name=fact.name.removeprefix(ASKED))
    return fact_line(bare, knowledge)


def _asks(missing: Iterable[Fact]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fact.ask for fact in missing if fact.ask))


def counted(covered: Coverage) -> Counted:
    """How many criteria are met, not met and unknown."""
    verdicts = [finding.verdict for finding in covered.findings]
    return Counted(
        *(verdicts.count(one) for one in (Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN))
    )


def criterion_gaps(covered: Coverage, lines: Iterable[CriterionLine]) -> Iterator[Gap]:
    """What is not met, then what is not known; of a policy without criteria, that nobody knows."""
    if not covered.findings:
        yield Gap("payer", NOT_READABLE, READ_IT)
    told = list(lines)
    for line in told:
        if line.verdict == "not met":
            yield Gap("criterion", f"{line.title}: not met", "Check the facts, or do not ask yet.")
    for line in told:
        if line.verdict == "unknown":
            yield Gap(
                "criterion", f"{line.title}: not known", " ".join(line.asks) or "Find it out."
            )
