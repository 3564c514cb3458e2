"""The words in which every report speaks of contributors: association, never cause.

A probability never stands alone: the one with nothing measured stands beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from euthymia.engine.assessment import Assessment
from euthymia.engine.findings import (
    Answer,
    Causes,
    DomainFinding,
    DomainScore,
    Label,
    Linked,
    Measured,
    NextStep,
    Shifted,
)
from euthymia.exchange.words import fact_words
from euthymia.knowledge import Knowledge

LABELS: dict[Label, str] = {
    "probable": "probable contributor",
    "possible": "possible contributor",
    "not_shown": "not shown to contribute",
    "not_enough_measured": "not enough measured",
}
STRONGEST_FIRST: tuple[Label, ...] = ("probable", "possible", "not_shown", "not_enough_measured")
FOUND = ("present", "in between", "absent", "set aside", "not measured")
FRAME = (
    "Association, not cause: how far people with these features fail to respond more often than "
    "people without them, mostly in studies of serotonin-class drugs. An odds ratio of 1 is no "
    "difference; 1.5 raises the odds by a half. The four domains are our grouping: anxiety, sleep "
    "and trauma could stand in another."
)
ASSUMED = {
    "prior_sd": "with a spread of true effects of {:g}",
    "bias_factor": "with every bias times {:g}",
    "contributes_odds_ratio": "with {:g} as the smallest odds ratio that counts",
    "overlap": "with a correlation of {:g} between its indicators",
}
"""What is assumed otherwise, with its value."""
NARROWER = " To know that a sign is absent also narrows the interval, so the label can rise by it."
ELICITED = "† its weight is elicited"
RESISTANT: frozenset[Answer] = frozenset({"yes", "provisional"})
OF_TEN = 10
NOTICED = 0.005
"""The least change of a probability that two decimals show."""


def confirmed(assessment: Assessment) -> bool:
    """Whether the answer speaks of resistance, on failures that were likely adequate."""
    return assessment.causes.confirmed and assessment.resistance.answer in RESISTANT


def heading(assessment: Assessment) -> str:
    """Where resistance is not confirmed, every label stands under that condition."""
    return f"What contributes{'' if confirmed(assessment) else ', if resistance is confirmed'}"


def label_words(score: DomainScore) -> str:
    """`possible contributor, borderline`."""
    return f"{LABELS[score.label]}{', borderline' if score.borderline else ''}"


def odds_words(score: DomainScore) -> str:
    """`1.45 (0.93 to 2.26)`: the odds ratio of non-response with its 95 % interval."""
    if score.pooled.sd == 0:
        return "1.00, as none of its signs is present"
    low, high = score.pooled.interval_95
    whose = "" if score.pooled.coverage else ", of the typical patient"
    return f"{score.pooled.odds_ratio:.2f} ({low:.2f} to {high:.2f}){whose}"


def typical_odds_ratio(finding: DomainFinding) -> float:
    """The odds ratio with nothing measured: that of the typical patient with resistance."""
    return math.exp(finding.score.pooled.log_odds - finding.score.pooled.shift)


def chance_words(finding: DomainFinding) -> str:
    """`0.60; 0.31 with nothing measured`."""
    return f"{finding.score.probability:.2f}; {finding.base_probability:.2f} with nothing measured"


def coverage_words(score: DomainScore) -> str:
    """How much of what the domain could tell was measured; only all of it is called all."""
    coverage = score.pooled.coverage
    if coverage == 0:
        return "nothing measured"
    if math.isclose(coverage, 1.0):
        return "all measured"
    return f"{min(max(round(100 * coverage), 1), 99)} % measured"


def measured_words(finding: DomainFinding) -> str:
    """`41 % measured, on 1 of 6 signs`: the percent is of what the score can learn."""
    known = sum(one.x is not None for one in finding.indicators)
    told = coverage_words(finding.score)
    return f"{told}, on {known} of {len(finding.indicators)} signs" if known else told


def found_word(measured: Measured) -> str:
    """How the indicator stands; what nobody measured is never called absent."""
    if measured.set_aside is not None:
        return "set aside"
    match measured.x:
        case None:
            return "not measured"
        case 1:
            return "present"
        case 0:
            return "absent"
        case _:
            return "in between"


def found_lines(finding: DomainFinding, knowledge: Knowledge) -> tuple[tuple[str, str], ...]:
    """What was found of the domain's indicators, by how they stand; present ones first."""
    lines = (
        (word, [_found(one, knowledge) for one in finding.indicators if found_word(one) == word])
        for word in FOUND
    )
    return tuple((word, "; ".join(names)) for word, names in lines if names)


