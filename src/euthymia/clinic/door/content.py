"""The door's pages as knowledge: each statement with its status and sources, in plain words.

The texts are English and at the same time what the translations are found by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from euthymia.knowledge.evidence import CONFIRMED, Evidence, Review, Status
from euthymia.library import shipped

Kind = TypeVar("Kind")
FOLDER = Path(__file__).parent / "content"


class ContentError(ValueError):
    """A page of the door that cannot be shown; the line names the page, the fault and the mend."""


class Statement(Struct, frozen=True, forbid_unknown_fields=True):
    """One thing said to the public, how sure it is, and on whose word (ids of evidence)."""

    says: str
    status: Status
    evidence: tuple[str, ...]

    @property
    def is_confirmed(self) -> bool:
        return self.status in CONFIRMED or self.status == "choice"


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """A heading with what stands below it, and a picture where one helps."""

    heading: str
    says: tuple[Statement, ...]
    picture: str = ""


class Own(Struct, frozen=True, forbid_unknown_fields=True):
    """A source that only the door leans on."""

    title: str
    supports: str
    year: int | None = None
    url: str | None = None


class Page(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One page of education. `standing`: what a regulator has said of it, in one line."""

    review: Review
    order: int
    title: str
    menu: str
    lead: Statement
    part: tuple[Part, ...]
    standing: Statement | None = None
    evidence: Mapping[str, Own] = {}
    slug: str = ""

    def sources(self) -> list[tuple[Evidence, bool]]:
        """Each source once, in reading order, and whether all that leans on it is confirmed."""
        said = list(self.statements())
        named = dict.fromkeys(name for one in said for name in one.evidence)
        return [
            (self.source(name), all(one.is_confirmed for one in said if name in one.evidence))
            for name in named
        ]

    def statements(self) -> Iterator[Statement]:
        """All that is said, in reading order."""
        yield self.lead
        if self.standing is not None:
            yield self.standing
        for part in self.part:
            yield from part.says

    def source(self, name: str) -> Evidence:
        """A source by its id: the page's own, else one of the knowledge."""
        if name in self.evidence:
            own = self.evidence[name]
            return Evidence(name, own.title, own.supports, own.year, own.url)
        known = shipped().evidence.get(name)
        if known is None:
            raise ContentError(f"{self.slug}.toml: {name}: no such evidence; name or add it")
        return known

    def texts(self) -> Iterator[str]:
        """Every text of the page that is shown in the visitor's language."""
        yield from (self.title, self.menu)
        yield from (part.heading for part in self.part)
        yield from (one.says for one in self.statements())


class Consent(Struct, frozen=True, forbid_unknown_fields=True):
    """The words to which someone agrees who sends a request, and their version."""

    version: str
    says: tuple[str, ...]
    agree: str


@cache
def pages() -> Mapping[str, Page]:
    """The pages of education by their slug, in reading order. Raises ContentError."""
    found = [_page(path) for path in (FOLDER / "pages").glob("*.toml")]
    return {page.slug: page for page in sorted(found, key=lambda page: page.order)}


def _page(path: Path) -> Page:
    page = msgspec.structs.replace(read(path, Page), slug=path.stem)
    page.sources()  # a page that leans on a source nobody wrote down is never shown
    return page


@cache
def consent() -> Consent:
    return read(FOLDER / "consent.toml", Consent)


@cache
def help_first() -> Page:
    """What is said after an answer that may tell of suicide: the same words everywhere."""
    return _page(FOLDER / "help.toml")


@cache
def until_seen() -> Page:
    """What is said to someone who waits for the first talk."""
    return _page(FOLDER / "until_seen.toml")


def read(path: Path, kind: type[Kind]) -> Kind:
    """One file of content in its shape. Raises ContentError with file, fault and place."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=kind)
    except msgspec.DecodeError as fault:
        raise ContentError(f"{path.name}: {fault}") from fault
