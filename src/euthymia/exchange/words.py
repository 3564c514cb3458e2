"""The words every report shares: how a trial stands, doses, days, scores and facts."""

from __future__ import annotations

import math
import re
from typing import Literal

from euthymia.engine.findings import Fact, Safety, Score, TrialFinding
from euthymia.knowledge import Knowledge
from euthymia.knowledge.instruments import Instrument
from euthymia.knowledge.rulesets import LABEL
from euthymia.record.entries import Trial
from euthymia.terms import Quantity, Verdict

UNIT = "mg/d"
MOST_NAMED = 5
"""So many codes, drugs or devices are named of one fact."""
TEN = 10
UNITS = {"mo": "months", "a": "years", "d": "days"}
"""How units of time are written out."""
SHORT = {"crp": "CRP", "hscrp": "hsCRP", "il6": "IL-6", "ptsd": "PTSD", "tsh": "TSH"}
"""Parts of names that are written in capitals."""

Mark = Literal["counts", "adequate", "does not count", "open"]
"""How a trial stands in the count. An augmentation is at best adequate: no label counts it."""

IN_THE_COUNT: dict[Verdict, Mark] = {
    Verdict.MET: "counts",
    Verdict.NOT_MET: "does not count",
    Verdict.UNKNOWN: "open",
}


INVENTED = ("synthetic", "demo")
"""How the ids of invented patients begin."""


def is_invented(patient: str | None) -> bool:
    """Whether the id says that nobody real is meant."""
    return (patient or "").casefold().startswith(INVENTED)


def mark_of(finding: TrialFinding) -> Mark:
    """Whether it counts as a failed trial; an augmentation, whether it was adequate."""
    judged = finding.judged
    if judged.failed is not None:
        return IN_THE_COUNT[judged.failed]
    return "adequate" if judged.adequate is Verdict.MET else IN_THE_COUNT[judged.adequate]


def mark_words(finding: TrialFinding) -> str:
    """The mark; of an augmentation, what it is about."""
    mark = mark_of(finding)
    if finding.rule == LABEL:
        return mark
    return f"{'not adequate' if mark == 'does not count' else mark} as augmentation"


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


BASIS = {
    "scale": "rests on a scale",
    "reason": "rests on the reason for stopping",
    "presumed": "presumed from the record",
    "stated": "as stated",
}


def basis_words(trial: Trial) -> str:
    """What the outcome rests on; where it is only presumed, which one."""
    return BASIS[trial.outcome_basis] + (f": {trial.presumed}" if trial.presumed else "")


def crisis_place(safety: Safety) -> str:
    """Whose crisis line it is, and whether that is known."""
    country = safety.crisis_line.country
    place = "elsewhere" if country == "default" else country
    return place if safety.country_known else f"{place}; the patient's country is not known"


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
    page = knowledge.facts.get(name)
    if page is not None and page.called is not None:
        return page.called
    form = next((form for key, form in knowledge.instruments.items() if _of(name, key)), None)
    if form is None:
        parts = name.removesuffix("_told").split("_")
        return " ".join(SHORT.get(part, part) for part in parts)
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
            return f"{name}: {found(fact, knowledge)}"
        case False:
            told = named(fact, knowledge)
            return f"{name}: no, {told}" if told else f"{name}: no"
        case value:
            told = _value(value)
            return f"{name.removesuffix(told.lstrip('-.0123456789e+'))}: {told}"


def found(fact: Fact, knowledge: Knowledge) -> str:
    """`yes`, with the drugs, codes or devices by which it was found."""
    told = named(fact, knowledge)
    return f"yes, {told}" if told else "yes"


def named(fact: Fact, knowledge: Knowledge) -> str:
    """`F10.20, F14.20`: by what a fact was found; at most so many, and how many more."""
    pages = knowledge.drugs
    told = [pages[one].name.lower() if one in pages else one for one in fact.what[:MOST_NAMED]]
    rest = len(fact.what) - len(told)
    return ", ".join(told) + (f" and {rest} more" if rest else "")


def _value(value: Quantity | str) -> str:
    """A value as a clinician writes it: `26 months` for 26 mo, and no unit where it counts."""
    if isinstance(value, str):
        return value
    unit = UNITS.get(value.unit, "" if value.unit.startswith("{") else value.unit)
    return f"{_rounded(value):g} {unit}".rstrip()


def _rounded(value: Quantity) -> float:
    """Whole years, as people count their age; else three figures, and one decimal from ten on."""
    if value.unit == "a":
        return math.floor(value.value)
    return round(value.value, 1) if abs(value.value) >= TEN else float(f"{value.value:.3g}")


def action_words(action: str, knowledge: Knowledge) -> str:
    """What an action asks for, in the words of its page; else its id as words."""
    page = knowledge.words.get(action)
    told = action.replace("_", " ") if page is None else page.means.rstrip(".")
    return told[:1].lower() + told[1:]
