"""Which evidence an assessment leans on, and with which status its statements stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from euthymia.engine.assessment import Assessment
from euthymia.engine.findings import Causes, Resistance
from euthymia.engine.options import Option
from euthymia.exchange.course import course_citations
from euthymia.knowledge.causes import Indicator
from euthymia.knowledge.evidence import Evidence, Figure, Remark
from euthymia.knowledge.rulesets import RecordAlgorithm, Staging, TrialRule

Citation = tuple[Evidence, str]


def cited(assessment: Assessment) -> tuple[Evidence, ...]:
    """Each piece of evidence once, by id."""
    found = {item.id: item for item, _ in _citations(assessment)}
    return tuple(found[key] for key in sorted(found))


def statuses(assessment: Assessment) -> dict[str, set[str]]:
    """The statuses of the statements that cite each piece of evidence."""
    found: dict[str, set[str]] = {}
    for item, status in _citations(assessment):
        found.setdefault(item.id, set()).add(status)
    return found


def _citations(assessment: Assessment) -> Iterator[Citation]:
    for danger in assessment.safety.findings:
        yield from _each(danger.evidence, danger.status)
    yield from _each(assessment.safety.crisis_line.evidence, assessment.safety.crisis_line.status)
    for finding in assessment.mimics:
        yield from _each(finding.criterion.evidence, finding.criterion.status)
    for score in assessment.scores:
        yield from _each(score.instrument.evidence, score.instrument.status)
    yield from course_citations(assessment.course)
    yield from _rules(assessment.resistance)
    yield from _causes(assessment.causes)
    for option in assessment.options:
        yield from _option(option)


def _rules(found: Resistance) -> Iterator[Citation]:
    """Every page the resistance leans on, and the minimum doses of the drugs tried."""
    rules = (found.fda_ema, found.eu_pearl, found.athf_style, found.atrq)
    stagings = (found.thase_rush, found.msm, found.mgh_s, found.dm_trd, found.difficult_to_treat)
    drugs = (finding.drug for finding in found.trials if finding.drug is not None)
    pages: tuple[TrialRule | Staging | RecordAlgorithm | Figure, ...] = (
        *(answer.rule for answer in rules),
        *(answer.staging for answer in stagings),
        *(answer.algorithm for answer in found.algorithms.values()),
        *(minimum for drug in drugs for minimum in drug.minimum.values()),
    )
    for page in pages:
        yield from _each(page.evidence, page.status)
        for remark in remarks_of(page):
            yield from _each(remark.evidence, remark.status)


def _causes(causes: Causes) -> Iterator[Citation]:
    """Every study behind an indicator or a link, and both sides of what is disputed."""
    for finding in causes.domains:
        yield from _each(finding.domain.overlap.evidence, finding.domain.overlap.status)
        for debate in finding.domain.debates:
            for side in debate.sides:
                yield from _each(side.evidence, side.status)
        for measured in (*finding.indicators, *finding.shown):
            yield from _indicator(measured.indicator)
    for linked in causes.links:
        yield from _each(linked.link.evidence, linked.link.status)


def _option(option: Option) -> Iterator[Citation]:
    """Every criterion of an option, and what its page says of the course."""
    therapy = option.therapy
    for criterion in therapy.criteria.values():
        yield from _each(criterion.evidence, criterion.status)
        told = (criterion.label, criterion.guideline, *criterion.circumstances)
        for one in told:
            yield from () if one is None else _each(one.evidence, one.status)
    gap = () if therapy.no_knowledge is None else (therapy.no_knowledge,)
    onset = () if therapy.onset is None else (therapy.onset,)
    told_of_course = (*option.arms, *therapy.standings.values(), *onset, *therapy.durability, *gap)
    for entry in told_of_course:
        yield from _each(entry.evidence, entry.status)


def _indicator(indicator: Indicator) -> Iterator[Citation]:
    for effect in indicator.effects:
        yield from _each(effect.evidence, effect.status)
    if indicator.weight is not None:
        yield from _each(indicator.weight.evidence, indicator.weight.status)
    yield from _each(indicator.causal.evidence, indicator.causal.status)


def remarks_of(page: object) -> tuple[Remark, ...]:
    """What a page says to beware of, or where an algorithm's code and text differ."""
    remarks: tuple[Remark, ...] = getattr(page, "caveats", getattr(page, "differs", ()))
    return remarks


def _each(evidence: Iterable[Evidence], status: str) -> Iterator[Citation]:
    yield from ((item, status) for item in evidence)
