"""What was doubted while judging: numbers that contradict each other or their form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from euthymia.engine.episodes import DEPRESSION
from euthymia.engine.facts import contradicted
from euthymia.engine.findings import Fact, Score, TrialFinding
from euthymia.engine.safety import answered_yes
from euthymia.engine.trials import ended_well
from euthymia.knowledge import Knowledge
from euthymia.knowledge.drugs import Drug
from euthymia.record import Record
from euthymia.record.entries import Diagnosis, Trial
from euthymia.record.quality import Doubt
from euthymia.terms import Verdict

OF_THE_MIND = "F"
"""The chapter of ICD-10-CM whose codes must not pass unread."""


def doubts(
    trials: Sequence[TrialFinding],
    scores: Sequence[Score],
    facts: Mapping[str, Fact],
    record: Record,
    knowledge: Knowledge,
) -> tuple[Doubt, ...]:
    """Every doubt of this record, by the entry it concerns."""
    found = {*record.reading.doubts, *_scores(scores), *_facts(facts, knowledge)}
    found |= {*_diagnoses(facts, record, knowledge), *_medicines(record, knowledge)}
    for finding in trials:
        found |= {Doubt(finding.trial.id, what) for what in _trial(finding, record, knowledge)}
    return tuple(sorted(found))


def _medicines(record: Record, knowledge: Knowledge) -> Iterator[Doubt]:
    """Names of medicines that no page looks for: a brand name among them would hide a danger."""
    unknown = sorted({one.drug for one in record.medications} - knowledge.medicines)
    if unknown:
        yield Doubt(
            "medications",
            f"no page looks for {', '.join(unknown)}; if one is a brand name, give its ingredient",
        )


def _scores(scores: Sequence[Score]) -> Iterator[Doubt]:
    for score in scores:
        taken = f" of {score.rating.taken}" if score.rating.taken else ""
        name = score.rating.resource or f"{score.instrument.name}{taken}"
        if score.doubt:
            yield Doubt(name, score.doubt)
        if score.remission is Verdict.MET and answered_yes(score):
            yield Doubt(name, "the total lies in remission, but the suicide question does not")


def _facts(facts: Mapping[str, Fact], knowledge: Knowledge) -> Iterator[Doubt]:
    """Facts left open because another one speaks against them."""
    for name, source in knowledge.facts_contradicted.items():
        if contradicted(source, facts):
            against = (source.contradicted_by or "").replace("_", " ")
            yield Doubt(
                facts[name].resource or source.section,
                f"'{name.replace('_', ' ')}' and '{against}' contradict each other: "
                "the first stays open",
            )


def _diagnoses(facts: Mapping[str, Fact], record: Record, knowledge: Knowledge) -> Iterator[Doubt]:
    """Codes of the mind that no page reads; and what was read, where no depression was."""
    for one in record.diagnoses:
        if one.code.value.startswith(OF_THE_MIND) and not _known(one, knowledge):
            yield Doubt(
                one.resource or one.code.value,
                "no page knows this diagnosis, and nothing rests on it: check the code",
            )
    episode = facts.get(DEPRESSION)
    if record.diagnoses and episode is not None and episode.value is False:
        read = ", ".join(sorted({one.code.value for one in record.diagnoses}))
        yield Doubt("diagnoses", f"no depressive episode is among those read: {read}")


def _known(diagnosis: Diagnosis, knowledge: Knowledge) -> bool:
    """Whether some page names the code, be it to leave it out."""
    bare, named = diagnosis.code.bare, knowledge.diagnosis_prefixes
    return any(bare[:length] in named for length in range(1, len(bare) + 1))


def _trial(finding: TrialFinding, record: Record, knowledge: Knowledge) -> Iterator[str]:
    if finding.drug is None:
        yield "no page knows this agent: whether it is an antidepressant stays open"
        return
    yield from _dose(finding.trial, finding.drug, knowledge)
    yield from _days(finding.trial, record, knowledge)
    yield from _outcome(finding, knowledge)
    yield from _origin(finding.trial)


def _dose(trial: Trial, drug: Drug, knowledge: Knowledge) -> Iterator[str]:
    doses = [phase.dose for phase in trial.phases if phase.dose is not None]
    factor = knowledge.number("implausible_dose_factor")
    if drug.maximum and doses and max(doses) > factor * drug.maximum.value:
        yield f"the dose is more than {factor:g} times the maximum of the page, and was not used"
    if drug.routes and trial.basis is None:
        yield f"the page speaks of the {' or '.join(drug.routes)} form alone: check the form taken"


def _days(trial: Trial, record: Record, knowledge: Knowledge) -> Iterator[str]:
    told, months = sum(phase.days or 0 for phase in trial.phases), record.episode.months
    if trial.episode == "current" and months is not None:
        # Months are told in whole numbers, so that one may be missing.
        longest = (months + 1) * knowledge.number("month_days")
        yield from ("more days at the dose than the episode has lasted",) * (told > longest)
    if trial.start is None:
        return
    last = trial.end or record.as_of
    if last < trial.start:
        yield "it ends before it starts"
    elif told > (last - trial.start).days + 1:
        yield "more days at the dose than between its first and last day"


def _outcome(finding: TrialFinding, knowledge: Knowledge) -> Iterator[str]:
    if finding.outcome_doubt:
        yield finding.outcome_doubt
    if finding.judged.failed is Verdict.UNKNOWN and ended_well(finding.trial, knowledge):
        yield "its score was in remission at the end, so that a small fall is no failure"
    stated = finding.trial.improvement_pct
    if stated is not None and 0 < stated < knowledge.number("improvement_share_below_pct"):
        yield f"improved by {stated:g} %: if a share was meant, write {100 * stated:g}"


def _origin(trial: Trial) -> Iterator[str]:
    if trial.outcome_basis == "presumed" and trial.presumed:
        yield f"its outcome is only presumed ({trial.presumed})"
    if trial.basis == "request":
        yield "it rests on orders alone: nobody knows what was collected"
