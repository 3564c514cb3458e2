"""The self-check as a page of knowledge: its steps, their questions, and where answers belong."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Literal

from msgspec import Struct

from euthymia.clinic.door.content import FOLDER, read
from euthymia.knowledge.instruments import Instrument
from euthymia.library import shipped

UNSURE, UNSAID, NONE = "unsure", "unsaid", "none"
"""Answers that can always be given: not sure; rather not say; and of a list: none of the others."""
Worth = str | int | bool


class Option(Struct, frozen=True, forbid_unknown_fields=True, rename={"is_": "is"}):
    """One answer to a choice. `is_`: what the intake form then holds."""

    id: str
    says: str
    is_: Worth | None = None


class Tick(Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a list. `keys`: the safety questions it answers; `nondrug`: a treatment had."""

    id: str
    says: str
    keys: tuple[str, ...] = ()
    nondrug: str = ""


class Ask(Struct, frozen=True, forbid_unknown_fields=True):
    """One question. `to`: its place in the intake form; `keys`: safety questions it answers.

    `low`, `high`: bounds of a number; of words `high` is the most letters, 0 for the usual.
    """

    id: str
    kind: Literal["number", "choice", "ticks", "words", "lines"]
    says: str
    hint: str = ""
    to: str = ""
    keys: tuple[str, ...] = ()
    low: int = 0
    high: int = 0
    options: tuple[Option, ...] = ()
    tick: tuple[Tick, ...] = ()


class Step(Struct, frozen=True, forbid_unknown_fields=True):
    """One page: a small group of questions, or items of an instrument, or the medicines tried."""

    id: str
    title: str
    why: str
    kind: Literal["questions", "trials"] = "questions"
    ask: tuple[Ask, ...] = ()
    lead: str = ""
    instrument: str = ""
    items: tuple[int, ...] = ()

    @property
    def form(self) -> Instrument:
        """The instrument whose items are asked. Raises KeyError where there is none."""
        return shipped().instruments[self.instrument]


class Helped(Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    says: str
    improvement_pct: int


class Ended(Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    says: str
    stop_reason: str


class Tried(Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked of each medicine that was tried."""

    status: str
    evidence: tuple[str, ...]
    helped: tuple[Helped, ...]
    ended: tuple[Ended, ...]


class Closing(Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in every summary besides the answers."""

    bring: tuple[str, ...]
    ask: tuple[str, ...]
    sooner: tuple[str, ...]
    status: str
    evidence: tuple[str, ...]


class Young(Struct, frozen=True, forbid_unknown_fields=True):
    """What is said to someone below an age, in years."""

    below: int
    says: str
    status: str
    evidence: tuple[str, ...]


class SelfCheck(Struct, frozen=True, forbid_unknown_fields=True):
    """The steps that all are asked, and what is asked besides behind a link (`reach`)."""

    step: tuple[Step, ...]
    reach: Step
    young: Young
    tried: Tried
    summary: Closing


@cache
def self_check() -> SelfCheck:
    """All of it. Raises ContentError where the page is faulty."""
    return read(FOLDER / "selfcheck.toml", SelfCheck)


def step_of(name: str) -> Step | None:
    return next((one for one in self_check().step if one.id == name), None)


def place_of(step: Step) -> int:
    """Its number, counted from 1."""
    return self_check().step.index(step) + 1


def beside(step: Step, by: int) -> Step | None:
    """The step so many pages on, or back; None beyond the ends."""
    at = self_check().step.index(step) + by
    return self_check().step[at] if 0 <= at < len(self_check().step) else None


def asks() -> Iterator[Ask]:
    for step in self_check().step:
        yield from step.ask


def item_id(instrument: str, number: int) -> str:
    """The name under which the answer to an item travels, such as phq9_9."""
    return f"{instrument}_{number}"


def lead_of(instrument: str) -> str:
    """The line above the items of an instrument; empty where none of them is asked here."""
    return next((one.lead for one in self_check().step if one.instrument == instrument), "")


def lay_words() -> dict[str, str]:
    """For each safety question of a screen, the plain words in which it was asked here."""
    found: dict[str, str] = {}
    lines: list[Ask | Tick] = [*asks(), *(one for ask in asks() for one in ask.tick)]
    for line in lines:
        for key in line.keys:
            found.setdefault(key, line.says)
    return found
