"""What must still be asked, and what each answer would settle; what could turn the answer first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from euthymia.engine.findings import Finding, Question, Resistance, Safety, TrialFinding
from euthymia.engine.trials import AUGMENTATION
from euthymia.knowledge import Knowledge
from euthymia.record import Record
from euthymia.terms import Verdict

LABEL = "fda_ema"
ANSWER = "/resistance/answer"
DANGER, TRIALS, EXCLUSIONS, CORRECTIONS, THE_REST = range(5)
Ask = tuple[str, str, str, int]
"""A question's id, its words, the pointer it would settle, and how much hangs on it (0 most)."""


def questions(
    found: Resistance,
    mimics: Sequence[Finding],
    safety: Safety,
    record: Record,
    knowledge: Knowledge,
) -> tuple[Question, ...]:
    """Every open question once: danger first, then what could turn the answer, then the rest."""
    asked: dict[str, tuple[str, list[str], list[int]]] = {}
    for name, ask, pointer, rank in _all(found, mimics, safety, record, knowledge):
        _, pointers, ranks = asked.setdefault(name, (ask, [], []))
        pointers.append(pointer)
        ranks.append(rank)
    ordered = sorted(asked, key=lambda name: (min(asked[name][2]), -len(asked[name][1]), name))
    return tuple(
        Question(name, asked[name][0], tuple(dict.fromkeys(asked[name][1]))) for name in ordered
    )


def _all(
    found: Resistance,
    mimics: Sequence[Finding],
    safety: Safety,
    record: Record,
    knowledge: Knowledge,
) -> Iterator[Ask]:
    for danger in safety.findings:
        if danger.verdict is Verdict.UNKNOWN:
            yield danger.id, danger.ask, f"/safety/findings/{danger.id}/verdict", DANGER
    open_label = found.answer == "not_assessable"
    for finding in found.trials:
        yield from _of_trial(finding, knowledge, open_label=open_label)
    yield from _of_history(found, record, knowledge, open_label=open_label)
    for mimic in mimics:
        yield from _of_mimic(mimic, found)


def _of_trial(finding: TrialFinding, knowledge: Knowledge, *, open_label: bool) -> Iterator[Ask]:
    """What is missing of one trial, in the words of the code that is open for it."""
    rule = LABEL if LABEL in finding.rules else AUGMENTATION
    judged = finding.rules[rule]
    for code in dict.fromkeys(_open_codes(finding)):
        page = knowledge.codes[code]
        name = f"trials.{finding.trial.id}.{code}"
        ask = f"{finding.trial.drug} ({finding.trial.id}): {page.ask}"
        yield name, ask, f"/resistance/trials/{finding.trial.id}/rules/{rule}/adequate", THE_REST
        if open_label and judged.failed is Verdict.UNKNOWN:
            yield name, ask, ANSWER, TRIALS


def _open_codes(finding: TrialFinding) -> Iterator[str]:
    """Codes that data could settle; a trial already ruled out is left in peace."""
    judged = finding.rules.get(LABEL) or next(iter(finding.rules.values()))
    if judged.adequate is Verdict.NOT_MET:
        return
    yield from (code for code in judged.open if code != "intolerance_before_min_weeks")
    told = finding.improvement_pct is not None or finding.trial.stop_reason == "lack_of_efficacy"
    if judged.failed is Verdict.UNKNOWN and not told:
        yield "response_achieved"


def _of_history(
    found: Resistance, record: Record, knowledge: Knowledge, *, open_label: bool
) -> Iterator[Ask]:
    """Whether the lists are whole, and how long and how severe this episode is."""
    stands_on = {
        "trials_complete": ("trials" not in record.complete, "fda_ema/failed/at_most"),
        "nondrug_trials_complete": ("nondrug_trials" not in record.complete, "msm/ect"),
        "episode_months": (found.msm.duration is None, "msm/duration"),
        "episode_severity": (found.msm.severity is None, "msm/severity"),
    }
    for name, (is_open, pointer) in stands_on.items():
        if is_open:
            ask = knowledge.questions[name].ask
            yield name, ask, f"/resistance/rules/{pointer}", THE_REST
            if name == "trials_complete" and open_label:
                yield name, ask, ANSWER, TRIALS


def _of_mimic(mimic: Finding, found: Resistance) -> Iterator[Ask]:
    """An open exclusion, or an open correction of a yes, could still turn the answer."""
    kind = mimic.criterion.kind
    turns = kind == "exclude" or (kind == "correct_first" and found.answer == "yes")
    rank = EXCLUSIONS if kind == "exclude" else CORRECTIONS if turns else THE_REST
    for fact in mimic.missing:
        yield fact.name, fact.ask, f"/mimics/{mimic.criterion.id}/verdict", rank
        if turns:
            yield fact.name, fact.ask, ANSWER, rank


def asks_of(finding: Finding) -> Iterable[str]:
    """The ids of the questions that would settle a finding."""
    return dict.fromkeys(fact.name for fact in finding.missing)
