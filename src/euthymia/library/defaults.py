"""Pages that hold design defaults: rules and numbers that no source gives, to be adopted by name.

A clinic's medical director signs such a page, as it stands, before the clinic works by it.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

STATUS = "design_default"
SAYING = ("says", "title", "note", "value")
"""What of an entry tells a reader most, in this order."""


class Default(Struct, frozen=True):
    """One entry that no source gives: where it stands, and what it says."""

    place: str
    says: str


class DefaultPage(Struct, frozen=True):
    """A page with its defaults.

    `digest` is the SHA-256 of the page: a changed page asks for a new signature. `bears_on`: ids of
    the therapies that are planned or watched by it.
    """

    name: str
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
        digest=hashlib.sha256(content).hexdigest(),
        bears_on=tuple(page.get("review", {}).get("bears_on", ())),
        defaults=tuple(_defaults(page, "")),
    )


def _defaults(entry: Any, place: str) -> Iterator[Default]:
    if isinstance(entry, list):
        for number, one in enumerate(entry, start=1):
            yield from _defaults(one, f"{place} {number}")
    elif isinstance(entry, dict):
        if entry.get("status") == STATUS:
            yield Default(place, _said(entry))
        for name, one in entry.items():
            yield from _defaults(one, f"{place}.{name}" if place else name)


def _said(entry: dict[str, Any]) -> str:
    told = [" ".join(str(entry[name]).split()) for name in SAYING if name in entry]
    if told:
        return told[0]
    kept = {name: one for name, one in entry.items() if name not in ("status", "evidence")}
    return ", ".join(f"{name.replace('_', ' ')} {one}" for name, one in kept.items())
