"""What a rule set asks of an agent, and how a trial stands under it: the words the report shows."""

from __future__ import annotations

import re
from typing import Literal

from euthymia.engine.findings import Fact, Judged, Score, TrialFinding
from euthymia.knowledge import Knowledge
from euthymia.knowledge.drugs import Drug
from euthymia.knowledge.evidence import Figure
from euthymia.knowledge.instruments import Instrument
from euthymia.knowledge.rulesets import TrialRule
from euthymia.terms import Verdict

LABEL = "fda_ema"
AUGMENTATION = "augmentation"
DAYS_PER_WEEK = 7
UNIT = "mg/d"

Mark = Literal["counts", "adequate", "does not count", "open"]
"""How a trial stands in the count. An augmentation is at best adequate: no label counts it."""

IN_THE_COUNT: dict[Verdict, Mark] = {
    Verdict.MET: "counts",
    Verdict.NOT_MET: "does not count",
    Verdict.UNKNOWN: "open",
}


def rule_of(finding: TrialFinding) -> str:
    """The rule set the report speaks of first: the label, or that of augmentations."""
    return LABEL if LABEL in finding.rules else AUGMENTATION


def judged_of(finding: TrialFinding) -> Judged:
    """How the trial stands under the rule set the report speaks of first."""
    return finding.rules[rule_of(finding)]


def mark_of(finding: TrialFinding) -> Mark:
    """Whether it counts as a failed trial; an augmentation, whether it was adequate."""
    judged = judged_of(finding)
    if judged.failed is not None:
        return IN_THE_COUNT[judged.failed]
    return "adequate" if judged.adequate is Verdict.MET else IN_THE_COUNT[judged.adequate]


def mark_words(finding: TrialFinding) -> str:
    """The mark; of an augmentation, what it is about."""
    mark = mark_of(finding)
    if rule_of(finding) == LABEL:
        return mark
    return f"{'not adequate' if mark == 'does not count' else mark} as augmentation"


def least_dose(drug: Drug | None, rule: TrialRule) -> Figure | None:
    """The minimum dose this rule set accepts; of the ATRQ form where it has no list of its own."""
    if drug is None:
        return None
    return drug.minimum.get(rule.dose_profile) or drug.minimum.get("atrq")


def days_needed(drug: Drug | None, rule: TrialRule) -> float:
    """Days at or above the minimum that this rule set asks for."""
    own = drug.weeks if drug and drug.weeks.own else rule.weeks
    return DAYS_PER_WEEK * own.value


def name_of(finding: TrialFinding) -> str:
    return finding.drug.name if finding.drug else finding.trial.drug


def unit_of(finding: TrialFinding) -> str:
    return finding.drug.unit if finding.drug else UNIT


def dose_words(finding: TrialFinding) -> str:
    """`50, then 100 mg/d`, or that nobody knows."""
    doses = [phase.dose for phase in finding.trial.phases]
    told = ["unknown" if dose is None else f"{dose:g}" for dose in doses]
    if all(dose is None for dose in doses):
        return "dose unknown"
    return f"{', then '.join(told)} {unit_of(finding)}"


def days_words(finding: TrialFinding) -> str:
    """`84 days`, `at least 40 days`, or that nobody knows."""
    days = [phase.days for phase in finding.trial.phases]
    told = sum(day for day in days if day is not None)
    if not told:
        return "days unknown" if None in days or not days else "0 days"
    return f"{'at least ' if None in days else ''}{told:g} days"


def short_name(form: Instrument) -> str:
    """What is in brackets in a name such as `Patient Health Questionnaire (PHQ-9)`."""
    short = re.search(r"\(([^()]*)\)", form.name)
    return short.group(1) if short else form.name


def score_words(score: Score) -> str:
    """`18 of 27`, or the total as received with the doubt."""
    high = f"of {score.instrument.high:g}"
    if score.total is not None:
        return f"{score.total:g} {high}"
    received = "no total" if score.rating.total is None else f"{score.rating.total:g} {high}"
    return f"{received}; not used: {score.doubt}" if score.doubt else received


def fact_name(name: str, knowledge: Knowledge) -> str:
    """`PHQ-9 item 9` for phq9_item_9, `sleep apnoea diagnosed` for sleep_apnoea_diagnosed."""
    form = next((form for key, form in knowledge.instruments.items() if _of(name, key)), None)
    if form is None:
        return name.replace("_", " ")
    return f"{short_name(form)}{name.removeprefix(form.id).replace('_', ' ')}"


def _of(name: str, instrument: str) -> bool:
    return name == instrument or name.startswith(f"{instrument}_")


def fact_words(fact: Fact, knowledge: Knowledge) -> str:
    """`TSH: 6.2 m[IU]/L`; what nobody recorded is never shown as no."""
    name = fact_name(fact.name, knowledge)
    match fact.value:
        case None:
            return f"{name}: not recorded"
        case True:
            return f"{name}: yes"
        case False:
            return f"{name}: no"
        case value:
            return f"{name}: {str(value).removesuffix(' {score}')}"
