"""How many trials failed: one agent counts once, and so does a pair started together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct

from euthymia.engine.findings import TrialFinding
from euthymia.knowledge.rulesets import TrialRule
from euthymia.record import Record
from euthymia.terms import Count, Verdict


class Unit(Struct, frozen=True):
    """What counts as one: an agent, with all its courses, or a pair by its first agent."""

    drug: str
    thase_rush_class: str | None
    failed: Verdict
    trials: tuple[TrialFinding, ...]


def units(findings: Iterable[TrialFinding], rule: TrialRule) -> tuple[Unit, ...]:
    """The countable failures under one rule set, by agent."""
    by_agent: dict[str, list[TrialFinding]] = {}
    for group in _together(findings, rule):
        stands_for = min(group, key=lambda one: (-_failed(one, rule), *_started(one)))
        by_agent.setdefault(_agent(stands_for), []).extend(group)
    return tuple(_unit(agent, tuple(group), rule) for agent, group in sorted(by_agent.items()))


def failures(findings: Iterable[TrialFinding], rule: TrialRule, record: Record) -> Count:
    """Failed adequate antidepressants, from the certain to the possible."""
    groups = _together(findings, rule)
    certain = _agents(groups, rule, Verdict.MET)
    possible = _agents(groups, rule, Verdict.UNKNOWN)
    return Count(certain, possible if record.trials_whole else None)


def _agents(groups: Iterable[Sequence[TrialFinding]], rule: TrialRule, least: Verdict) -> int:
    """How many groups can each stand for an agent of their own; the same agent counts once.

    A pair stands for the member that nothing else stands for, so that knowing more of a trial
    never lowers the count.
    """
    candidates = [
        sorted({_agent(one) for one in group if _failed(one, rule) >= least}) for group in groups
    ]
    stands_for: dict[str, int] = {}

    def place(group: int, tried: set[str]) -> bool:
        for agent in candidates[group]:
            if agent not in tried:
                tried.add(agent)
                if agent not in stands_for or place(stands_for[agent], tried):
                    stands_for[agent] = group
                    return True
        return False

    return sum(place(group, set()) for group in range(len(candidates)))


def _together(findings: Iterable[TrialFinding], rule: TrialRule) -> list[list[TrialFinding]]:
    """Trials that are looked at as one: alone, or with those started beside them."""
    groups: dict[str, list[TrialFinding]] = {}
    for finding in findings:
        if finding.trial.augments is None and rule.id in finding.rules:
            pair = finding.trial.combination if rule.pair_counts_once else None
            groups.setdefault(f"pair:{pair}" if pair else finding.trial.id, []).append(finding)
    return list(groups.values())


def _unit(agent: str, group: tuple[TrialFinding, ...], rule: TrialRule) -> Unit:
    failed = max(_failed(finding, rule) for finding in group)
    own = next(finding for finding in group if _agent(finding) == agent)
    return Unit(agent, own.drug.thase_rush_class if own.drug else None, failed, group)


def _agent(finding: TrialFinding) -> str:
    """The agent a course counts for: olanzapine-fluoxetine is a course of fluoxetine."""
    counted_as = finding.drug.counts_as if finding.drug else None
    return counted_as or finding.trial.drug


def _failed(finding: TrialFinding, rule: TrialRule) -> Verdict:
    return finding.rules[rule.id].failed or Verdict.NOT_MET


def _started(finding: TrialFinding) -> tuple[date, tuple[int, str]]:
    """The order in which members of a pair began; on the same day the lowest id (t2 before t10)."""
    trial = finding.trial
    return trial.start or date.max, (len(trial.id), trial.id)