def _found(measured: Measured, knowledge: Knowledge) -> str:
    """`Obesity (body mass index: 33 kg/m2)`; a bare yes or no is said by the word before it."""
    values = [one for one in measured.because if not isinstance(one.value, bool)]
    told = [fact_words(fact, knowledge) for fact in values]
    told += [ELICITED] if measured.x is not None and _elicited(measured) else []
    inner = f" ({'; '.join(told)})" if told else ""
    title = f"{measured.indicator.title}{inner}"
    why = measured.set_aside.says if measured.set_aside else None
    return f"{title}: {why[0].lower()}{why[1:].rstrip('.')}" if why else title


def _elicited(measured: Measured) -> bool:
    """Whether the number it enters with was chosen, not taken from a study."""
    weight = measured.indicator.weight
    return weight is not None and weight.status == "elicited"


def flip_lines(finding: DomainFinding, knowledge: Knowledge) -> tuple[tuple[str, str], ...]:
    """The other labels, each with the assumptions that would bring it about."""
    return tuple(
        (LABELS[label], "; ".join(shift_words(one, knowledge) for one in flips))
        for label in STRONGEST_FIRST
        if (flips := [one for one in finding.flips if one.score.label == label])
    )


def shift_words(shifted: Shifted, knowledge: Knowledge) -> str:
    """What is assumed otherwise, or which indicator is left out."""
    if shifted.value is None:
        return f"without {knowledge.indicators[shifted.name].title}"
    return ASSUMED[shifted.name].format(shifted.value)


def rest_words(finding: DomainFinding) -> str:
    """The label if all that was not measured were absent, or present."""
    if all(one.x is not None for one in finding.indicators):
        return ""
    lowest, highest = finding.lowest, finding.highest
    rises = lowest.probability > highest.probability
    return (
        f"If all the rest were absent: {label_words(lowest)}. "
        f"If all the rest were present: {label_words(highest)}."
        f"{NARROWER if rises else ''}"
    )


def firmness(causes: Causes) -> str:
    """Which labels hang on what is assumed."""
    if all(one.score.label == "not_enough_measured" for one in causes.domains):
        return "Too little was measured for any label."
    hanging = [one.domain.title for one in causes.domains if one.flips]
    if not hanging:
        return "No assumption changes a label."
    return (
        "Under other assumptions, or without one sign, the label would be another for: "
        f"{', '.join(hanging)}."
    )


def applies(assessment: Assessment) -> str:
    """What the answer above means for these numbers; nothing where it speaks of resistance."""
    if confirmed(assessment):
        return ""
    if assessment.resistance.answer == "excluded":
        return "The answer is excluded: while it is, these numbers do not speak of resistance."
    return "Resistance is not confirmed here, so every label below waits for that."


def headline(causes: Causes) -> str:
    """`Probable contributor: Psychosocial. Possible contributor: Inflammation.`."""
    return " ".join(_sentences(causes.domains))


def _sentences(domains: Iterable[DomainFinding]) -> Iterator[str]:
    found = list(domains)
    for label in STRONGEST_FIRST:
        names = [_named(one) for one in found if one.score.label == label]
        if names:
            yield f"{_plural(label, len(names))}: {', '.join(names)}."


def _plural(label: Label, count: int) -> str:
    words = LABELS[label].capitalize()
    return f"{words}s" if words.endswith("contributor") and count > 1 else words


def _named(finding: DomainFinding) -> str:
    return f"{finding.domain.title}{' (borderline)' if finding.score.borderline else ''}"


def tilt_words(linked: Linked) -> str:
    """How little a link may weigh."""
    if linked.tilt_at_most:
        return f"may tilt a comparison by at most {linked.tilt_at_most:.2f} log-odds"
    return "shown only"


def measures(steps: Iterable[NextStep]) -> tuple[NextStep, ...]:
    """The steps that measure an indicator; the others are questions and stand among those."""
    return tuple(step for step in steps if step.indicator is not None)


def worth_words(step: NextStep) -> str:
    """How far it would move the probability, and how often the label would change."""
    moved = step.expected_change or 0.0
    told = f"{moved:.2f}" if moved >= NOTICED else "less than 0.01"
    change = _label_change(step.label_change or 0.0)
    gain = f"with it {round(100 * (step.coverage_gain or 0))} % more measured"
    return f"{gain}; would move the probability by {told} on average; {change}"


def _label_change(chance: float) -> str:
    if chance == 0:
        return "the label would not change"
    patients = round(OF_TEN * chance)
    few_or_all = {0: "fewer than 1 of 10", OF_TEN: "nearly all"}
    told = few_or_all.get(patients, f"about {patients} of 10")
    return f"at the frequencies assumed, the label would change in {told} patients"
