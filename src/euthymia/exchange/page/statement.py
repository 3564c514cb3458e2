"""What a page says, carried to the reader whole: its words, its status and its sources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Protocol

from msgspec import Struct

from euthymia.engine.findings import Fact
from euthymia.exchange.words import fact_words
from euthymia.knowledge import Knowledge
from euthymia.knowledge.evidence import CONFIRMED, Evidence


class Spoken(Protocol):
    """An entry of the knowledge that says something on somebody's word."""

    @property
    def says(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def evidence(self) -> tuple[Evidence, ...]: ...


class Statement(Struct, frozen=True):
    """Words with their status and sources. `title` names the matter; `says` may be withheld."""

    says: str
    status: str
    evidence: tuple[Evidence, ...]
    title: str = ""
    grade: str | None = None

    @property
    def confirmed(self) -> bool:
        """Whether it was read in a public source; everything else is marked."""
        return self.status in CONFIRMED


def said(page: Spoken, title: str = "") -> Statement:
    """The statement of an entry as it stands."""
    return Statement(page.says, page.status, page.evidence, title)


class FactLine(Struct, frozen=True):
    """A fact in words, with its day and the entry it was read from."""

    told: str
    seen: date | None
    resource: str | None


def fact_line(fact: Fact, knowledge: Knowledge) -> FactLine:
    return FactLine(fact_words(fact, knowledge), fact.seen, fact.resource)


FOLDED = {"caveats", "remarks", "open", "ruled_out", "unrecorded", "behind", "linked"}
"""Parts that a page folds away until somebody asks for them."""


def statements(part: object, *, folded: bool = False) -> Iterator[Statement]:
    """The statements of a part of the page as it is read; with `folded`, those folded away too."""
    match part:
        case Statement():
            yield part
        case Struct():
            names = (name for name in part.__struct_fields__ if folded or name not in FOLDED)
            parts = tuple(getattr(part, name) for name in names)
            yield from statements(parts, folded=folded)
        case tuple():
            yield from (told for one in part for told in statements(one, folded=folded))
        case _:
            return
