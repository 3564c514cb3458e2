"""The trials, one row each: what was taken, what the rule asks, what came of it, each code."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from euthymia.engine.assessment import Assessment
from euthymia.engine.findings import Judged, TrialFinding
from euthymia.exchange.page.statement import Statement, said
from euthymia.exchange.words import (
    Mark,
    basis_words,
    mark_of,
    mark_words,
    name_of,
    short_name,
    unit_of,
)
from euthymia.knowledge import Knowledge
from euthymia.record.entries import Phase, Trial
from euthymia.terms import Verdict

WORD = {Verdict.MET: "yes", Verdict.NOT_MET: "no", Verdict.UNKNOWN: "open"}


class UnderRule(Struct, frozen=True):
    """One trial under one rule set."""

    rule: str
    adequate: str
    failed: str
    codes: str


class TrialRow(Struct, frozen=True, kw_only=True):
    """One trial as the table shows it."""

    id: str
    name: str
    beside: str
    when: tuple[str, ...]
    phases: tuple[str, ...]
    least: Statement | None
    needed: Statement
    adherence: str
    outcome: tuple[str, ...]
    mark: Mark
    mark_words: str
    codes: tuple[Statement, ...]
    rules: tuple[UnderRule, ...]


def trial_rows(assessment: Assessment, knowledge: Knowledge) -> tuple[TrialRow, ...]:
    return tuple(_row(finding, knowledge) for finding in assessment.resistance.trials)


def _row(finding: TrialFinding, knowledge: Knowledge) -> TrialRow:
    trial = finding.trial
    return TrialRow(
        id=trial.id,
        name=name_of(finding),
        beside=_beside(trial),
        when=_when(trial),
        phases=tuple(_phase(phase, unit_of(finding)) for phase in trial.phases),
        least=_least(finding, knowledge),
        needed=_needed(finding, knowledge),
        adherence="not recorded" if trial.pdc is None else f"{trial.pdc:.0%} of days",
        outcome=tuple(_outcome(finding, knowledge)),
        mark=mark_of(finding),
        mark_words=mark_words(finding),
        codes=tuple(_codes(finding.judged, knowledge)),
        rules=tuple(_under(finding, knowledge)),
    )


def _beside(trial: Trial) -> str:
    """What it was taken with, where that matters."""
    if trial.augments:
        return f"added to {trial.augments}"
    if trial.added_to:
        return f"an antidepressant added to {trial.added_to}"
    return f"started together ({trial.combination})" if trial.combination else ""


def _when(trial: Trial) -> tuple[str, ...]:
    """The first and the last day, or that there is neither."""
    if not (trial.start or trial.end):
        return ("not dated",)
    end = "ongoing" if trial.stop_reason == "ongoing" else "end not recorded"
    return str(trial.start or "start not recorded"), str(trial.end or end)


def _phase(phase: Phase, unit: str) -> str:
    dose = "dose unknown" if phase.dose is None else f"{phase.dose:g} {unit}"
    days = "days unknown" if phase.days is None else f"{phase.days:g} days"
    return f"{dose}, {days}"


def _least(finding: TrialFinding, knowledge: Knowledge) -> Statement | None:
    figure = knowledge.rules[finding.rule].least_dose(finding.drug)
    if figure is None:
        return None
    return Statement(f"{figure.value:g} {unit_of(finding)}", figure.status, figure.evidence)


def _needed(finding: TrialFinding, knowledge: Knowledge) -> Statement:
    rule, drug = knowledge.rules[finding.rule], finding.drug
    source = rule.weeks_of(drug)
    return Statement(f"{rule.days_needed(drug):g} days", source.status, source.evidence)


def _outcome(finding: TrialFinding, knowledge: Knowledge) -> Iterator[str]:
    """The improvement, the scale, the reason for stopping, and what that rests on."""
    trial = finding.trial
    yield _improvement(finding.improvement_pct)
    if trial.scale_change:
        form = knowledge.instruments.get(trial.scale_change.instrument)
        name = short_name(form) if form else trial.scale_change.instrument
        yield f"{name} {trial.scale_change.before:g} to {trial.scale_change.after:g}"
    if trial.peak_improvement_pct is not None:
        yield f"at best {_improvement(trial.peak_improvement_pct)}"
    if trial.stop_reason:
        yield trial.stop_reason.replace("_", " ")
    if finding.improvement_pct is not None or trial.stop_reason or trial.presumed:
        yield basis_words(trial)


def _improvement(percent: float | None) -> str:
    if percent is None:
        return "improvement not recorded"
    return f"{abs(percent):.0f} % {'worse' if percent < 0 else 'better'}"


def _codes(judged: Judged, knowledge: Knowledge) -> Iterator[Statement]:
    """Each code in the words of its page."""
    for code in judged.codes:
        page = knowledge.codes[code]
        yield said(page, page.title)


def _under(finding: TrialFinding, knowledge: Knowledge) -> Iterator[UnderRule]:
    for name, judged in finding.rules.items():
        codes = ", ".join(knowledge.codes[code].title for code in judged.codes)
        failed = "never counted" if judged.failed is None else WORD[judged.failed]
        yield UnderRule(knowledge.rules[name].name, WORD[judged.adequate], failed, codes or "none")
