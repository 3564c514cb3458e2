"""The page of an assessment as HTML, set once: it never changes, and is read many times.

Nothing of a visitor goes into it: no name, no right, no token. What it is set by besides the page
that was kept (templates, words, releases, what this clinic has not adopted) is its `way`; where
that differs it is set anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

import euthymia
from euthymia.clinic.assessments.found import withheld
from euthymia.clinic.assessments.models import Assessment, Typeset

ROOM = Path(__file__).parent
SET_BY = (".html", ".py", ".mo")
"""Kinds of files that change how a page is set."""
PARTS = {"summary": "assessments/parts/summary.html", "parts": "assessments/parts/parts.html"}
Told = dict[str, Any]


def as_set(found: Assessment, unsigned: frozenset[str]) -> Told:
    """Its `summary` and its `parts` as HTML, and the ids of options whose plan is `withheld`.

    `unsigned`: therapies whose plans rest on pages that this clinic has not adopted.
    """
    language, way = get_language() or settings.LANGUAGE_CODE, _way(unsigned)
    before = found.typeset.filter(language=language, way=way).first()
    told = before.told if before else _set(found, unsigned)
    if before is None:
        new = {"way": way, "told": told}
        Typeset.objects.update_or_create(assessment=found, language=language, defaults=new)
    return {**told, **{name: SafeString(told[name]) for name in PARTS}}


def _set(found: Assessment, unsigned: frozenset[str]) -> Told:
    page = found.kept.page
    held = withheld(page["body"], unsigned)
    context = {"page": page, "body": page["body"], "kept": found.kept, "withheld": held}
    html = {name: render_to_string(template, context) for name, template in PARTS.items()}
    plain = {name: str.__str__(one) for name, one in html.items()}  # JSON knows no SafeString
    return {"withheld": sorted(held), **plain}


def _way(unsigned: frozenset[str]) -> str:
    return hashlib.sha256(" ".join([_templates(), *sorted(unsigned)]).encode()).hexdigest()


@cache
def _templates() -> str:
    """SHA-256 over the files of this room and the words of every language, and the releases."""
    told = hashlib.sha256(f"{euthymia.__version__} {django.__version__}".encode())
    for file in _files():
        told.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return told.hexdigest()


def _files() -> Iterator[Path]:
    for folder in (ROOM, *map(Path, settings.LOCALE_PATHS)):
        yield from sorted(one for one in folder.rglob("*") if one.suffix in SET_BY)
