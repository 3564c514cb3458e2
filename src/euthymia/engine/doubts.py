"""What was doubted while judging: numbers that contradict each other or their form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from euthymia.engine.findings import Score, TrialFinding
from euthymia.knowledge import Knowledge
from euthymia.knowledge.drugs import Drug
from euthymia.record import Record
from euthymia.record.entries import Trial
from euthymia.record.quality import Doubt


def doubts(
    trials: Sequence[TrialFinding],
    scores: Sequence[Score],
    record: Record,
    knowledge: Knowledge,
) -> tuple[Doubt, ...]:
    """Every doubt of this record, by the entry it concerns."""
    found = {*record.reading.doubts, *_scores(scores)}
    for finding in trials:
        found |= {Doubt(finding.trial.id, what) for what in _trial(finding, record, knowledge)}
    return tuple(sorted(found))


def _scores(scores: Sequence[Score]) -> Iterator[Doubt]:
    for score in scores:
        if score.doubt:
            taken = f" of {score.rating.taken}" if score.rating.taken else ""
            name = score.rating.resource or f"{score.instrument.name}{taken}"
            yield Doubt(name, score.doubt)


def _trial(finding: TrialFinding, record: Record, knowledge: Knowledge) -> Iterator[str]:
    if finding.drug is None:
        yield "no page knows this agent: whether it is an antidepressant stays open"
        return
    yield from _dose(finding.trial, finding.drug, knowledge)
    yield from _days(finding.trial, record)
    yield from _origin(finding.trial)


def _dose(trial: Trial, drug: Drug, knowledge: Knowledge) -> Iterator[str]:
    doses = [phase.dose for phase in trial.phases if phase.dose is not None]
    factor = knowledge.number("implausible_dose_factor")
    if drug.maximum and doses and max(doses) > factor * drug.maximum.value:
        yield f"the dose is more than {factor:g} times the maximum of the page, and was not used"
    if drug.routes and trial.basis is None:
        yield f"the page speaks of the {' or '.join(drug.routes)} form alone: check the form taken"


def _days(trial: Trial, record: Record) -> Iterator[str]:
    if trial.start is None:
        return
    last = trial.end or record.as_of
    if last < trial.start:
        yield "it ends before it starts"
    elif sum(phase.days or 0 for phase in trial.phases) > (last - trial.start).days + 1:
        yield "more days at the dose than between its first and last day"


def _origin(trial: Trial) -> Iterator[str]:
    if trial.outcome_basis == "presumed" and trial.presumed:
        yield f"its outcome is only presumed ({trial.presumed})"
    if trial.basis == "request":
        yield "it rests on orders alone: nobody knows what was collected"
