"""Each option by itself: may it be given, what would its course be, what may be expected of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from euthymia.engine.assessment import Assessment
from euthymia.engine.choice import Placed
from euthymia.engine.findings import Graded
from euthymia.engine.grading import TRACKS, gravest
from euthymia.engine.options import Option
from euthymia.engine.suitability import Suitability
from euthymia.exchange.option_words import (
    SUITS,
    failing,
    kind_words,
    lacking,
    override_words,
    perhaps_words,
    place_words,
    safety_words,
    speaking_against,
    telling,
    with_verdict,
)
from euthymia.exchange.page.choice import ChoiceBox, choice_box, in_order, wish_words
from euthymia.exchange.page.outlook import ArmGroup, OutlookBox, arm_groups, outlook_box
from euthymia.exchange.page.plans import PlanBox, plan_box
from euthymia.exchange.page.statement import FactLine, Statement, fact_line, said
from euthymia.exchange.words import action_words
from euthymia.knowledge import Knowledge
from euthymia.knowledge.therapies import Action, SideEffect
from euthymia.terms import Verdict

UNFOLDED = (Suitability.SUITABLE, Suitability.CAUTION)
WEIGHTY = ("contraindication", "indication")


class GradedLine(Struct, frozen=True, kw_only=True):
    """One criterion of an option. What it says is conclusive, and stands only where it is met.

    Attributes:
        added: What circumstances of this patient add to it.
        apart: What label and guideline say of it, where they differ.
        perhaps: A graver grade that may still come out.
    """

    kind: str
    statement: Statement
    added: tuple[Statement, ...]
    apart: tuple[Statement, ...]
    facts: tuple[FactLine, ...]
    asks: tuple[str, ...]
    actions: tuple[str, ...]
    perhaps: str
    override: str
    note: str


class HarmLine(Struct, frozen=True):
    """One side effect, and how often it was seen, with the comparator beside it."""

    often: str
    serious: bool
    statement: Statement


class Studies(Struct, frozen=True, kw_only=True):
    """What is known of a therapy whoever gets it; the page folds it."""

    arms: tuple[ArmGroup, ...]
    course: tuple[Statement, ...]
    harms: tuple[HarmLine, ...]
    acts_on: tuple[Statement, ...]
    remarks: tuple[Statement, ...]


class Detail(Struct, frozen=True, kw_only=True):
    """All of one option.

    `lacking`: the indications not met, where that is why it is not called for.
    `turning` are the open criteria that could still turn the verdict, and `asks` would settle them;
    a question that settles several stands once; those of the rest stand with all the questions.
    `screen`: how many questions of its screen nobody answered.
    """

    about: Statement
    gap: Statement | None
    lacking: tuple[GradedLine, ...]
    safety: str
    place: str
    met: tuple[GradedLine, ...]
    turning: tuple[GradedLine, ...]
    open: tuple[GradedLine, ...]
    asks: tuple[str, ...]
    screen: int
    ruled_out: tuple[GradedLine, ...]
    plan: PlanBox
    outlook: OutlookBox | None
    behind: Studies


class OptionBlock(Struct, frozen=True, kw_only=True):
    """One option: `told` where the page shows it at once, `behind` where it is folded."""

    id: str
    name: str
    key: str
    word: str
    wish: str
    told: Detail | None
    behind: Detail | None


class OptionsBox(Struct, frozen=True):
    """The options side by side, then each by itself in the same order."""

    choice: ChoiceBox
    blocks: tuple[OptionBlock, ...]


def options_box(assessment: Assessment, knowledge: Knowledge) -> OptionsBox:
    placed = (one for group in in_order(assessment, knowledge).values() for one in group)
    return OptionsBox(
        choice_box(assessment, knowledge),
        tuple(_block(one, assessment, knowledge) for one in placed),
    )


def _block(placed: Placed, assessment: Assessment, knowledge: Knowledge) -> OptionBlock:
    option = placed.option
    detail = _detail(option, assessment, knowledge)
    shown = unfolded(option)
    return OptionBlock(
        id=option.therapy.id,
        name=option.therapy.name,
        key=option.suitability.word,
        word=SUITS[option.suitability],
        wish=wish_words(placed),
        told=detail if shown else None,
        behind=None if shown else detail,
    )


def unfolded(option: Option) -> bool:
    """What could be given, and what anything that was found speaks against, however it ends."""
    if option.suitability in UNFOLDED or speaking_against(option):
        return True
    forbidden = option.suitability is Suitability.CONTRAINDICATED
    return forbidden and bool(with_verdict(option, Verdict.MET))


def _detail(option: Option, assessment: Assessment, knowledge: Knowledge) -> Detail:
    therapy, unknown = option.therapy, with_verdict(option, Verdict.UNKNOWN)
    turning = [one for one in unknown if _weighty(one)]
    rest = [one for one in unknown if not _weighty(one)]
    return Detail(
        about=said(therapy.about),
        gap=None if therapy.no_knowledge is None else said(therapy.no_knowledge),
        lacking=tuple(_lack(one, knowledge) for one in lacking(option)),
        safety=_safety(option),
        place=place_words(option, assessment.choice),
        met=_lines(with_verdict(option, Verdict.MET), knowledge),
        turning=_lines(turning, knowledge),
        open=_lines(rest, knowledge),
        asks=_asks(turning),
        screen=len(option.unanswered),
        ruled_out=_lines(with_verdict(option, Verdict.NOT_MET), knowledge),
        plan=plan_box(option, knowledge),
        outlook=outlook_box(option.outlook, assessment.causes, knowledge),
        behind=_studies(option, knowledge),
    )


def _safety(option: Option) -> str:
    """`with care`; by label and by guideline too, where one of them is another."""
    (_, last), *apart = safety_words(option)
    differ = any(word != last for _, word in apart)
    return ", ".join((last, *(f"{who} {word}" for who, word in apart if differ)))


def _asks(found: Iterable[Graded]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fact.ask for one in found for fact in one.missing if fact.ask))


def _weighty(graded: Graded) -> bool:
    """Whether its verdict could still turn the whole."""
    kinds = (*graded.kinds.values(), *graded.perhaps.values())
    return any(kind in WEIGHTY for kind in kinds)


def _lines(found: Iterable[Graded], knowledge: Knowledge) -> tuple[GradedLine, ...]:
    return tuple(_line(one, knowledge) for one in found)


def _line(graded: Graded, knowledge: Knowledge) -> GradedLine:
    criterion, met = graded.finding.criterion, graded.finding.verdict is Verdict.MET
    says = criterion.says if met else ""
    added = graded.circumstances if met else ()
    return GradedLine(
        kind=kind_words(gravest(graded.kinds)),
        statement=Statement(
            says, criterion.status, criterion.evidence, criterion.title, criterion.grade
        ),
        added=tuple(said(one) for one in added),
        apart=tuple(_apart(graded)) if met else (),
        facts=tuple(dict.fromkeys(fact_line(fact, knowledge) for fact in telling(graded))),
        asks=tuple(dict.fromkeys(fact.ask for fact in graded.missing)),
        actions=tuple(action_words(one, knowledge) for one in graded.actions),
        perhaps="" if graded.finding.verdict is Verdict.NOT_MET else perhaps_words(graded),
        override=override_words(graded),
        note=(criterion.note or "") if met else "",
    )


def _lack(graded: Graded, knowledge: Knowledge) -> GradedLine:
    """An indication that is not met, with what of it is not."""
    facts = dict.fromkeys(fact_line(fact, knowledge) for fact in failing(graded))
    return replace(_line(graded, knowledge), facts=tuple(facts))


def _apart(graded: Graded) -> Iterator[Statement]:
    """Label and guideline side by side, where they grade it apart or both say something."""
    criterion = graded.finding.criterion
    words = {"label": criterion.label, "guideline": criterion.guideline}
    if len(set(graded.kinds.values())) == 1 and not all(words.values()):
        return
    for track in TRACKS:
        title, remark = f"By {track}: {kind_words(graded.kinds[track])}", words[track]
        if remark is None:
            yield Statement("", criterion.status, (), title)
        else:
            yield said(remark, title)


def _studies(option: Option, knowledge: Knowledge) -> Studies:
    therapy = option.therapy
    onset = () if therapy.onset is None else (therapy.onset,)
    course = {"How soon": onset, "How long": therapy.durability, "How often": therapy.schedule}
    return Studies(
        arms=arm_groups(option),
        course=tuple(said(one, name) for name, told in course.items() for one in told),
        harms=tuple(_harm(one) for one in therapy.side_effects),
        acts_on=tuple(_acts(one, knowledge) for one in therapy.acts_on),
        remarks=tuple(said(one) for one in therapy.remarks),
    )


def _harm(effect: SideEffect) -> HarmLine:
    """`47 % (with the comparator 23 %)`, or how often in words."""
    seen = "" if effect.pct is None else f"{effect.pct:g} %"
    beside = "" if effect.control_pct is None else f"with the comparator {effect.control_pct:g} %"
    often = "; ".join(one for one in (seen, beside, effect.rate or "") if one)
    statement = Statement(often, effect.status, effect.evidence, effect.name)
    return HarmLine(often or "no number read", effect.serious, statement)


def _acts(action: Action, knowledge: Knowledge) -> Statement:
    domain = knowledge.domains.get(action.domain)
    title = action.domain if domain is None else domain.title
    return Statement(action.says, action.status, action.evidence, title, action.grade)
