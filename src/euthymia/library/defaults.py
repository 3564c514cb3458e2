"""Pages that hold design defaults: rules and numbers that no source gives, to be adopted by name.

A clinic's medical director signs such a page, as it stands, before the clinic works by it.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any

from msgspec import Struct

STATUS = "design_default"
SAYING = ("says", "title", "note", "value")
"""What of an entry tells a reader most, in this order."""
ASIDE = ("says", "status", "evidence")
"""What of an entry is not shown among its fields."""


class Default(Struct, frozen=True):
    """One entry that no source gives: where it stands, what it says, and each field in words.

    `told` holds every number of the entry, also those of its condition: they are what is signed.
    """

    place: str
    says: str
    told: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """`screen speaks for days` for parameter.screen_speaks_for_days."""
        return self.place.rpartition(".")[2].replace("_", " ")


class DefaultPage(Struct, frozen=True):
    """A page with its defaults.

    `digest` is the SHA-256 of the page: a changed page asks for a new signature. `bears_on`: ids of
    the therapies that are planned or watched by it. `title`: the first sentence of the page, which
    says what it is of; else its name in words.
    """

    name: str
    title: str
    digest: str
    bears_on: tuple[str, ...]
    defaults: tuple[Default, ...]


@cache
def default_pages(folder: Path) -> tuple[DefaultPage, ...]:
    """Every page of the folder that holds a design default."""
    read = (_read(folder, path) for path in sorted(folder.rglob("*.toml")))
    return tuple(page for page in read if page.defaults)


def _read(folder: Path, path: Path) -> DefaultPage:
    content = path.read_bytes()
    page = tomllib.loads(content.decode())
    return DefaultPage(
        name=str(path.relative_to(folder)),
        title=_title(content.decode(), path),
        digest=hashlib.sha256(content).hexdigest(),
        bears_on=tuple(page.get("review", {}).get("bears_on", ())),
        defaults=tuple(_defaults(page, "")),
    )


def _title(content: str, path: Path) -> str:
    said = " ".join(line.lstrip("# ") for line in takewhile(_is_remark, content.splitlines()))
    first = re.match(r".+?[.?](?=\s|$)", said)
    return first.group().rstrip(".") if first else path.stem.replace("_", " ")


def _is_remark(line: str) -> bool:
    return line.startswith("#")


def _defaults(entry: Any, place: str) -> Iterator[Default]:
    if isinstance(entry, list):
        for number, one in enumerate(entry, start=1):
            yield from _defaults(one, f"{place} {number}")
    elif isinstance(entry, dict):
        if entry.get("status") == STATUS:
            yield Default(place, _said(entry), tuple(_told(entry)))
        for name, one in entry.items():
            yield from _defaults(one, f"{place}.{name}" if place else name)


def _told(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, one in entry.items():
        words = "" if name in ASIDE else _in_words(one)
        if words:
            yield name.replace("_", " "), words


def _in_words(value: Any) -> str:
    """A field in words; what holds a status of its own stands as an entry of its own."""
    match value:
        case bool():
            return "yes" if value else "no"
        case dict() if "status" in value:
            return ""
        case dict():
            told = ((name.replace("_", " "), _in_words(one)) for name, one in value.items())
            return ", ".join(f"{name} {words}" for name, words in told if words)
        case list():
            return "; ".join(words for one in value if (words := _in_words(one)))
        case _:
            return " ".join(str(value).split()).replace("_", " ")


def _said(entry: dict[str, Any]) -> str:
    told = [" ".join(str(entry[name]).split()) for name in SAYING if name in entry]
    if told:
        return told[0]
    kept = {name: one for name, one in entry.items() if name not in ("status", "evidence")}
    return ", ".join(f"{name.replace('_', ' ')} {one}" for name, one in kept.items())
