"""Is it treatment resistant? Every published rule set side by side, and one answer by the label."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from euthymia.engine import algorithms, burden, exposure, staging
from euthymia.engine.counting import failures
from euthymia.engine.findings import (
    Answer,
    Finding,
    Resistance,
    Score,
    TrialFinding,
)
from euthymia.engine.rule_answers import (
    CountAnswer,
    LabelAnswer,
    PearlAnswer,
    PearlClass,
    ThaseRushAnswer,
)
from euthymia.knowledge import Knowledge
from euthymia.knowledge.rulesets import AUGMENTATION, LABEL, TrialRule
from euthymia.record import Record
from euthymia.terms import Count, Verdict

EXPOSURE = "exposure_repair_below"
"""The parameter below which a trial is mended before resistance is called sure."""


def resistance(
    trials: Sequence[TrialFinding],
    mimics: Sequence[Finding],
    scores: Sequence[Score],
    record: Record,
    knowledge: Knowledge,
) -> Resistance:
    """Every rule set by its own name. The answer follows the FDA/EMA rule and the mimics."""
    exclusions = _met(mimics, "exclude")
    excluded = bool(exclusions)
    label = _label(trials, record, knowledge, excluded=excluded)
    beyond_a_trial = [one for one in mimics if not one.criterion.voids_only_its_trial]
    doubts = _met(beyond_a_trial, "correct_first")
    gate = exposure.gate(trials, record, knowledge)
    if gate is not None and gate.to_mend:
        doubts.append(EXPOSURE)
    answer = _answer(label.verdict, excluded=excluded, doubted=bool(doubts))
    found = Resistance(
        answer=answer,
        decided_by=tuple(exclusions or (doubts if answer == "provisional" else [LABEL])),
        fda_ema=label,
        eu_pearl=_pearl(trials, record, knowledge, excluded=excluded),
        thase_rush=staging.thase_rush(trials, record, knowledge),
        msm=staging.maudsley(trials, scores, record, knowledge, excluded=excluded),
        mgh_s=staging.mgh_s(trials, record, knowledge),
        athf_style=CountAnswer(
            knowledge.rules["athf_style"], failures(trials, knowledge.rules["athf_style"], record)
        ),
        atrq=_atrq(trials, record, knowledge),
        algorithms=algorithms.compare([one.trial for one in trials], record, knowledge),
        dm_trd=burden.dutch_measure(trials, mimics, scores, record, knowledge),
        difficult_to_treat=burden.difficult_to_treat(label, mimics, record, knowledge),
        trials=tuple(trials),
        nondrug_trials=record.nondrug_trials,
        exposure=gate,
    )
    return replace(found, agreement=_agreement(found))


def _met(mimics: Sequence[Finding], kind: str) -> list[str]:
    return [
        finding.criterion.id
        for finding in mimics
        if finding.criterion.kind == kind and finding.verdict is Verdict.MET
    ]


def _answer(label: Verdict, *, excluded: bool, doubted: bool) -> Answer:
    if excluded:
        return "excluded"
    if label is Verdict.UNKNOWN:
        return "not_assessable"
    if label is Verdict.NOT_MET:
        return "no"
    return "provisional" if doubted else "yes"


def _label(
    trials: Sequence[TrialFinding], record: Record, knowledge: Knowledge, *, excluded: bool
) -> LabelAnswer:
    """The clinician's own count speaks only where nobody listed the trials."""
    rule = knowledge.rules[LABEL]
    failed = failures(trials, rule, record)
    if not record.trials_given and record.antidepressants_failed is not None:
        failed = Count(record.antidepressants_failed, record.antidepressants_failed)
    return LabelAnswer(rule, Verdict.NOT_MET if excluded else _asserted(rule, failed), failed)


def _asserted(rule: TrialRule, failed: Count) -> Verdict:
    """The verdict of a rule that answers; from one that only counts nothing follows."""
    met = rule.met_by(failed)
    return Verdict.UNKNOWN if met is None else met


def _pearl(
    trials: Sequence[TrialFinding], record: Record, knowledge: Knowledge, *, excluded: bool
) -> PearlAnswer:
    """Resistant below 25 %, partially responsive below 50 %, counted on the same trials."""
    rule, limb = knowledge.rules["eu_pearl"], knowledge.rules["eu_pearl_partial"]
    below_25 = failures(trials, rule, record)
    below_50 = failures(trials, limb, record)
    group = _group(_asserted(rule, below_25), _asserted(limb, below_50))
    return PearlAnswer(rule, "excluded" if excluded else group, below_25, below_50)


def _group(resistant: Verdict, partial: Verdict) -> PearlClass:
    """Gravest first: an open count leaves the class open unless both limbs say no."""
    if resistant is Verdict.MET:
        return "TRD"
    if Verdict.UNKNOWN in (resistant, partial):
        return "not_assessable"
    return "PRD" if partial is Verdict.MET else "neither"


def _atrq(trials: Sequence[TrialFinding], record: Record, knowledge: Knowledge) -> CountAnswer:
    """ATRQ counts a failed augmentation as a trial where its adequacy is documented."""
    rule = knowledge.rules["atrq"]
    drugs = failures(trials, rule, record)
    if not rule.augmentations_count:
        return CountAnswer(rule, drugs)
    added = [one.augmentation_failed for one in trials if _documented(one)]
    added_count = Count.of(added, complete=record.trials_whole)
    most = None
    if drugs.at_most is not None and added_count.at_most is not None:
        most = drugs.at_most + added_count.at_most
    return CountAnswer(rule, Count(drugs.at_least + added_count.at_least, most))


def _documented(finding: TrialFinding) -> bool:
    """An augmentation of which only the serum level is missing is not documented (adr/0008)."""
    return AUGMENTATION in finding.rules and not finding.only_level_missing


def _staged(answer: ThaseRushAnswer) -> Verdict:
    """Whether the stage is one that counts as resistant, by its lowest and highest."""
    needed = answer.staging.per["trd_from_stage"]
    lowest, highest = (staging.STAGES.index(one) for one in (answer.lowest, answer.highest))
    if lowest >= needed:
        return Verdict.MET
    return Verdict.UNKNOWN if highest >= needed else Verdict.NOT_MET


def _agreement(found: Resistance) -> dict[str, Verdict]:
    """Which rule sets would call this patient resistant; those that only count do not say."""
    pearl = {"TRD": Verdict.MET, "not_assessable": Verdict.UNKNOWN}
    counts = {one.rule.id: one.rule.met_by(one.failed) for one in (found.athf_style, found.atrq)}
    return {
        "fda_ema": found.fda_ema.verdict,
        "eu_pearl": pearl.get(found.eu_pearl.group, Verdict.NOT_MET),
        "thase_rush": _staged(found.thase_rush),
        **{name: met for name, met in counts.items() if met is not None},
        **{name: answer.verdict for name, answer in found.algorithms.items()},
    }
