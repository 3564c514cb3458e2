"""What contributes: the picture, the four domains with their numbers, and what stands behind."""

from __future__ import annotations

from msgspec import Struct

from euthymia.engine.assessment import Assessment
from euthymia.engine.findings import Causes, DomainFinding
from euthymia.exchange import cause_words as told
from euthymia.exchange.forest import NARROW, WIDE, Row, forest
from euthymia.exchange.page.indicators import (
    IndicatorLine,
    ShownLine,
    indicator_lines,
    shown_lines,
)
from euthymia.exchange.page.links import TherapyLinks, therapy_links
from euthymia.exchange.page.statement import Statement, said
from euthymia.knowledge import Knowledge
from euthymia.knowledge.evidence import weakest

COUNTS = "cause_contributes_odds_ratio"
CUTS = ("probable_from", "possible_from", "borderline_within", "coverage_needed")


class DebateLine(Struct, frozen=True):
    """A question on which the field is divided, both sides with their sources."""

    question: str
    sides: tuple[Statement, ...]
    so: str


class Behind(Struct, frozen=True, kw_only=True):
    """What stands behind a domain's numbers; the page folds it."""

    says: str
    indicators: tuple[IndicatorLine, ...]
    shown: tuple[ShownLine, ...]
    rest: str
    flips: tuple[tuple[str, str], ...]
    debates: tuple[DebateLine, ...]


class DomainLine(Struct, frozen=True, kw_only=True):
    """One domain. `found`: how its indicators stand, in words."""

    id: str
    name: str
    label: str
    odds: str
    chance: str
    coverage: str
    found: tuple[tuple[str, str], ...]
    behind: Behind


class CausesBox(Struct, frozen=True, kw_only=True):
    """All four domains. `key` says where the labels begin; both drawings show the same."""

    heading: str
    waits: str
    firmness: str
    frame: str
    headline: str
    wide: str
    narrow: str
    domains: tuple[DomainLine, ...]
    key: Statement
    linked: TherapyLinks


def causes_box(assessment: Assessment, knowledge: Knowledge) -> CausesBox:
    causes = assessment.causes
    title = told.headline(causes)
    counts_from = knowledge.number(COUNTS)
    rows = tuple(_row(finding) for finding in causes.domains)
    return CausesBox(
        heading=told.heading(assessment),
        waits=told.applies(assessment),
        firmness=told.firmness(causes),
        frame=told.FRAME,
        headline=title,
        wide=forest(rows, counts_from, title, WIDE),
        narrow=forest(rows, counts_from, title, NARROW),
        domains=_domains(causes, knowledge),
        key=_key(knowledge),
        linked=therapy_links(causes.links, knowledge),
    )


def _row(finding: DomainFinding) -> Row:
    score = finding.score
    return Row(
        name=finding.domain.title,
        label=told.label_words(score),
        told=told.odds_words(score),
        measured=told.coverage_words(score),
        odds_ratio=score.pooled.odds_ratio,
        interval=score.pooled.interval_95,
        typical=told.typical_odds_ratio(finding),
        coverage=score.pooled.coverage,
        enough=score.label != "not_enough_measured",
    )


def _domains(causes: Causes, knowledge: Knowledge) -> tuple[DomainLine, ...]:
    return tuple(
        DomainLine(
            id=finding.domain.id,
            name=finding.domain.title,
            label=told.label_words(finding.score),
            odds=told.odds_words(finding.score),
            chance=told.chance_words(finding),
            coverage=told.measured_words(finding),
            found=told.found_lines(finding, knowledge),
            behind=_behind(finding, knowledge),
        )
        for finding in causes.domains
    )


def _behind(finding: DomainFinding, knowledge: Knowledge) -> Behind:
    return Behind(
        says=finding.domain.says,
        indicators=indicator_lines(finding, knowledge),
        shown=shown_lines(finding, knowledge),
        rest=told.rest_words(finding),
        flips=told.flip_lines(finding, knowledge),
        debates=tuple(
            DebateLine(one.question, tuple(said(side) for side in one.sides), one.so)
            for one in finding.domain.debates
        ),
    )


def _key(knowledge: Knowledge) -> Statement:
    """What the probability is of, and where each label begins; all of it assumed."""
    cuts = [knowledge.parameters[f"cause_{name}"] for name in CUTS]
    counts = knowledge.parameters[COUNTS]
    probable, possible, near, coverage = (cut.value for cut in cuts)
    says = (
        f"The probability is that the odds ratio exceeds {counts.value:.2f}, the smallest that "
        f"counts: probable from {probable:.2f}, possible from {possible:.2f}, borderline within "
        f"{near:.2f} of either; no label where less than {coverage:.0%} was measured. The domains "
        "do not exclude one another and do not add up to one."
    ).replace("%", " %")
    return Statement(says, weakest((counts.status, *(one.status for one in cuts))), counts.evidence)
