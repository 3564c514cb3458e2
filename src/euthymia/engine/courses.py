"""The trials of a patient: those the clinician told, and those rebuilt from drug entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import count

from msgspec.structs import replace

from euthymia.engine.episodes import episode_of
from euthymia.engine.eras import Era, eras
from euthymia.engine.findings import Score
from euthymia.engine.outcomes import for_sleep_or_pain, outcome
from euthymia.knowledge import Knowledge
from euthymia.record import Record
from euthymia.record.entries import StopReason, Supply, Trial


def trials_of(record: Record, scores: Sequence[Score], knowledge: Knowledge) -> tuple[Trial, ...]:
    """Every course of a known agent, each with its episode, its company and what came of it."""
    told = [
        replace(trial, episode=episode_of(trial, record, scores, knowledge))
        for trial in record.trials
    ]
    trials = (*told, *_rebuilt(record, scores, knowledge))
    pairs = _pairs(trials, record.as_of, knowledge)
    placed = [_with_company(one, trials, pairs, record.as_of, knowledge) for one in trials]
    return tuple(
        outcome(one, placed, scores, record, knowledge) if one.basis else one for one in placed
    )


def _rebuilt(record: Record, scores: Sequence[Score], knowledge: Knowledge) -> list[Trial]:
    ours = [entry for entry in record.exposures if entry.drug in knowledge.drugs]
    found = sorted(eras(ours, record.as_of, knowledge), key=lambda era: (era.start, era.drug))
    taken = {trial.id for trial in record.trials}
    names = (name for number in count(1) if (name := f"t{number}") not in taken)
    trials = [_trial(name, era, knowledge) for name, era in zip(names, found, strict=False)]
    return [
        replace(trial, episode=episode_of(trial, record, scores, knowledge)) for trial in trials
    ]


def _trial(name: str, era: Era, knowledge: Knowledge) -> Trial:
    """One era as a trial. Its dose, days and adherence are only what the entries show."""
    supply: Supply = era.fills[0].exposure.supply
    return Trial(
        id=name,
        drug=era.drug,
        phases=era.phases(),
        start=era.start,
        end=era.end,
        sure_until=max(fill.end or fill.start for fill in era.fills),
        pdc=era.covered_share(knowledge.number("fills_needed_count")),
        stop_reason=_why_it_stopped(era),
        indication=next((one.indication for one in era.entries if one.indication), None),
        basis=supply,
        resources=era.sources,
    )


def _why_it_stopped(era: Era) -> StopReason | None:
    """The reason on the newest supply or the newest order; an older order only gave way to it."""
    newest = [era.fills[-1].exposure, *sorted(era.beside, key=lambda entry: entry.start)[-1:]]
    return next((one.stop_reason for one in newest if one.stop_reason), None)


def _with_company(
    trial: Trial,
    trials: Sequence[Trial],
    pairs: Mapping[str, str],
    today: date,
    knowledge: Knowledge,
) -> Trial:
    """Drugs started together are a combination; an augmenter hangs on the drug it was added to."""
    told = trial.augments or trial.combination or trial.added_to
    if told or trial.start is None or trial.drug not in knowledge.drugs:
        return trial
    if trial.id in pairs:
        return replace(trial, combination=pairs[trial.id])
    if trial.basis is None:
        return trial
    beside = [other for other in trials if _beside(trial, other, today, knowledge)]
    if knowledge.drugs[trial.drug].role == "augmenter" and beside:
        base = max(beside, key=lambda other: (other.start or date.min, other.id))
        return replace(trial, augments=base.id)
    return replace(trial, added_to=_added_to(trial, beside, knowledge))


def _added_to(trial: Trial, beside: Sequence[Trial], knowledge: Knowledge) -> str | None:
    """The antidepressant that had been taken for weeks when this one came to it."""
    long_after = knowledge.number("addon_after_days")
    bases = [other for other in beside if _days_after(other, trial) >= long_after]
    first = min(bases, key=lambda base: (base.start or date.max, base.id), default=None)
    return first.id if first else None


def _pairs(trials: Sequence[Trial], today: date, knowledge: Knowledge) -> dict[str, str]:
    """Antidepressants begun within two weeks of each other and taken together, by trial."""
    limit = knowledge.number("combination_start_days")
    names: dict[str, str] = {}
    for trial in sorted(trials, key=lambda one: (one.start or date.max, one.id)):
        alone = not (trial.combination or trial.augments or for_sleep_or_pain(trial, knowledge))
        if alone and _antidepressant(trial, knowledge):
            for other in trials:
                near = abs(_days_after(other, trial)) <= limit
                if near and _beside(trial, other, today, knowledge):
                    name = names.setdefault(trial.id, f"with_{trial.id}")
                    names.setdefault(other.id, name)
    return names


def _antidepressant(trial: Trial, knowledge: Knowledge) -> bool:
    page = knowledge.drugs.get(trial.drug)
    return page is not None and page.role == "antidepressant"


def _beside(trial: Trial, other: Trial, today: date, knowledge: Knowledge) -> bool:
    """Whether the other is another antidepressant, taken for the depression at the same time."""
    told = other.augments or other.combination
    another = other.id != trial.id and other.drug != trial.drug and not told
    return (
        another
        and _antidepressant(other, knowledge)
        and not for_sleep_or_pain(other, knowledge)
        and _together(trial, other, today, knowledge)
    )


def _days_after(earlier: Trial, later: Trial) -> int:
    return (later.start - earlier.start).days if later.start and earlier.start else 0


def _together(trial: Trial, other: Trial, today: date, knowledge: Knowledge) -> bool:
    """Taken at the same time for longer than a cross-taper."""
    if not (trial.start and other.start):
        return False
    end = min(trial.end or trial.sure_until or today, other.end or other.sure_until or today)
    shared = (end - max(trial.start, other.start)).days + 1
    return shared >= knowledge.number("cross_taper_days")
