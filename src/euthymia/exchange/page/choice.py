"""The options side by side, in the order of what the patient holds dear, and how firm that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from euthymia.engine.assessment import Assessment
from euthymia.engine.choice import Placed
from euthymia.engine.options import Option
from euthymia.exchange.option_words import (
    BLINDED,
    LEVELS,
    MERITS,
    SUITS,
    condition_words,
    conditions,
    expected_words,
    flip_words,
    left_out_words,
    order_words,
    reason_words,
    safety_words,
    share_words,
    span_words,
    spanned,
    speaking_against,
    study_words,
)
from euthymia.exchange.page.statement import Statement, said
from euthymia.knowledge import Knowledge
from euthymia.knowledge.evidence import Remark, weakest
from euthymia.knowledge.therapies import Arm, Merit

FRAME = "moderators_of_tms_or_ketamine"
"""The constant whose page says whether anything is known to tell the two apart."""
SIDE_BY_SIDE: tuple[Merit, ...] = tuple(one for one in MERITS if one != "benefit")
GROUPS = {"now": "Could be given now", "open": "Still open", "not_now": "Not now"}
CONDITIONS = "Could be given, with conditions first"
UNJUDGED = "Not judged here (no page of criteria yet)"
HEADINGS = (GROUPS["now"], CONDITIONS, GROUPS["open"], GROUPS["not_now"], UNJUDGED)


class Cell(Struct, frozen=True):
    """One merit of one option. `level` as `3 of 4`; empty where no page judges it."""

    merit: str
    told: str
    level: str
    statement: Statement | None = None


class ChoiceRow(Struct, frozen=True, kw_only=True):
    """One option in its place. `apart`: whether it could be given, by label and by guideline.

    Attributes:
        reasons: What is met against it, and how much is not known, on one line.
        first: What a precaution that is met asks for first, and how many things more.
    """

    id: str
    name: str
    key: str
    word: str
    apart: tuple[tuple[str, str], ...]
    share: str
    wish: str
    reasons: str
    first: str
    expected: Cell
    cells: tuple[Cell, ...]


class ChoiceGroup(Struct, frozen=True):
    """The options that could be given now, that are open, or that are not for now.

    `judged`: whether any page says when to give them; without one they are only named.
    """

    heading: str
    rows: tuple[ChoiceRow, ...]
    judged: bool = True


class ChoiceBox(Struct, frozen=True, kw_only=True):
    """All options, how they were ordered, and what would order them otherwise.

    `untold`: matters of which no page tells, such as cost: the site enters them.
    """

    frame: Statement | None
    order: tuple[str, ...]
    merits: tuple[str, ...]
    untold: str
    groups: tuple[ChoiceGroup, ...]


def choice_box(assessment: Assessment, knowledge: Knowledge) -> ChoiceBox:
    choice = assessment.choice
    told = (order_words(choice), left_out_words(choice), flip_words(choice))
    merits = tuple(merit for merit in SIDE_BY_SIDE if _any_tells(merit, assessment.options))
    return ChoiceBox(
        frame=frame(knowledge),
        order=tuple(one for one in told if one),
        merits=tuple(MERITS[merit].capitalize() for merit in merits),
        untold=", ".join(MERITS[one] for one in SIDE_BY_SIDE if one not in merits),
        groups=tuple(_groups(assessment, merits, knowledge)),
    )


def _any_tells(merit: Merit, options: Sequence[Option]) -> bool:
    return any(merit in one.therapy.standings or _told(one, merit) for one in options)


def frame(knowledge: Knowledge) -> Statement | None:
    """What is known to tell magnetic stimulation and ketamine apart; None: no page says."""
    page = knowledge.parameters.get(FRAME)
    return None if page is None else said(page)


def in_order(assessment: Assessment, knowledge: Knowledge) -> dict[str, tuple[Placed, ...]]:
    """The groups of the choice by their headings, without the empty ones."""
    found: dict[str, list[Placed]] = {heading: [] for heading in HEADINGS}
    for name, heading in GROUPS.items():
        for one in getattr(assessment.choice, name):
            found[_heading(one.option, heading, knowledge)].append(one)
    return {heading: tuple(placed) for heading, placed in found.items() if placed}


def _heading(option: Option, heading: str, knowledge: Knowledge) -> str:
    """Its group; apart stand what waits for something to be done, and what no page judges."""
    if option.therapy.no_knowledge is not None and not speaking_against(option):
        return UNJUDGED
    if heading == GROUPS["now"] and conditions(option, knowledge):
        return CONDITIONS
    return heading


def _groups(
    assessment: Assessment, merits: Sequence[Merit], knowledge: Knowledge
) -> Iterator[ChoiceGroup]:
    for heading, placed in in_order(assessment, knowledge).items():
        rows = tuple(_row(one, merits, knowledge) for one in placed)
        yield ChoiceGroup(heading, rows, judged=heading != UNJUDGED)


def _row(placed: Placed, merits: Sequence[Merit], knowledge: Knowledge) -> ChoiceRow:
    option = placed.option
    _, *apart = safety_words(option)
    return ChoiceRow(
        id=option.therapy.id,
        name=option.therapy.name,
        key=option.suitability.word,
        word=SUITS[option.suitability],
        apart=tuple(apart) if len({word for _, word in apart}) > 1 else (),
        share=share_words(placed),
        wish=wish_words(placed),
        reasons=reason_words(option),
        first=condition_words(option, knowledge),
        expected=_expected(option),
        cells=tuple(_cell(option, merit) for merit in merits),
    )


def wish_words(placed: Placed) -> str:
    """Whether the patient declines or prefers it."""
    if placed.declined:
        return "the patient declines it"
    return "the patient prefers it" if placed.preferred else ""


def _expected(option: Option) -> Cell:
    """What may be expected of this patient, else what the first of its studies saw."""
    outlook = option.outlook
    told = (
        {}
        if outlook is None
        else {
            "response": expected_words(outlook.response),
            "remission": expected_words(outlook.remission),
        }
    )
    words = ", ".join(f"{name} {one}" for name, one in told.items() if one)
    if outlook is not None and words:
        return _of_arm(words, outlook.arm)
    span = span_words(option.arms)
    if not span:
        return Cell("expected", "no rates on its page", "")
    return Cell("expected", span, "", _of_arms(spanned(option.arms)))


def _of_arms(arms: Sequence[Arm]) -> Statement:
    """All their sources, on the weakest of their statuses."""
    evidence = dict.fromkeys(item for arm in arms for item in arm.evidence)
    return Statement("", weakest(tuple(arm.status for arm in arms)), tuple(evidence))


def _of_arm(told: str, arm: Arm) -> Cell:
    says = f"{told}; {BLINDED[arm.blinded]}{study_words(arm)}"
    return Cell("expected", says, "", Statement("", arm.status, arm.evidence))


def _cell(option: Option, merit: Merit) -> Cell:
    """How it stands by a merit; where its page does not judge that, what it tells of it."""
    standing = option.therapy.standings.get(merit)
    name = MERITS[merit]
    if standing is not None:
        return Cell(name, standing.says, f"{standing.level} of {LEVELS}", said(standing))
    remark = _told(option, merit)
    if remark is not None:
        return Cell(name, remark.says, "", said(remark))
    return Cell(name, "its page does not tell", "")


def _told(option: Option, merit: Merit) -> Remark | None:
    therapy = option.therapy
    onset = () if therapy.onset is None else (therapy.onset,)
    told = {"speed": onset, "durability": therapy.durability, "burden": therapy.schedule}
    return next(iter(told.get(merit, ())), None)
