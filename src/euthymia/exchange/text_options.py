"""The options in plain words: verdict, what is met, what is open, the plan, and the choice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from euthymia.engine.assessment import Assessment
from euthymia.engine.choice import Placed
from euthymia.engine.findings import Fact, Graded
from euthymia.engine.grading import gravest
from euthymia.engine.options import Option
from euthymia.exchange.option_words import (
    BLINDED,
    SUITS,
    condition_words,
    expected_words,
    failing,
    flip_words,
    kind_words,
    lacking,
    left_out_words,
    order_words,
    override_words,
    perhaps_words,
    safety_words,
    share_words,
    span_words,
    study_words,
    telling,
    with_verdict,
)
from euthymia.exchange.options import says_of
from euthymia.exchange.page.choice import frame, in_order, wish_words
from euthymia.exchange.page.plan_words import PlanLine
from euthymia.exchange.page.plans import plan_box
from euthymia.exchange.words import action_words, fact_words
from euthymia.knowledge import Knowledge
from euthymia.knowledge.evidence import CONFIRMED, Evidence, Remark
from euthymia.knowledge.therapies import Arm
from euthymia.terms import Verdict

THERAPY, MET, NOT_MET, MORE, OPEN = "  ", "    yes  ", "     no  ", "         ", "      ?  "
MOST_OPEN = 3
Entry = tuple[str, str]
"""The mark before an entry, and its words."""


def sources_words(evidence: tuple[Evidence, ...], status: str) -> str:
    """Where a statement comes from; a status that nobody confirmed is said aloud."""
    told = [", ".join(item.id for item in evidence), "" if status in CONFIRMED else status]
    inner = "; ".join(one.replace("design_default", "design default") for one in told if one)
    return f"[{inner}]" if inner else ""


def option_entries(assessment: Assessment, knowledge: Knowledge) -> Iterator[Entry]:
    """Every option in the order of the choice."""
    for placed in in_order(assessment, knowledge).values():
        for one in placed:
            yield from _option(one.option, knowledge)


def choice_entries(assessment: Assessment, knowledge: Knowledge) -> Iterator[Entry]:
    """What could be given now, what is open and what is not; in what order, and how firm."""
    choice, known = assessment.choice, frame(knowledge)
    if known is not None:
        yield THERAPY, f"{known.says} {sources_words(known.evidence, known.status)}"
    for heading, placed in in_order(assessment, knowledge).items():
        yield THERAPY, f"{heading}: {'; '.join(_placed(one, knowledge) for one in placed)}"
    told = (order_words(choice), left_out_words(choice), flip_words(choice))
    yield from ((THERAPY, one) for one in told if one)


def _placed(placed: Placed, knowledge: Knowledge) -> str:
    told = (share_words(placed), wish_words(placed), condition_words(placed.option, knowledge))
    beside = ", ".join(one for one in told if one)
    return f"{placed.option.therapy.name}{f' ({beside})' if beside else ''}"


def _option(option: Option, knowledge: Knowledge) -> Iterator[Entry]:
    _, *apart = safety_words(option)
    differ = len({word for _, word in apart}) > 1
    tracks = f" ({', '.join(f'{who} {word}' for who, word in apart)})" if differ else ""
    yield THERAPY, f"{option.therapy.name}: {SUITS[option.suitability].upper()}{tracks}"
    if option.therapy.no_knowledge is not None:
        yield MORE, _said(option.therapy.no_knowledge)
    for graded in lacking(option):
        yield NOT_MET, f"{graded.finding.criterion.title}: {_facts(failing(graded), knowledge)}"
    for graded in with_verdict(option, Verdict.MET):
        yield from _met(graded, knowledge)
    yield from _open(option)
    yield from _plan(option, knowledge)
    yield from _expected(option)


def _said(remark: Remark) -> str:
    return f"{remark.says} {sources_words(remark.evidence, remark.status)}"


def _met(graded: Graded, knowledge: Knowledge) -> Iterator[Entry]:
    criterion = graded.finding.criterion
    facts = _facts(telling(graded), knowledge)
    kind = kind_words(gravest(graded.kinds))
    apart = "" if len(set(graded.kinds.values())) == 1 else f"; {_apart(graded)}"
    yield MET, f"{criterion.title} ({kind}{apart}): {facts or 'not told by a fact'}"
    yield MORE, f"{says_of(graded)} {sources_words(criterion.evidence, criterion.status)}"
    added = [
        f"to do: {'; '.join(action_words(one, knowledge) for one in graded.actions)}"
        if graded.actions
        else "",
        perhaps_words(graded),
        override_words(graded),
    ]
    yield from ((MORE, one) for one in added if one)


def _facts(told: Iterable[Fact], knowledge: Knowledge) -> str:
    """What speaks for it, each thing once: two questions may ask for the same."""
    words = (
        fact_words(fact, knowledge) + (f" on {fact.seen}" if fact.seen else "") for fact in told
    )
    return ", ".join(dict.fromkeys(words))


def _apart(graded: Graded) -> str:
    """`by label contraindication, by guideline precaution`."""
    return ", ".join(f"by {track} {kind_words(kind)}" for track, kind in graded.kinds.items())


def _open(option: Option) -> Iterator[Entry]:
    """How many findings are open, and the first of them."""
    unknown = [one.finding.criterion.title for one in with_verdict(option, Verdict.UNKNOWN)]
    rest = len(unknown) - MOST_OPEN
    if unknown:
        more = f" and {rest} more" if rest > 0 else ""
        yield OPEN, f"{len(unknown)} not known: {'; '.join(unknown[:MOST_OPEN])}{more}"
    if option.unanswered:
        yield OPEN, f"{len(option.unanswered)} questions of its screen unanswered"


def _plan(option: Option, knowledge: Knowledge) -> Iterator[Entry]:
    box = plan_box(option, knowledge)
    yield from ((MORE, one) for one in (box.none, box.waits) if one)
    for line in box.lines:
        yield MORE, f"{line.name}: {line.told} {_unconfirmed(line)}".rstrip()
    for one in box.warnings:
        yield "      !  ", one.told


def _unconfirmed(line: PlanLine) -> str:
    """The statuses of what a line rests on that nobody confirmed, as `[design default]`."""
    told = dict.fromkeys(one.status for one in line.rests if not one.confirmed)
    return f"[{', '.join(told).replace('_', ' ')}]" if told else ""


def _expected(option: Option) -> Iterator[Entry]:
    """What to expect of this patient, else what its studies saw."""
    outlook = option.outlook
    if outlook is not None:
        rates = {"response": outlook.response, "remission": outlook.remission}
        told = ", ".join(
            f"{name} {expected_words(one)}" for name, one in rates.items() if one is not None
        )
        if told:
            yield MORE, f"To expect, as a prognosis that ranks nothing: {told}; {_arm(outlook.arm)}"
            return
    seen = span_words(option.arms)
    if seen:
        yield MORE, f"Studies saw: {seen}"


def _arm(arm: Arm) -> str:
    """The study, its size, its blinding, and what stood beside it."""
    people = f", {arm.n} people" if arm.n else ""
    return (
        f"{arm.study}{people}, {BLINDED[arm.blinded]}{study_words(arm)} "
        f"{sources_words(arm.evidence, arm.status)}"
    )
