"""Whether a payer's criteria are met, and what the request for its consent still lacks."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from euthymia.engine.assessment import Assessment
from euthymia.engine.findings import Finding
from euthymia.engine.judge import judge
from euthymia.knowledge.payers import Payer
from euthymia.terms import Verdict


class Coverage(Struct, frozen=True):
    """One payer's criteria, judged on what the assessment rests on."""

    payer: Payer
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """Met when every criterion is; a payer without criteria is not known to be content."""
        return min((one.verdict for one in self.findings), default=Verdict.UNKNOWN)

    @property
    def gaps(self) -> Iterator[Finding]:
        """What is not met or not known, and must be mended before the request is sent."""
        return (one for one in self.findings if one.verdict is not Verdict.MET)


def coverage(assessment: Assessment, payer: Payer) -> Coverage:
    """The criteria of one payer, each met, not met or unknown."""
    found = (judge(criterion, assessment.facts) for criterion in payer.criteria.values())
    return Coverage(payer, tuple(found))
