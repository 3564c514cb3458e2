"""What contributes, and what to measure next, in plain words for a terminal or a note."""

from __future__ import annotations

from collections.abc import Iterator

from euthymia.engine.assessment import Assessment
from euthymia.engine.findings import DomainFinding, NextStep
from euthymia.exchange.cause_words import (
    applies,
    chance_words,
    firmness,
    found_lines,
    heading,
    label_words,
    measured_words,
    measures,
    odds_words,
    worth_words,
)
from euthymia.knowledge import Knowledge

Entry = tuple[str, str]
"""The mark before an entry, and its words; the report wraps them to its width."""
DOMAIN, FOUND = "  ", "       "
MOST_MEASURES = 3


def causes_heading(assessment: Assessment) -> str:
    """The heading says what the numbers are not."""
    return f"{heading(assessment)} (association, not cause)"


def cause_entries(assessment: Assessment, knowledge: Knowledge) -> Iterator[Entry]:
    """Each domain with its numbers and what was found; then how firmly the labels stand."""
    waits = applies(assessment)
    if waits:
        yield DOMAIN, waits
    for finding in assessment.causes.domains:
        yield DOMAIN, _numbers(finding)
        yield FOUND, _found(finding, knowledge)
    yield DOMAIN, f"{firmness(assessment.causes)} On what, see --format html or json."


def _numbers(finding: DomainFinding) -> str:
    score = finding.score
    measured = measured_words(finding).capitalize()
    odds = odds_words(score).replace("(", "(95 % interval ")
    return (
        f"{finding.domain.title}: {label_words(score).upper()}. Odds ratio of non-response {odds}. "
        f"Probability that it counts {chance_words(finding)}. {measured}."
    )


def _found(finding: DomainFinding, knowledge: Knowledge) -> str:
    lines = found_lines(finding, knowledge)
    return " ".join(f"{word.capitalize()}: {names}." for word, names in lines)


def measure_entries(assessment: Assessment, knowledge: Knowledge) -> Iterator[Entry]:
    """The three signs that would move most; the questions that weigh more stand elsewhere."""
    for step in measures(assessment.next)[:MOST_MEASURES]:
        yield DOMAIN, f"- {step.ask} {_worth(step, knowledge)}"


def _worth(step: NextStep, knowledge: Knowledge) -> str:
    domain = f"{knowledge.domains[step.indicator.domain].title}: " if step.indicator else ""
    return f"({domain}{worth_words(step)})"
