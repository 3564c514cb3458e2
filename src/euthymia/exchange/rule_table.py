"""The rule sets as rows: name, what it asks, what it answers, on whose word."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from euthymia.engine.findings import Resistance
from euthymia.engine.rule_answers import CountAnswer, MaudsleyAnswer
from euthymia.exchange.citations import remarks_of
from euthymia.knowledge.evidence import Remark
from euthymia.knowledge.rulesets import RecordAlgorithm, Staging, TrialRule
from euthymia.terms import Verdict

WORD = {Verdict.MET: "yes", Verdict.NOT_MET: "no", Verdict.UNKNOWN: "not known"}


class RuleRow(Struct, frozen=True):
    """One rule set: its page, its answer in words, and what to know of it."""

    page: TrialRule | Staging | RecordAlgorithm
    answer: str

    @property
    def caveats(self) -> tuple[Remark, ...]:
        """What to know of it; of a record algorithm, where its code and its text differ."""
        return remarks_of(self.page)


def rule_rows(found: Resistance) -> tuple[RuleRow, ...]:
    """Every rule set, the label first and the record algorithms last."""
    return tuple(_rows(found))


def _rows(found: Resistance) -> Iterator[RuleRow]:
    label, pearl, stage = found.fda_ema, found.eu_pearl, found.thase_rush
    needed = label.rule.failures_needed
    asked = f", {needed.value:g} are asked" if needed else ""
    yield RuleRow(label.rule, f"{WORD[label.verdict]}: {label.failed} failed{asked}")
    yield RuleRow(pearl.rule, pearl.group.replace("_", " "))
    yield RuleRow(stage.staging, _stage(stage.lowest, stage.highest))
    yield RuleRow(found.msm.staging, maudsley_words(found.msm))
    score = found.mgh_s.score
    yield RuleRow(found.mgh_s.staging, "not known" if score is None else f"{score:g} points")
    yield RuleRow(found.athf_style.rule, _counted(found.athf_style))
    yield RuleRow(found.atrq.rule, _counted(found.atrq))
    dutch, difficult = found.dm_trd, found.difficult_to_treat
    yield RuleRow(dutch.staging, _points(dutch.total_at_least, dutch.total_at_most))
    reasons = ", ".join(reason.replace("_", " ") for reason in difficult.reasons)
    yield RuleRow(difficult.staging, f"{WORD[difficult.verdict]}{reasons and f' ({reasons})'}")
    for one in found.algorithms.values():
        yield RuleRow(one.algorithm, WORD[one.verdict])


def _counted(answer: CountAnswer) -> str:
    added = ", augmentations included" if answer.rule.augmentations_count else ""
    return f"{answer.failed} failed{added}"


def _stage(lowest: str, highest: str) -> str:
    return f"stage {lowest}" if lowest == highest else f"stage {lowest} to {highest}"


def _points(least: int, most: int) -> str:
    return f"{least} points" if least == most else f"{least} to {most} points"


def maudsley_words(msm: MaudsleyAnswer) -> str:
    """The total, or the items that are known."""
    if msm.total is not None:
        return f"{msm.total} points, {msm.band}"
    items = {
        "duration": msm.duration,
        "severity": msm.severity,
        "failures": msm.failures,
        "augmentation": msm.augmentation,
        "ECT": msm.ect,
    }
    told = ", ".join(f"{name} {'?' if one is None else one}" for name, one in items.items())
    return f"{'not known' if msm.scorable else 'not scorable'} ({told})"
