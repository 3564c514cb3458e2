"""What to do next before anything new: what a mimic asks for, and trials that can be put right."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from euthymia.engine.assessment import Assessment
from euthymia.engine.findings import TrialFinding
from euthymia.exchange.page.statement import Statement, said
from euthymia.exchange.words import action_words, name_of
from euthymia.knowledge import Knowledge
from euthymia.terms import Verdict

BEFORE_ALL = ("exclude", "correct_first")
"""The mimics that come before any treatment of resistance, gravest first."""


class NextLine(Struct, frozen=True):
    """One thing to do, and `why`: the mimic that asks for it, or each shortfall of a trial."""

    what: str
    why: tuple[Statement, ...]


def next_lines(assessment: Assessment, knowledge: Knowledge) -> tuple[NextLine, ...]:
    """What the mimics that are met ask for, then each trial whose exposure has a fault."""
    return (*_of_mimics(assessment, knowledge), *_of_trials(assessment, knowledge))


def _of_mimics(assessment: Assessment, knowledge: Knowledge) -> Iterator[NextLine]:
    for kind in BEFORE_ALL:
        for one in assessment.mimics:
            page = one.criterion
            if page.kind == kind and one.verdict is Verdict.MET and page.actions:
                told = "; ".join(action_words(action, knowledge) for action in page.actions)
                yield NextLine(told, (said(page, page.title),))


def _of_trials(assessment: Assessment, knowledge: Knowledge) -> Iterator[NextLine]:
    for finding in assessment.resistance.trials:
        if finding.faulty and finding.judged.codes:
            yield _fault(finding, knowledge)


def _fault(finding: TrialFinding, knowledge: Knowledge) -> NextLine:
    """A trial that does not count; its shortfalls, in the words of their pages, are the why."""
    pages = [knowledge.codes[code] for code in finding.judged.codes]
    told = f"{name_of(finding)} ({finding.trial.id}) does not count yet:"
    return NextLine(told, tuple(said(page, page.title) for page in pages))
