"""The answer in one sentence, with its rule by name, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from euthymia.engine.findings import Answer, Assessment, Exposed, Resistance, TrialFinding
from euthymia.exchange.asked import LABEL, Mark, mark_of, name_of, rule_of
from euthymia.exchange.page.statement import Statement, said
from euthymia.knowledge import Knowledge
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
    """How likely at least two failures were truly adequate, and the line this is held to."""

    chance: str
    line: str
    repair: bool
    statement: Statement


class AnswerBox(Struct, frozen=True):
    """The answer. `decided_by` are the mimics that decided it; `marks` how each trial stands."""

    key: Answer
    word: str
    sentence: str
    decided_by: tuple[Statement, ...]
    rule: Statement
    marks: tuple[tuple[Mark, str], ...]
    gate: Gate | None


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
        gate=_gate(found.exposure, knowledge),
    )


def sentence(found: Resistance) -> str:
    """`By the FDA/EMA rule: at least 2 failed adequate antidepressants in this episode`."""
    rule, failed = found.fda_ema.rule, found.fda_ema.failed
    needed = "" if rule.failures_needed is None else f" ({rule.failures_needed.value:g} are needed)"
    return (
        f"By the {rule.name}: {counted(failed)} failed adequate "
        f"{'antidepressant' if str(failed) == '1' else 'antidepressants'} in this episode{needed}"
        f"{_listed(found)}."
    )


def counted(count: Count) -> str:
    """The count in words."""
    return "0 or more" if str(count) == "at least 0" else str(count)


def _listed(found: Resistance) -> str:
    """How many trials the count was made on, and whether the list may be longer."""
    listed = sum(rule_of(finding) == LABEL for finding in found.trials)
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
        if rule_of(finding) == LABEL:
            names[mark_of(finding)].append(f"{name_of(finding)} ({finding.trial.id})")
    return ((mark, ", ".join(told)) for mark, told in names.items() if told)


def _gate(exposed: Exposed | None, knowledge: Knowledge) -> Gate | None:
    if exposed is None:
        return None
    line = knowledge.parameters[GATE]
    chance = f"{exposed.p_at_least_two:.2f}"
    return Gate(chance, f"{line.value:g}", exposed.repair_first, said(line))
