"""What was tried before and how ill the patient is now, as labels and payers ask it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from euthymia.engine.findings import Resistance, Safety, Score, TrialFinding
from euthymia.engine.plans import Plan
from euthymia.engine.scores import improvement_of, newest_depression_scores
from euthymia.knowledge import Knowledge
from euthymia.knowledge.conditions import FactSource
from euthymia.knowledge.rulesets import LABEL
from euthymia.record import Record
from euthymia.record.entries import NondrugTrial, Trial
from euthymia.terms import Count, Quantity, Verdict, verdict

Value = bool | Quantity | None
SEVERE = ("severe", "very severe", "extreme")
MODERATE = ("moderate", "moderately severe", "marked", *SEVERE)
"""Bands of the scales that count as severe, and as moderate or more."""


class Before(Struct, frozen=True):
    """All that was judged before the options."""

    record: Record
    resistance: Resistance
    safety: Safety
    scores: tuple[Score, ...]
    plans: Mapping[str, Plan | None]
    knowledge: Knowledge


Read = Callable[[FactSource, Before], Value]


def known(found: Verdict) -> bool | None:
    """Yes, no, or None where nobody knows."""
    return None if found is Verdict.UNKNOWN else found is Verdict.MET


def _failed_trials(source: FactSource, before: Before) -> Value:
    """By the label's rule, from the certain to the possible."""
    return known(before.resistance.fda_ema.failed.reaches(source.count))


def _excluded_by(source: FactSource, before: Before) -> Value:
    """Whether a mimic excludes the depression from resistance. Only what is met excludes."""
    return source.equals in before.resistance.decided_by


def _little_change(source: FactSource, before: Before) -> Value:
    return known(before.resistance.eu_pearl.failed_below_25_pct.reaches(source.count))


def _antidepressants(before: Before) -> Iterable[TrialFinding]:
    return (one for one in before.resistance.trials if LABEL in one.rules)


def _failed_classes(source: FactSource, before: Before) -> Value:
    """The classes of trials that failed for certain, and of those that may have."""
    by_class: dict[str, Verdict] = {}
    for one in _antidepressants(before):
        failed = one.judged.failed or Verdict.NOT_MET
        name = one.drug.family if one.drug else one.trial.drug
        by_class[name] = max(failed, by_class.get(name, Verdict.NOT_MET))
    return _reached(by_class.values(), source, before)


def _failed_or_intolerant(source: FactSource, before: Before) -> Value:
    found = (
        Verdict.MET if one.trial.stop_reason == "intolerance" else one.judged.failed
        for one in _antidepressants(before)
    )
    return _reached((one or Verdict.NOT_MET for one in found), source, before)


def _failed_augmentations(source: FactSource, before: Before) -> Value:
    found = (
        one.augmentation_failed
        for one in before.resistance.trials
        if one.trial.augments is not None
    )
    return _reached(found, source, before)


def _reached(found: Iterable[Verdict], source: FactSource, before: Before) -> bool | None:
    count = Count.of(found, complete=before.record.trials_whole)
    return known(count.reaches(source.count))


def _in_band(bands: tuple[str, ...], told: tuple[str, ...]) -> Read:
    """By the newest depression score that still speaks, else by the severity that was told."""

    def ill(source: FactSource, before: Before) -> Value:
        days = before.knowledge.number("score_speaks_for_days")
        newest = newest_depression_scores(before.scores, before.record, days)
        said = {one.band in bands for one in newest if one.band is not None}
        if said:
            return said.pop() if len(said) == 1 else None
        severity = before.record.episode.severity
        return None if severity is None else severity.startswith(told)

    return ill


def _score_known(source: FactSource, before: Before) -> Value:
    days = before.knowledge.number("score_speaks_for_days")
    return True if newest_depression_scores(before.scores, before.record, days) else None


def _courses(kind: str, before: Before) -> list[NondrugTrial]:
    return [one for one in before.record.nondrug_trials if one.kind == kind]


def _tried(kind: str) -> Read:
    def tried(source: FactSource, before: Before) -> Value:
        if _courses(kind, before):
            return True
        return False if "nondrug_trials" in before.record.complete else None

    return tried


def _fell(kind: str, *, enough: bool) -> Read:
    """Whether some course ended in response, or some course is known to have ended without."""

    def fell(source: FactSource, before: Before) -> Value:
        response = before.knowledge.number("response_from_pct")
        falls = [_improvement(one, before) for one in _courses(kind, before)]
        found = [verdict(None if one is None else (one >= response) is enough) for one in falls]
        whole = "nondrug_trials" in before.record.complete
        return known(max(found, default=Verdict.NOT_MET if whole else Verdict.UNKNOWN))

    return fell


def _tms_without_response(source: FactSource, before: Before) -> Value:
    """Whether some course ended without response; one that nobody told of asks for nothing."""
    return _fell("tms", enough=False)(source, before) if _courses("tms", before) else False


def _improvement(course: NondrugTrial | Trial, before: Before) -> float | None:
    """Percent, as told or by the change of a scale."""
    return improvement_of(course.improvement_pct, course.scale_change, before.knowledge.instruments)


def _drug_without_use(source: FactSource, before: Before) -> Value:
    """Whether one of these drugs was tried without response, or not borne; likewise."""
    found = (
        _without_use(one.trial, before)
        for one in before.resistance.trials
        if one.trial.drug in source.drugs
    )
    return known(max(found, default=Verdict.NOT_MET))


def _without_use(trial: Trial, before: Before) -> Verdict:
    if trial.stop_reason in ("lack_of_efficacy", "intolerance"):
        return Verdict.MET
    fell, response = _improvement(trial, before), before.knowledge.number("response_from_pct")
    return verdict(None if fell is None else fell < response)


TRIED: dict[str, Read] = {
    "excluded_by": _excluded_by,
    "failed_adequate_trials": _failed_trials,
    "failed_trials_little_change": _little_change,
    "failed_classes": _failed_classes,
    "failed_or_intolerant_trials": _failed_or_intolerant,
    "failed_augmentations": _failed_augmentations,
    "current_score_severe": _in_band(SEVERE, ("severe",)),
    "current_score_moderate": _in_band(MODERATE, ("moderate", "severe")),
    "current_score_known": _score_known,
    "psychotherapy_tried": _tried("psychotherapy"),
    "psychotherapy_failed": _fell("psychotherapy", enough=False),
    "prior_tms_response": _fell("tms", enough=True),
    "prior_tms_without_response": _tms_without_response,
    "prior_drug_without_use": _drug_without_use,
}
