"""What may be expected of an option, and what studies saw: prognosis, which ranks nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from euthymia.engine.findings import Causes, Outlook
from euthymia.engine.options import Option
from euthymia.engine.outlook import swept
from euthymia.exchange.option_words import (
    BLINDED,
    PER_CENT,
    arms_in_order,
    control_words,
    expected_words,
    rate_words,
)
from euthymia.exchange.page.icons import icon_array
from euthymia.exchange.page.statement import Statement, said
from euthymia.knowledge import Knowledge
from euthymia.knowledge.therapies import Arm
from euthymia.models.prognosis import Expected

TRANSFER = "outlook_transfer"
CARRIED = {0.0: "nothing", 0.5: "half", 1.0: "everything"}
VERBS = {"response": ("respond", "do not"), "remission": ("reach remission", "do not")}
MASKS = (True, False, None)


class Hundred(Struct, frozen=True):
    """One hundred people like those of the study, as a picture and in words."""

    outcome: str
    picture: str
    told: str


class Chances(Struct, frozen=True):
    """An outcome after this patient's features, and in the arm as it was."""

    outcome: str
    after: str
    before: str


class OutlookBox(Struct, frozen=True, kw_only=True):
    """One arm of one study, moved by the patient.

    `swept`: response if nothing, a part, or everything of the features carried over.
    """

    therapy: str
    arm: Statement
    control: str
    notes: tuple[str, ...]
    hundreds: tuple[Hundred, ...]
    chances: tuple[Chances, ...]
    swept: tuple[tuple[str, str], ...]
    transfer: Statement


class ArmRow(Struct, frozen=True, kw_only=True):
    """One arm of one study; what it controlled against stands beside it."""

    study: Statement
    people: str
    response: str
    remission: str
    control: str
    notes: tuple[str, ...]


class ArmGroup(Struct, frozen=True):
    """The arms of which patients knew, or did not know, what they received."""

    heading: str
    rows: tuple[ArmRow, ...]


def outlook_box(outlook: Outlook | None, causes: Causes, knowledge: Knowledge) -> OutlookBox | None:
    """None where nothing can be expected in numbers."""
    if outlook is None or (outlook.response is None and outlook.remission is None):
        return None
    arm = outlook.arm
    return OutlookBox(
        therapy=arm.therapy,
        arm=Statement(_study(arm), arm.status, arm.evidence),
        control=control_words(arm),
        notes=tuple(note for note in (arm.bias, arm.note) if note),
        hundreds=tuple(_hundred(name, one) for name, one in _outcomes(outlook)),
        chances=tuple(_chances(name, one) for name, one in _outcomes(outlook)),
        swept=tuple(_swept(outlook, causes, knowledge)),
        transfer=said(knowledge.parameters[TRANSFER]),
    )


def _outcomes(outlook: Outlook) -> Iterator[tuple[str, Expected]]:
    for name, expected in (("response", outlook.response), ("remission", outlook.remission)):
        if expected is not None:
            yield name, expected


def _study(arm: Arm) -> str:
    """Such as `THREE-D, 192 people, by the HAM-D17; patients were not blinded`."""
    people = f", {arm.n} people" if arm.n else ""
    scale = f", by the {arm.scale}" if arm.scale else ""
    weeks = f" over {arm.weeks} weeks" if arm.weeks else ""
    return f"{arm.study}{people}{scale}{weeks}; {BLINDED[arm.blinded]}."


def _hundred(outcome: str, expected: Expected) -> Hundred:
    told = hundred_words(outcome, expected)
    return Hundred(outcome.capitalize(), icon_array(_of_hundred(expected), told), told)


def hundred_words(outcome: str, expected: Expected) -> str:
    """`Of 100 people like those of the study about 47 respond (41 to 54), about 53 do not`."""
    reached, (low, high) = _of_hundred(expected), expected.base_interval_95
    do, do_not = VERBS[outcome]
    return (
        f"Of {PER_CENT} people like those of the study about {reached} {do} "
        f"({low * PER_CENT:.0f} to {high * PER_CENT:.0f}), about {PER_CENT - reached} {do_not}."
    )


def _of_hundred(expected: Expected) -> int:
    return round(expected.base_probability * PER_CENT)


def _chances(outcome: str, expected: Expected) -> Chances:
    return Chances(outcome.capitalize(), expected_words(expected), _before(expected))


def _before(expected: Expected) -> str:
    low, high = (PER_CENT * one for one in expected.base_interval_95)
    return f"{expected.base_probability * PER_CENT:.0f} % ({low:.0f} to {high:.0f})"


def _swept(outlook: Outlook, causes: Causes, knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    for part, expected in swept(outlook.arm, causes, knowledge):
        if expected is not None:
            told = expected_words(expected) if part else _before(expected)
            yield CARRIED.get(part, f"{part:g}"), told


def arm_groups(option: Option) -> tuple[ArmGroup, ...]:
    """Blinded arms, open ones, and those of which nobody knows, never in one list."""
    first = None if option.outlook is None else option.outlook.arm
    arms = arms_in_order(option.arms, first)
    groups = ((mask, [arm for arm in arms if arm.blinded is mask]) for mask in MASKS)
    return tuple(
        ArmGroup(BLINDED[mask].capitalize(), tuple(_rows(found))) for mask, found in groups if found
    )


def _rows(arms: Iterable[Arm]) -> Iterator[ArmRow]:
    for arm in arms:
        measured = (f"by the {arm.scale}" if arm.scale else "", _weeks(arm))
        inner = ", ".join((arm.therapy, *(one for one in measured if one)))
        yield ArmRow(
            study=Statement(inner, arm.status, arm.evidence, arm.study),
            people=f"{arm.n}" if arm.n else "not told",
            response=rate_words(arm.response),
            remission=rate_words(arm.remission),
            control=control_words(arm),
            notes=tuple(one for one in (arm.effect, arm.bias, arm.note) if one),
        )


def _weeks(arm: Arm) -> str:
    return f"weeks {arm.weeks}" if arm.weeks else ""
