"""Facts that come from the judged trials rather than from one entry of the record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from euthymia.engine.findings import Fact, Score, TrialFinding
from euthymia.engine.pharmacogenes import blocked, level_lowered, speeds_during
from euthymia.engine.scores import newest_depression_scores
from euthymia.knowledge import Knowledge
from euthymia.knowledge.conditions import FactSource
from euthymia.knowledge.rulesets import LABEL
from euthymia.record import Record
from euthymia.terms import Verdict, verdict


class Judgement(Struct, frozen=True):
    """What is known once the trials are judged."""

    trials: Sequence[TrialFinding]
    scores: Sequence[Score]
    record: Record
    knowledge: Knowledge

    @property
    def antidepressants(self) -> Iterable[TrialFinding]:
        return (one for one in self.trials if one.trial.augments is None)


def derive_facts(judgement: Judgement) -> dict[str, Fact]:
    """Every derived fact the pages name."""
    return {
        name: DERIVED[name](source, judgement)
        for name, source in judgement.knowledge.facts_by_section["derived"].items()
    }


def _diagnosed(source: FactSource, judgement: Judgement) -> Fact:
    """Stated or on the problem list once, or coded at two visits, and not resolved since."""
    record = judgement.record
    ever = [
        one
        for one in record.diagnoses
        if source.name in judgement.knowledge.facts_carried_by(one.code)
    ]
    coded = [one for one in ever if not one.is_over(record.as_of)]
    sure = [one for one in coded if one.source != "encounter"]
    if sure or len(coded) > 1:
        first = (sure or coded)[0]
        return Fact(source.name, True, first.onset or first.recorded, source.ask, first.resource)
    silent = "diagnoses" in record.complete and not ever
    return Fact(source.name, False if silent else None, ask=source.ask)


def _in_remission(source: FactSource, judgement: Judgement) -> Fact:
    """By the depression scores that still speak of today, where they agree; else as told."""
    record, knowledge = judgement.record, judgement.knowledge
    newest = newest_depression_scores(
        judgement.scores, record, knowledge.number("score_speaks_for_days")
    )
    said = {score.remission for score in newest} - {Verdict.UNKNOWN}
    if said:
        rating = newest[0].rating
        value = said == {Verdict.MET} if len(said) == 1 else None
        return Fact(source.name, value, rating.taken, source.ask, rating.resource)
    told = record.episode.severity
    ill = told is not None and told != "subsyndromal"
    return Fact(source.name, False if ill else None, ask=source.ask)


def _trial_with(code: str) -> Callable[[FactSource, Judgement], Fact]:
    """Whether some antidepressant trial carries a code under the label rule."""

    def fact(source: FactSource, judgement: Judgement) -> Fact:
        for one in judgement.antidepressants:
            if code in one.rules[LABEL].codes:
                return Fact(source.name, True, one.trial.start, source.ask)
        return Fact(source.name, _none_has(code, judgement), ask=source.ask)

    return fact


def _another_reason(source: FactSource, judgement: Judgement) -> Fact:
    """Given for something else by its indication, or at a dose that only helps sleep or pain."""
    coded = _trial_with("wrong_indication")(source, judgement)
    if coded.value is True:
        return coded
    low = {one.trial.id: _low_dose_use(one) for one in judgement.antidepressants}
    for one in judgement.antidepressants:
        if low[one.trial.id] is Verdict.MET:
            return Fact(source.name, True, one.trial.start, source.ask)
    return Fact(source.name, None, ask=source.ask) if Verdict.UNKNOWN in low.values() else coded


def _low_dose_use(finding: TrialFinding) -> Verdict:
    """Whether every dose stayed where the drug is given for sleep or pain."""
    doses = [phase.dose for phase in finding.trial.phases]
    return verdict(finding.drug.given_for_sleep_or_pain(doses) if finding.drug else False)


def _none_has(code: str, judgement: Judgement) -> bool | None:
    """No trial carries it: sure only where all are listed and none is open for want of data."""
    if not judgement.record.trials_whole:
        return None
    return None if any(_open_for(code, one) for one in judgement.antidepressants) else False


def _open_for(code: str, finding: TrialFinding) -> bool:
    missing = {
        "dose_below_min": {"unknown_dose", "no_level"},
        "too_short": {"unknown_duration"},
    }
    return bool(missing.get(code, {code}) & set(finding.rules[LABEL].open))


def _side_effects(source: FactSource, judgement: Judgement) -> Fact:
    """Stopped for side effects, by the stop reason or an intolerance recorded near the stop."""
    for one in judgement.antidepressants:
        if one.trial.stop_reason == "intolerance":
            return Fact(source.name, True, one.trial.end, source.ask)
    return Fact(source.name, _none_stopped(judgement), ask=source.ask)


def _none_stopped(judgement: Judgement) -> bool | None:
    if not judgement.record.trials_whole:
        return None
    untold = any(one.trial.stop_reason is None for one in judgement.antidepressants)
    return None if untold else False


def _level_too_low(source: FactSource, judgement: Judgement) -> Fact:
    """A serum level below half of the lower bound says that the drug was hardly taken."""
    half = judgement.knowledge.number("level_hardly_taken_below_fraction")
    measured = False
    for one in judgement.trials:
        level, page = one.trial.serum_level, one.drug.level if one.drug else None
        if level and page and level.unit == page.unit:
            measured = True
            if level.value < half * page.at_least:
                return Fact(source.name, True, one.trial.end, source.ask)
    return Fact(source.name, False if measured else None, ask=source.ask)


def _low_exposure(source: FactSource, judgement: Judgement) -> Fact:
    """A trial of a drug that this patient clears fast, whatever else was taken beside it."""
    record, knowledge = judgement.record, judgement.knowledge
    if not record.genes:
        return Fact(source.name, None, ask=source.ask)
    perhaps = False
    for one in judgement.antidepressants:
        cleared = speeds_during(one.trial, record, knowledge)
        lowered = level_lowered(one.trial.drug, cleared, knowledge)
        if lowered is Verdict.MET:
            return Fact(source.name, True, one.trial.start, source.ask)
        perhaps = perhaps or lowered is Verdict.UNKNOWN
    tried = {one.trial.drug for one in judgement.antidepressants}
    asked = {row.gene for row in knowledge.genes if row.drug in tried and row.exposure == "low"}
    settled = record.trials_whole and asked <= set(record.genes) and not perhaps
    return Fact(source.name, False if settled else None, ask=source.ask)


def _inhibited(source: FactSource, judgement: Judgement) -> Fact:
    """A drug that blocks the enzyme another one needs, the two taken at the same time."""
    record = judgement.record
    trials = [one.trial for one in judgement.trials]
    perhaps = False
    for met, taken in blocked(trials, record, judgement.knowledge):
        if met is Verdict.MET:
            return Fact(source.name, True, taken.since, source.ask, taken.resource)
        perhaps = perhaps or met is Verdict.UNKNOWN
    settled = "medications" in record.complete and not perhaps
    return Fact(source.name, False if settled else None, ask=source.ask)


DERIVED: Mapping[str, Callable[[FactSource, Judgement], Fact]] = {
    "depressive_episode_diagnosed": _diagnosed,
    "score_in_remission": _in_remission,
    "trial_not_taken": _trial_with("nonadherent"),
    "trial_below_minimum_dose": _trial_with("dose_below_min"),
    "trial_too_short": _trial_with("too_short"),
    "trial_for_another_reason": _another_reason,
    "trial_stopped_for_side_effects": _side_effects,
    "level_too_low": _level_too_low,
    "genotype_lowers_exposure": _low_exposure,
    "inhibitor_with_substrate": _inhibited,
}
