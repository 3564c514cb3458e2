"""Every past trial judged under every rule set."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from euthymia.engine.adequacy import Course, judge_course
from euthymia.engine.findings import Judged, TrialFinding
from euthymia.engine.scores import improvement_of
from euthymia.knowledge import Knowledge
from euthymia.knowledge.rulesets import AUGMENTATION, TrialRule
from euthymia.record import Record
from euthymia.record.entries import Phase, Trial
from euthymia.terms import Verdict, verdict


def judge_trials(
    trials: tuple[Trial, ...], record: Record, knowledge: Knowledge
) -> tuple[TrialFinding, ...]:
    """Antidepressants first, then what was added to them, since that leans on its base."""
    bases = {
        trial.id: _antidepressant(trial, record, knowledge)
        for trial in trials
        if trial.augments is None
    }
    return tuple(
        bases[trial.id] if trial.augments is None else _added(trial, bases, record, knowledge)
        for trial in trials
    )


def _antidepressant(trial: Trial, record: Record, knowledge: Knowledge) -> TrialFinding:
    drug = knowledge.drugs.get(trial.drug)
    end = ending_of(trial, knowledge)
    judged: dict[tuple[object, ...], Judged] = {}
    rules: dict[str, Judged] = {}
    for rule in knowledge.rules.values():
        if rule.id != AUGMENTATION:
            asks = (rule.weeks.value, rule.dose_profile, rule.pdc_at_least.value)
            if asks not in judged:
                judged[asks] = judge_course(Course(trial, drug, rule, record, knowledge))
            rules[rule.id] = _with_outcome(judged[asks], end, rule, knowledge)
    return TrialFinding(
        trial=trial,
        drug=drug,
        improvement_pct=end.improvement_pct,
        rules=rules,
        outcome_doubt=end.doubt,
    )


class Ending(Struct, frozen=True):
    """What came of a trial, worked out once for every rule set.

    Attributes:
        doubt: Why what was told of it cannot all be true.
        improvement_pct: As told; None where nobody knows, or what was told contradicts itself.
        responded: Whether the symptoms ever fell by half, even if the gain was later lost.
        well: Whether the scale lay in remission at the end.
        gave_up: Whether it was stopped for lack of efficacy.
    """

    doubt: str | None
    improvement_pct: float | None
    responded: Verdict
    well: bool
    gave_up: bool


def ending_of(trial: Trial, knowledge: Knowledge) -> Ending:
    """A peak nobody mentions is taken as none: it is told only where a gain was lost."""
    doubt = contradiction(trial, knowledge)
    told = improvement_of(trial.improvement_pct, trial.scale_change, knowledge.instruments)
    improvement = None if doubt else told
    known = [pct for pct in (improvement, trial.peak_improvement_pct) if pct is not None]
    rose = bool(known) and max(known) >= knowledge.number("response_from_pct")
    return Ending(
        doubt=doubt,
        improvement_pct=improvement,
        responded=Verdict.UNKNOWN if doubt else verdict(rose),
        well=ended_well(trial, knowledge),
        gave_up=trial.stop_reason == "lack_of_efficacy",
    )


def _with_outcome(judged: Judged, end: Ending, rule: TrialRule, knowledge: Knowledge) -> Judged:
    """A trial failed when it was adequate and its course fell short of the rule's response."""
    responded = end.responded is Verdict.MET
    return replace(
        judged,
        failed=judged.adequate & _failed(rule, end, knowledge),
        codes=(*judged.codes, "response_achieved") if responded else judged.codes,
    )


def _failed(rule: TrialRule, end: Ending, knowledge: Knowledge) -> Verdict:
    """Neither response nor enough improvement; who was well at the end did not surely fail."""
    short = ~end.responded & fell_short_of(rule.failed_below_pct.value, end, knowledge)
    return min(short, Verdict.UNKNOWN) if end.well else short


def ended_well(trial: Trial, knowledge: Knowledge) -> bool:
    """Whether the scale lay in remission at the end: then too small a fall shows no failure."""
    change = trial.scale_change
    form = knowledge.instruments.get(change.instrument) if change else None
    if change is None or form is None or form.remission_at_most is None:
        return False
    return change.after <= form.remission_at_most


def contradiction(trial: Trial, knowledge: Knowledge) -> str | None:
    """Why what was told of the outcome cannot all be true; None where it can."""
    response = knowledge.number("response_from_pct")
    stated = trial.improvement_pct
    measured = improvement_of(None, trial.scale_change, knowledge.instruments)
    known = [pct for pct in (stated, measured) if pct is not None]
    responded = {pct >= response for pct in known}
    if len(responded) > 1:
        return (
            f"the improvement is told as {stated:g} %, and the scale says {measured:.0f} %: "
            "correct one of them; until then its outcome is not known"
        )
    if responded == {True} and trial.stop_reason == "lack_of_efficacy":
        return (
            f"improved {known[0]:.0f} %, and stopped for lack of efficacy: "
            "correct one of them; until then its outcome is not known"
        )
    return None


def fell_short_of(percent: float, end: Ending, knowledge: Knowledge) -> Verdict:
    """Whether the improvement stayed below `percent`.

    "Stopped for lack of efficacy" says that it did not respond; whether it helped a little or
    not at all stays open. What a record only suggests (a switch) settles nothing.
    """
    if end.doubt:
        return Verdict.UNKNOWN
    if end.improvement_pct is not None:
        return verdict(end.improvement_pct < percent)
    gave_up = end.gave_up and percent >= knowledge.number("response_from_pct")
    return verdict(True if gave_up else None)


def _added(
    trial: Trial, bases: Mapping[str, TrialFinding], record: Record, knowledge: Knowledge
) -> TrialFinding:
    """An augmentation: adequate when its base was, and only on days when both were taken."""
    rule = knowledge.rules[AUGMENTATION]
    base = bases.get(trial.augments or "")
    both = _on_days_of(trial, base.trial) if base else trial
    drug = knowledge.drugs.get(trial.drug)
    judged = judge_course(Course(both, drug, rule, record, knowledge))
    sound_base = base.rules["atrq"].adequate if base else Verdict.UNKNOWN
    adequate = judged.adequate & sound_base
    end = ending_of(trial, knowledge)
    return TrialFinding(
        trial=trial,
        drug=drug,
        improvement_pct=end.improvement_pct,
        rules={AUGMENTATION: replace(judged, adequate=adequate)},
        augmentation_failed=adequate & _failed(rule, end, knowledge),
        outcome_doubt=end.doubt,
        only_level_missing=sound_base is Verdict.MET and judged.open == ("no_level",),
    )


def _on_days_of(trial: Trial, base: Trial) -> Trial:
    """The augmentation cut to the days on which its base can have been taken."""
    ends = [end for end in (trial.end, base.end) if end is not None]
    if not (trial.start and base.start and ends):
        return trial
    shared = max((min(ends) - max(trial.start, base.start)).days + 1, 0)
    return replace(
        trial,
        phases=tuple(
            Phase(phase.dose, min(phase.days, shared) if phase.days is not None else None)
            for phase in trial.phases
        ),
    )
