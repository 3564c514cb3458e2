"""The answer in one sentence, with its rule by name, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from euthymia.engine.assessment import Assessment
from euthymia.engine.findings import Answer, Resistance, TrialFinding
from euthymia.exchange.option_words import in_brief
from euthymia.exchange.page.statement import Statement, said
from euthymia.exchange.rule_table import rule_rows
from euthymia.exchange.words import Mark, mark_of, name_of
from euthymia.knowledge import Knowledge
from euthymia.knowledge.rulesets import LABEL
from euthymia.terms import Count

WORDS: dict[Answer, str] = {
    "yes": "Yes",
    "provisional": "Provisional",
    "no": "No",
    "excluded": "Excluded",
    "not_assessable": "Not assessable",
}
GATE = "exposure_repair_below"


class Gate(Struct, frozen=True):
    """How likely at least `needed` failures were truly adequate, and the line this is held to."""

    needed: str
    chance: str
    line: str
    repair: bool
    statement: Statement


class AnswerBox(Struct, frozen=True):
    """The answer. `decided_by` are the mimics that decided it; `marks` how each trial stands.

    `options`: id, name and suitability of those that are planned in numbers. `stages`: the answer
    of each staging instrument that clinicians quote, under its own name.
    """

    key: Answer
    word: str
    sentence: str
    decided_by: tuple[Statement, ...]
    rule: Statement
    marks: tuple[tuple[Mark, str], ...]
    gate: Gate | None
    turning: str
    options: tuple[tuple[str, str, str], ...] = ()
    stages: tuple[Statement, ...] = ()


def answer_box(assessment: Assessment, knowledge: Knowledge) -> AnswerBox:
    found = assessment.resistance
    mimics = {finding.criterion.id: finding.criterion for finding in assessment.mimics}
    deciding = (mimics[name] for name in found.decided_by if name in mimics)
    return AnswerBox(
        key=found.answer,
        word=WORDS[found.answer],
        sentence=sentence(found),
        decided_by=tuple(said(criterion, criterion.title) for criterion in deciding),
        rule=said(found.fda_ema.rule, found.fda_ema.rule.name),
        marks=tuple(_marks(found.trials)),
        gate=_gate(found, knowledge),
        turning=turning(assessment),
        options=in_brief(assessment.options),
        stages=tuple(_stages(found)),
    )


def _stages(found: Resistance) -> Iterator[Statement]:
    """Thase and Rush, and Maudsley: what each says in its own terms."""
    quoted = (found.thase_rush.staging, found.msm.staging)
    for row in rule_rows(found):
        if row.page in quoted:
            yield Statement(row.answer, row.page.status, row.page.evidence, row.page.name)


def sentence(found: Resistance) -> str:
    """`By the FDA/EMA rule: at least 2 failed adequate antidepressants in this episode`."""
    rule, failed = found.fda_ema.rule, found.fda_ema.failed
    return (
        f"By the {rule.name}: {counted(failed)} failed adequate "
        f"{'antidepressant' if str(failed) == '1' else 'antidepressants'} in this episode "
        f"({needed(found)} are needed){_listed(found)}."
    )


def turning(assessment: Assessment) -> str:
    """How many open questions could still turn the answer, and the first of them."""
    asks = [one.ask for one in assessment.questions if one.turns_answer]
    if not asks:
        return ""
    questions = "1 open question" if len(asks) == 1 else f"{len(asks)} open questions"
    return f"{questions} could still turn this answer; the first: {asks[0]}"


def chance(found: Resistance) -> str:
    """The probability of the gate, marked where it is only the least it can be."""
    if found.exposure is None:
        return ""
    least = "at least " if found.exposure.at_least else ""
    return f"{least}{found.exposure.p_at_least_two:.2f}"


def repair_first(found: Resistance) -> bool:
    """Whether to put the exposure right first: it is surely low, and some trial has a fault."""
    return found.exposure is not None and found.exposure.to_mend


def counted(count: Count) -> str:
    """The count in words."""
    return "0 or more" if str(count) == "at least 0" else str(count)


def _listed(found: Resistance) -> str:
    """How many trials the count was made on, and whether the list may be longer."""
    listed = sum(finding.rule == LABEL for finding in found.trials)
    if not listed:
        told = ", as counted by the clinician" if found.fda_ema.failed.at_least else ""
        return f"{told}; no trial is listed"
    trials = "antidepressant trial is" if listed == 1 else "antidepressant trials are"
    open_end = ", and there may be more" if found.fda_ema.failed.at_most is None else ""
    return f"; {listed} {trials} listed{open_end}"


def _marks(trials: Iterable[TrialFinding]) -> Iterable[tuple[Mark, str]]:
    """Which trials count, which do not, and which are open."""
    names: dict[Mark, list[str]] = {"counts": [], "open": [], "does not count": []}
    for finding in trials:
        if finding.rule == LABEL:
            names[mark_of(finding)].append(f"{name_of(finding)} ({finding.trial.id})")
    return ((mark, ", ".join(told)) for mark, told in names.items() if told)


def _gate(found: Resistance, knowledge: Knowledge) -> Gate | None:
    if found.exposure is None:
        return None
    line = knowledge.parameters[GATE]
    return Gate(needed(found), chance(found), f"{line.value:g}", repair_first(found), said(line))


def needed(found: Resistance) -> str:
    """How many failed trials the label asks for."""
    asked = found.fda_ema.rule.failures_needed
    return f"{asked.value:g}" if asked else "any"
