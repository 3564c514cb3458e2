"""The trials of a patient: those the clinician told, and those rebuilt from drug entries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec.structs import replace

from euthymia.engine.episodes import episode_of
from euthymia.engine.eras import Era, eras
from euthymia.engine.findings import Score
from euthymia.engine.outcomes import outcome
from euthymia.knowledge import Knowledge
from euthymia.record import Record
from euthymia.record.entries import Supply, Trial


def trials_of(record: Record, scores: Sequence[Score], knowledge: Knowledge) -> tuple[Trial, ...]:
    """Every course of a known agent, each with what it was combined with or added to."""
    trials = (*record.trials, *_rebuilt(record, scores, knowledge))
    return tuple(_with_company(trial, trials, record.as_of, knowledge) for trial in trials)


def _rebuilt(record: Record, scores: Sequence[Score], knowledge: Knowledge) -> list[Trial]:
    ours = [entry for entry in record.exposures if entry.drug in knowledge.drugs]
    found = sorted(eras(ours, record.as_of, knowledge), key=lambda era: (era.start, era.drug))
    trials = [_trial(f"t{number}", era, knowledge) for number, era in enumerate(found, start=1)]
    placed = [
        replace(trial, episode=episode_of(trial, record, scores, knowledge)) for trial in trials
    ]
    return [outcome(trial, placed, scores, record, knowledge) for trial in placed]


def _trial(name: str, era: Era, knowledge: Knowledge) -> Trial:
    """One era as a trial. Its dose, days and adherence are only what the entries show."""
    supply: Supply = era.fills[0].exposure.supply
    entries = era.entries
    return Trial(
        id=name,
        drug=era.drug,
        phases=era.phases(),
        start=era.start,
        end=era.end,
        pdc=era.covered_share(knowledge.number("fills_needed_count")),
        stop_reason=next((one.stop_reason for one in entries if one.stop_reason), None),
        indication=next((one.indication for one in entries if one.indication), None),
        basis=supply,
        resources=tuple(sorted(one.resource for one in entries if one.resource)),
    )


def _with_company(
    trial: Trial, trials: Sequence[Trial], today: date, knowledge: Knowledge
) -> Trial:
    """Drugs started together are a combination; an augmenter hangs on the drug it was added to."""
    told = trial.augments or trial.combination or trial.added_to
    if told or trial.start is None or trial.drug not in knowledge.drugs:
        return trial
    beside = [
        other
        for other in trials
        if other.id != trial.id
        and other.augments is None
        and _antidepressant(other, knowledge)
        and _together(trial, other, today, knowledge)
    ]
    if not beside:
        return trial
    if knowledge.drugs[trial.drug].role == "augmenter":
        base = max(beside, key=lambda other: (other.start or date.min, other.id))
        return replace(trial, augments=base.id) if trial.basis else trial
    return _paired(trial, beside, knowledge)


def _antidepressant(trial: Trial, knowledge: Knowledge) -> bool:
    page = knowledge.drugs.get(trial.drug)
    return page is not None and page.role == "antidepressant"


def _paired(trial: Trial, beside: Sequence[Trial], knowledge: Knowledge) -> Trial:
    """Begun within two weeks of each other: a pair. Begun long after: added to the other."""
    others = [other for other in beside if other.drug != trial.drug]
    together = knowledge.number("combination_start_days")
    partners = [other for other in others if abs(_days_after(other, trial)) < together]
    if partners:
        first = min((one.start or date.max, one.id) for one in (trial, *partners))
        return replace(trial, combination=f"with_{first[1]}")
    long_after = knowledge.number("addon_after_days")
    bases = [other for other in others if _days_after(other, trial) >= long_after]
    if trial.basis and bases:
        return replace(
            trial, added_to=min(bases, key=lambda base: (base.start or date.max, base.id)).id
        )
    return trial


def _days_after(earlier: Trial, later: Trial) -> int:
    return (later.start - earlier.start).days if later.start and earlier.start else 0


def _together(trial: Trial, other: Trial, today: date, knowledge: Knowledge) -> bool:
    """Taken at the same time for longer than a cross-taper."""
    if not (trial.start and other.start):
        return False
    end = min(trial.end or today, other.end or today)
    shared = (end - max(trial.start, other.start)).days + 1
    return shared >= knowledge.number("cross_taper_days")
