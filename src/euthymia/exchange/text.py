"""Sets an assessment in plain words, for a terminal or a note."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from textwrap import fill

from euthymia.engine.assessment import Assessment
from euthymia.engine.findings import (
    Change,
    Danger,
    Fact,
    Finding,
    Resistance,
    Score,
    TrialFinding,
)
from euthymia.engine.questions import in_words
from euthymia.engine.resistance import EXPOSURE
from euthymia.exchange.course import course_entries
from euthymia.exchange.option_words import in_brief
from euthymia.exchange.page.answer import chance, needed, repair_first, sentence, turning
from euthymia.exchange.rule_table import rule_rows
from euthymia.exchange.text_causes import cause_entries, causes_heading, measure_entries
from euthymia.exchange.text_options import choice_entries, option_entries
from euthymia.exchange.words import (
    basis_words,
    crisis_place,
    fact_words,
    is_invented,
    mark_words,
    name_of,
    score_words,
    short_name,
    unit_of,
)
from euthymia.knowledge import Knowledge
from euthymia.knowledge.evidence import CONFIRMED, Evidence
from euthymia.terms import Verdict

WORD = {Verdict.MET: "yes", Verdict.NOT_MET: "no", Verdict.UNKNOWN: "?"}
WIDTH = 100
ITEM = "  "
INDENT = " " * 9
MOST_QUESTIONS = 12


def report(assessment: Assessment, knowledge: Knowledge) -> str:
    """The whole report: danger first, then the answer, its reasons, and what to ask."""
    return "\n".join(_lines(assessment, knowledge)) + "\n"


def _lines(assessment: Assessment, knowledge: Knowledge) -> Iterator[str]:
    name = assessment.patient or "patient"
    if is_invented(assessment.patient):
        yield "SYNTHETIC: an invented patient, not a person"
    yield _wrapped(f"{name} on {assessment.as_of} (knowledge {assessment.knowledge})", "")
    yield from _safety(assessment, knowledge)
    yield from _answer(assessment)
    yield from _options_in_brief(assessment)
    yield from _trials(assessment.resistance, knowledge)
    yield from _rule_sets(assessment.resistance)
    yield from _mimics(assessment.mimics, knowledge)
    yield from _causes(assessment, knowledge)
    yield from _options(assessment, knowledge)
    yield from _scales(assessment)
    yield from _course_of(assessment)
    yield from _questions(assessment)
    yield from _measures(assessment, knowledge)
    yield from _quality(assessment)
    yield "\nAdvice to a clinician, not an order. Statements marked recalled, choice or elicited"
    yield "are not yet confirmed by a clinician."


def _wrapped(text: str, indent: str = INDENT, further: str | None = None) -> str:
    """The text within the width; ids of sources are not broken at their hyphens."""
    rest = indent if further is None else further
    return fill(text, WIDTH, initial_indent=indent, subsequent_indent=rest, break_on_hyphens=False)


def _item(text: str, mark: str = ITEM) -> str:
    """An entry of a list, its further lines beneath its words."""
    return _wrapped(text, mark, " " * (len(mark) + 2))


def _judged(verdict: Verdict, text: str) -> str:
    """An entry with its verdict before it."""
    return _wrapped(text, f"  {WORD[verdict]:>3}  ", INDENT)


def _sources(evidence: Iterable[Evidence], status: str) -> str:
    """Where a statement comes from; a status that nobody confirmed is said aloud."""
    names = ", ".join(item.id for item in evidence)
    return f"[{names}]" if status in CONFIRMED else f"[{names}; {status}]"


def _safety(assessment: Assessment, knowledge: Knowledge) -> Iterator[str]:
    line = assessment.safety.crisis_line
    yield "\nSafety first"
    for danger in assessment.safety.findings:
        yield from _danger(danger, knowledge)
    place = f"({crisis_place(assessment.safety)}; {line.status})"
    yield _wrapped(f"{line.says} In danger now: {line.emergency}. {place}")


def _danger(danger: Danger, knowledge: Knowledge) -> Iterator[str]:
    facts = ", ".join(_fact(fact, knowledge) for fact in danger.because)
    yield _judged(danger.verdict, f"{danger.title} ({facts})")
    if danger.verdict is not Verdict.NOT_MET:
        says = danger.says if danger.verdict is Verdict.MET else danger.ask
        yield _wrapped(f"{says} {_sources(danger.evidence, danger.status)}")


def _answer(assessment: Assessment) -> Iterator[str]:
    found, left_out = assessment.resistance, assessment.quality.reading.skipped
    yield f"\nTreatment-resistant depression: {found.answer.replace('_', ' ').upper()}"
    yield _wrapped(f"{sentence(found)} Decided by: {_deciding(assessment)}.", ITEM)
    if turning(assessment):
        yield _wrapped(turning(assessment), ITEM)
    if left_out:
        entries = "1 entry was" if len(left_out) == 1 else f"{len(left_out)} entries were"
        yield f"  {entries} left out: see data quality, last."
    if found.exposure is not None:
        repair = "; repair the exposure first" if repair_first(found) else ""
        yield _wrapped(
            f"Probability that at least {needed(found)} trials were truly adequate: "
            f"{chance(found)}{repair} (elicited values, counting only what can be assessed).",
            ITEM,
        )


def _options_in_brief(assessment: Assessment) -> Iterator[str]:
    """The options in a line each, where the answer is; their reasons stand below."""
    for _, name, suits in in_brief(assessment.options):
        yield _item(f"{name}: {suits.upper()}; see Options")


def _deciding(assessment: Assessment) -> str:
    """What the answer rests on, each by its name on its page."""
    label = assessment.resistance.fda_ema.rule
    titles = {one.criterion.id: one.criterion.title for one in assessment.mimics}
    names = titles | {label.id: label.name, EXPOSURE: "exposure to be mended first"}
    return "; ".join(names[name] for name in assessment.resistance.decided_by)


def _trials(found: Resistance, knowledge: Knowledge) -> Iterator[str]:
    yield f"\nTrials ({found.fda_ema.rule.name}; augmentations by their own rule)"
    if not found.trials:
        yield "  none listed"
    for finding in found.trials:
        yield from _trial(finding, knowledge)


def _trial(finding: TrialFinding, knowledge: Knowledge) -> Iterator[str]:
    yield _item(f"{finding.trial.id}: {_course(finding)}: {mark_words(finding).upper()}")
    for code in finding.judged.codes:
        page = knowledge.codes[code]
        yield _wrapped(
            f"{page.title.capitalize()}. {page.says} {_sources(page.evidence, page.status)}"
        )


def _course(finding: TrialFinding) -> str:
    """`sertraline 100 mg/d for 56 days, improved 10 %, lack of efficacy`."""
    trial, unit = finding.trial, unit_of(finding)
    phases = " then ".join(
        f"{_or(phase.dose, 'dose unknown', unit)} for {_or(phase.days, 'an unknown time', 'days')}"
        for phase in trial.phases
    )
    words = [f"{name_of(finding)} {phases or 'dose and days unknown'}"]
    words += [f"added to {trial.augments}"] if trial.augments else []
    words += [f"together with its pair {trial.combination}"] if trial.combination else []
    words.append(
        "improvement unknown"
        if finding.improvement_pct is None
        else f"improved {finding.improvement_pct:.0f} %"
    )
    words += [trial.stop_reason.replace("_", " ")] if trial.stop_reason else []
    words += [f"outcome {basis_words(trial)}"] if trial.outcome_basis != "stated" else []
    return ", ".join(words)


def _or(number: float | None, unknown: str, unit: str) -> str:
    return unknown if number is None else f"{number:g} {unit}"


def _rule_sets(found: Resistance) -> Iterator[str]:
    yield "\nRule sets side by side"
    yield from (_item(f"{row.page.name}: {row.answer}") for row in rule_rows(found))


def _mimics(mimics: Iterable[Finding], knowledge: Knowledge) -> Iterator[str]:
    yield "\nWhat could mimic resistance"
    found = sorted(mimics, key=lambda one: -one.verdict)
    for finding in found:
        if finding.verdict is Verdict.MET:
            yield from _met(finding, knowledge)
    open_ones = [one.criterion.title for one in found if one.verdict is Verdict.UNKNOWN]
    ruled_out = [one.criterion.title for one in found if one.verdict is Verdict.NOT_MET]
    yield _judged(Verdict.UNKNOWN, f"not known: {'; '.join(open_ones) or 'none'}")
    yield _judged(Verdict.NOT_MET, f"ruled out: {'; '.join(ruled_out) or 'none'}")


def _met(finding: Finding, knowledge: Knowledge) -> Iterator[str]:
    criterion = finding.criterion
    kind = criterion.kind.replace("_", " ")
    facts = ", ".join(_fact(fact, knowledge) for fact in _telling(finding))
    yield _judged(finding.verdict, f"{criterion.title} ({kind}): {facts}")
    yield _wrapped(f"{criterion.says} {_sources(criterion.evidence, criterion.status)}")


def _telling(finding: Finding) -> list[Fact]:
    """The facts that speak for a finding that is met: those that hold, else all that are known."""
    known = [fact for fact in finding.because if fact.value is not None]
    return [fact for fact in known if fact.value is not False] or known


def _fact(fact: Fact, knowledge: Knowledge) -> str:
    seen = f" on {fact.seen}" if fact.seen else ""
    return f"{fact_words(fact, knowledge)}{seen}"


def _causes(assessment: Assessment, knowledge: Knowledge) -> Iterator[str]:
    yield f"\n{causes_heading(assessment)}"
    yield from (_item(told, mark) for mark, told in cause_entries(assessment, knowledge))


def _measures(assessment: Assessment, knowledge: Knowledge) -> Iterator[str]:
    to_measure = tuple(measure_entries(assessment, knowledge))
    if to_measure:
        yield "\nTo measure next, for what contributes"
    yield from (_item(told, mark) for mark, told in to_measure)


def _scales(assessment: Assessment) -> Iterator[str]:
    if assessment.scores:
        yield "\nScales"
    for score in assessment.scores:
        taken = f"on {score.rating.taken}" if score.rating.taken else "not dated"
        yield _item(f"{short_name(score.instrument)} {taken}: {_score(score)}")
    for change in assessment.changes:
        if change.improvement_pct is not None:
            yield _item(_change(change, change.improvement_pct))


def _course_of(assessment: Assessment) -> Iterator[str]:
    if assessment.course:
        yield "\nIs the treatment working"
    yield from (_item(told, mark) for mark, told in course_entries(assessment.course))


def _score(score: Score) -> str:
    """`18 of 27, moderately severe`, or why the total is not used."""
    if score.total is None:
        return score_words(score)
    doubt = f"; in doubt: {score.doubt}" if score.doubt else ""
    return f"{score_words(score)}, {score.band or 'no bands'}{doubt}"


def _change(change: Change, percent: float) -> str:
    return (
        f"{short_name(change.instrument)}: {change.first.total:g} to {change.last.total:g}, "
        f"improved {percent:.0f} % (response {WORD[change.response]}, "
        f"remission {WORD[change.remission]})"
    )


def _options(assessment: Assessment, knowledge: Knowledge) -> Iterator[str]:
    """The options one by one, then side by side."""
    yield "\nOptions"
    yield from (_entry(*one) for one in option_entries(assessment, knowledge))
    yield "\nChoice"
    yield from (_item(told, mark) for mark, told in choice_entries(assessment, knowledge))


def _entry(mark: str, told: str) -> str:
    """What belongs to an option stands beneath its name, in one column."""
    return _wrapped(told, mark, INDENT if len(mark) == len(INDENT) else mark + ITEM)


def _questions(assessment: Assessment) -> Iterator[str]:
    yield "\nTo settle what is open"
    asked = [one for one in in_words(assessment.questions) if not one.only_measures]
    for question in asked[:MOST_QUESTIONS]:
        turns = " (could turn the answer)" if question.turns_answer else ""
        yield _item(f"- {question.ask}{turns}")
    rest = len(asked) - MOST_QUESTIONS
    if rest > 0:
        yield f"  and {rest} more, in the order of their weight: see --format html or json"


def _quality(assessment: Assessment) -> Iterator[str]:
    reading, doubts = assessment.quality.reading, assessment.quality.doubts
    yield "\nData quality"
    yield _item(f"read: {_tally(reading.read) or 'nothing'}")
    if reading.day_set_by:
        yield _item(f"the day was set by: {reading.day_set_by}")
    if reading.doses_met:
        yield f"  daily doses found: {reading.doses_parsed} of {reading.doses_met}"
    if reading.unmapped:
        yield _item(f"codes no page knows: {_tally(reading.unmapped)}")
    if reading.supply_missing or reading.duplicates:
        yield (
            f"  without days of supply: {reading.supply_missing}; duplicates: {reading.duplicates}"
        )
    yield from (_item(f"left out {one.resource}: {one.why}") for one in reading.skipped)
    yield from (_item(f"doubted {one.resource}: {one.what}") for one in doubts)


def _tally(counts: Mapping[str, int]) -> str:
    named = {("without a system" if name == "none" else name): n for name, n in counts.items()}
    return ", ".join(f"{name} {number}" for name, number in sorted(named.items()))
