"""What must still be asked, and what each answer would settle; what could turn the answer first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from euthymia.engine.findings import (
    ANSWER,
    Finding,
    NextStep,
    Question,
    Resistance,
    Safety,
    TrialFinding,
)
from euthymia.engine.options import Option
from euthymia.engine.plans import open_inputs
from euthymia.engine.tried import Before
from euthymia.knowledge import Knowledge
from euthymia.record import Record
from euthymia.terms import Verdict

DANGER, TRIALS, EXCLUSIONS, CORRECTIONS, NEARLY, THE_REST, THERAPIES, CONTRIBUTORS = range(8)
Ask = tuple[str, str, str, int]
"""A question's id, its words, the pointer it would settle, and how much hangs on it (0 most)."""


def questions(asks: Iterable[Ask], knowledge: Knowledge) -> tuple[Question, ...]:
    """Every open question once: danger first, then what could turn the answer, then the rest.

    Of those on which as much hangs, what a person can say comes before what a laboratory must.
    """
    asked: dict[str, tuple[str, list[str], list[int]]] = {}
    for name, ask, pointer, rank in asks:
        _, pointers, ranks = asked.setdefault(name, (ask, [], []))
        pointers.append(pointer)
        ranks.append(rank)
    ordered = sorted(
        asked,
        key=lambda name: (
            min(asked[name][2]),
            _needs_a_test(name, knowledge),
            -len(asked[name][1]),
            name,
        ),
    )
    return tuple(
        Question(name, asked[name][0], tuple(dict.fromkeys(asked[name][1]))) for name in ordered
    )


def _needs_a_test(name: str, knowledge: Knowledge) -> bool:
    fact = knowledge.facts.get(name)
    return fact is not None and fact.needs_a_test


def in_words(questions: Iterable[Question]) -> tuple[Question, ...]:
    """Each question as a person is asked it: once, though several facts wait for the answer."""
    asked: dict[str, Question] = {}
    for one in questions:
        first = asked.setdefault(one.ask, one)
        settles = tuple(dict.fromkeys((*first.settles, *one.settles)))
        asked[one.ask] = Question(first.id, first.ask, settles)
    return tuple(asked.values())


def asks_of_judgement(
    found: Resistance,
    mimics: Sequence[Finding],
    safety: Safety,
    record: Record,
    knowledge: Knowledge,
) -> Iterator[Ask]:
    """What is open of danger, of the trials and their history, and of the mimics."""
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
    adequate = f"/resistance/trials/{finding.trial.id}/rules/{finding.rule}/adequate"
    for code in dict.fromkeys(_open_codes(finding)):
        page = knowledge.codes[code]
        name = f"trials.{finding.trial.id}.{code}"
        ask = f"{finding.trial.drug} ({finding.trial.id}): {page.ask}"
        yield name, ask, adequate, THE_REST
        if open_label and finding.judged.failed is Verdict.UNKNOWN:
            yield name, ask, ANSWER, TRIALS


def _open_codes(finding: TrialFinding) -> Iterator[str]:
    """Codes that data could settle; a trial already ruled out is left in peace."""
    judged = finding.judged
    if judged.adequate is Verdict.NOT_MET:
        return
    yield from (code for code in judged.open if code != "intolerance_before_min_weeks")
    told = finding.improvement_pct is not None or finding.trial.stop_reason == "lack_of_efficacy"
    if judged.failed is Verdict.UNKNOWN and (finding.outcome_doubt or not told):
        yield "response_achieved"


def _of_history(
    found: Resistance, record: Record, knowledge: Knowledge, *, open_label: bool
) -> Iterator[Ask]:
    """Whether the lists are whole, and how long and how severe this episode is."""
    counted = found.fda_ema.failed.at_most is not None  # by the clinician, who listed no trial
    most = "eu_pearl/failed_below_25_pct/at_most" if counted else "fda_ema/failed/at_most"
    stands_on = {
        "trials_complete": (not record.trials_whole, most),
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
    """An open exclusion, or an open correction of a yes, could still turn the answer.

    Neither turns what is excluded already, and a mimic that only voids its own trial turns no yes:
    the trials that made it were found sound.
    """
    kind, alone = mimic.criterion.kind, mimic.criterion.voids_only_its_trial
    corrects = kind == "correct_first" and not alone and found.answer == "yes"
    turns = corrects or (kind == "exclude" and found.answer != "excluded")
    rank = EXCLUSIONS if kind == "exclude" else CORRECTIONS if turns else THE_REST
    for fact in mimic.missing:
        yield fact.name, fact.ask, f"/mimics/{mimic.criterion.id}/verdict", rank
        if turns:
            yield fact.name, fact.ask, ANSWER, rank


FEW = 12
"""An option with no more open questions than this is nearly settled: they come before the rest."""


def asks_of_options(options: Iterable[Option], before: Before) -> Iterator[Ask]:
    """What is open of whether a therapy could be given, and what a plan waits for."""
    for option in options:
        asks = tuple(_of_option(option))
        rank = NEARLY if len({name for name, _, _ in asks}) <= FEW else THERAPIES
        yield from ((*ask, rank) for ask in asks)
    for name, pointer in open_inputs(before.record, before.knowledge):
        yield name, _ask_of(name, before.knowledge), pointer, THERAPIES


def _of_option(option: Option) -> Iterator[tuple[str, str, str]]:
    at = f"/options/{option.therapy.id}"
    for graded in option.findings:
        for fact in graded.missing:
            pointer = f"{at}/findings/{graded.finding.criterion.id}/verdict"
            yield fact.name, fact.ask, pointer
    for fact in option.unanswered:
        yield fact.name, fact.ask, f"{at}/safety/final"


def _ask_of(name: str, knowledge: Knowledge) -> str:
    """The words of a question of its own, or of the fact that is missing."""
    page = knowledge.questions.get(name)
    return knowledge.facts[name].ask if page is None else page.ask


def asks_of_causes(measures: Iterable[NextStep]) -> Iterator[Ask]:
    """What would tell an indicator that was not measured."""
    for step in measures:
        if step.indicator is not None:
            domain, name = step.indicator.domain, step.indicator.id
            yield step.id, step.ask, f"/causes/{domain}/indicators/{name}/x", CONTRIBUTORS


def asks_of(finding: Finding) -> Iterable[str]:
    """The ids of the questions that would settle a finding."""
    return dict.fromkeys(fact.name for fact in finding.missing)
