"""Sets an assessment in plain words, for a terminal or a note."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from textwrap import fill

from euthymia.engine.findings import (
    Assessment,
    Danger,
    Fact,
    Finding,
    Resistance,
    TrialFinding,
)
from euthymia.exchange.asked import judged_of, mark_words
from euthymia.exchange.page.answer import chance, repair_first, sentence, turning
from euthymia.exchange.rule_table import rule_rows
from euthymia.knowledge import Knowledge
from euthymia.knowledge.evidence import CONFIRMED, Evidence
from euthymia.terms import Quantity, Verdict

WORD = {Verdict.MET: "yes", Verdict.NOT_MET: "no", Verdict.UNKNOWN: "?"}
WIDTH = 100
INDENT = " " * 9
MOST_QUESTIONS = 12


def report(assessment: Assessment, knowledge: Knowledge) -> str:
    """The whole report: danger first, then the answer, its reasons, and what to ask."""
    return "\n".join(_lines(assessment, knowledge)) + "\n"


def _lines(assessment: Assessment, knowledge: Knowledge) -> Iterator[str]:
    name = assessment.patient or "patient"
    yield f"{name} on {assessment.as_of} (knowledge {assessment.knowledge})"
    yield from _safety(assessment)
    yield from _answer(assessment)
    yield from _trials(assessment.resistance, knowledge)
    yield from _rule_sets(assessment.resistance)
    yield from _mimics(assessment.mimics)
    yield from _scales(assessment)
    yield from _questions(assessment)
    yield from _quality(assessment)
    yield "\nAdvice to a clinician, not an order. Statements marked recalled, choice or elicited"
    yield "are not yet confirmed by a clinician."


def _wrapped(text: str, indent: str = INDENT) -> str:
    return fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent)


def _sources(evidence: Iterable[Evidence], status: str) -> str:
    """Where a statement comes from; a status that nobody confirmed is said aloud."""
    names = ", ".join(item.id for item in evidence)
    return f"[{names}]" if status in CONFIRMED else f"[{names}; {status}]"


def _safety(assessment: Assessment) -> Iterator[str]:
    line = assessment.safety.crisis_line
    place = (
        line.country if assessment.safety.country_known else f"{line.country}, country not known"
    )
    yield "\nSafety first"
    for danger in assessment.safety.findings:
        yield from _danger(danger)
    yield _wrapped(f"{line.says} In danger now: {line.emergency}. ({place}, {line.status})")


def _danger(danger: Danger) -> Iterator[str]:
    facts = ", ".join(map(_fact, danger.because))
    yield f"  {WORD[danger.verdict]:>3}  Thoughts of suicide or self-harm ({facts})"
    if danger.verdict is not Verdict.NOT_MET:
        says = danger.says if danger.verdict is Verdict.MET else danger.ask
        yield _wrapped(f"{says} {_sources(danger.evidence, danger.status)}")


def _answer(assessment: Assessment) -> Iterator[str]:
    found, left_out = assessment.resistance, assessment.quality.reading.skipped
    yield f"\nTreatment-resistant depression: {found.answer.replace('_', ' ').upper()}"
    yield _wrapped(f"{sentence(found)} Decided by: {', '.join(found.decided_by)}.", "  ")
    if turning(assessment):
        yield _wrapped(turning(assessment), "  ")
    if left_out:
        yield f"  {len(left_out)} entries were left out: see data quality, last."
    if found.exposure is not None:
        repair = "; repair the exposure first" if repair_first(found) else ""
        yield _wrapped(
            f"Probability that at least two trials were truly adequate: {chance(found)}{repair} "
            "(elicited values, counting only what can be assessed).",
            "  ",
        )


def _trials(found: Resistance, knowledge: Knowledge) -> Iterator[str]:
    yield "\nTrials (FDA/EMA rule; augmentations by their own)"
    if not found.trials:
        yield "  none listed"
    for finding in found.trials:
        yield from _trial(finding, knowledge)


def _trial(finding: TrialFinding, knowledge: Knowledge) -> Iterator[str]:
    yield f"  {finding.trial.id}: {_course(finding)}: {mark_words(finding).upper()}"
    for code in judged_of(finding).codes:
        page = knowledge.codes[code]
        yield _wrapped(
            f"{page.title.capitalize()}. {page.says} {_sources(page.evidence, page.status)}"
        )


def _course(finding: TrialFinding) -> str:
    """`sertraline 100 mg/d for 56 days, improved 10 %, lack of efficacy`."""
    trial, unit = finding.trial, finding.drug.unit if finding.drug else "mg/d"
    phases = " then ".join(
        f"{_or(phase.dose, 'dose unknown', unit)} for {_or(phase.days, 'an unknown time', 'days')}"
        for phase in trial.phases
    )
    words = [f"{trial.drug} {phases or 'dose and days unknown'}"]
    words += [f"added to {trial.augments}"] if trial.augments else []
    words += [f"together with its pair {trial.combination}"] if trial.combination else []
    words.append(
        "improvement unknown"
        if finding.improvement_pct is None
        else f"improved {finding.improvement_pct:.0f} %"
    )
    words += [trial.stop_reason.replace("_", " ")] if trial.stop_reason else []
    words += [f"outcome {trial.outcome_basis}"] if trial.outcome_basis != "stated" else []
    return ", ".join(words)


def _or(number: float | None, unknown: str, unit: str) -> str:
    return unknown if number is None else f"{number:g} {unit}"


def _rule_sets(found: Resistance) -> Iterator[str]:
    yield "\nRule sets side by side"
    yield from (_wrapped(f"{row.page.name}: {row.answer}", "  ") for row in rule_rows(found))


def _mimics(mimics: Iterable[Finding]) -> Iterator[str]:
    yield "\nWhat could mimic resistance"
    found = sorted(mimics, key=lambda one: -one.verdict)
    for finding in found:
        if finding.verdict is Verdict.MET:
            yield from _met(finding)
    open_ones = [one.criterion.title for one in found if one.verdict is Verdict.UNKNOWN]
    ruled_out = [one.criterion.title for one in found if one.verdict is Verdict.NOT_MET]
    yield _wrapped(f"  ? not known: {'; '.join(open_ones) or 'none'}", "  ")
    yield _wrapped(f" no ruled out: {'; '.join(ruled_out) or 'none'}", "  ")


def _met(finding: Finding) -> Iterator[str]:
    criterion = finding.criterion
    kind = criterion.kind.replace("_", " ")
    yield f"  yes  {criterion.title} ({kind}): {', '.join(map(_fact, _telling(finding)))}"
    yield _wrapped(f"{criterion.says} {_sources(criterion.evidence, criterion.status)}")


def _telling(finding: Finding) -> list[Fact]:
    """The facts that are known; the others have no part in a finding that is met."""
    return [fact for fact in finding.because if fact.value is not None and fact.value is not False]


def _fact(fact: Fact) -> str:
    seen = f" on {fact.seen}" if fact.seen else ""
    return f"{fact.name}: {_value(fact.value)}{seen}"


def _value(value: bool | Quantity | str | None) -> str:
    match value:
        case None:
            return "unknown"
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value).replace(" {score}", "")


def _scales(assessment: Assessment) -> Iterator[str]:
    if assessment.scores:
        yield "\nScales"
    for score in assessment.scores:
        taken = score.rating.taken or assessment.as_of
        told = (
            score.doubt or f"{score.total:g}, {score.band or 'no bands'}"
            if (score.doubt or score.total is not None)
            else "no total"
        )
        yield f"  {score.instrument.name} on {taken}: {told}"
    for change in assessment.changes:
        if change.improvement_pct is not None:
            yield (
                f"  {change.instrument.name}: {change.first.total:g} to {change.last.total:g}, "
                f"improved {change.improvement_pct:.0f} % (response {WORD[change.response]}, "
                f"remission {WORD[change.remission]})"
            )


def _questions(assessment: Assessment) -> Iterator[str]:
    yield "\nTo settle what is open"
    for question in assessment.questions[:MOST_QUESTIONS]:
        turns = " (could turn the answer)" if "/resistance/answer" in question.settles else ""
        yield _wrapped(f"- {question.ask}{turns}", "  ")
    rest = len(assessment.questions) - MOST_QUESTIONS
    if rest > 0:
        yield f"  and {rest} more, in the order of their weight: see --format html or json"


def _quality(assessment: Assessment) -> Iterator[str]:
    reading, doubts = assessment.quality.reading, assessment.quality.doubts
    yield "\nData quality"
    yield _wrapped(f"read: {_tally(reading.read) or 'nothing'}", "  ")
    if reading.doses_met:
        yield f"  daily doses found: {reading.doses_parsed} of {reading.doses_met}"
    if reading.unmapped:
        yield _wrapped(f"codes no page knows: {_tally(reading.unmapped)}", "  ")
    if reading.supply_missing or reading.duplicates:
        yield (
            f"  without days of supply: {reading.supply_missing}; duplicates: {reading.duplicates}"
        )
    yield from (_wrapped(f"left out {one.resource}: {one.why}", "  ") for one in reading.skipped)
    yield from (_wrapped(f"doubted {one.resource}: {one.what}", "  ") for one in doubts)


def _tally(counts: Mapping[str, int]) -> str:
    named = {("without a system" if name == "none" else name): n for name, n in counts.items()}
    return ", ".join(f"{name} {number}" for name, number in sorted(named.items()))
