"""What bad input is told: the file, the place, the fault, the mend. Never a value of a patient."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches


class SourceError(ValueError):
    """A source that cannot be read. One line: file, place, fault, mend."""


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean ...?` where a known word is near, else nothing."""
    names = {name.lower(): name for name in known}
    near = get_close_matches(word.lower().replace("-", "_"), names, n=1)
    return f"; did you mean {names[near[0]]}?" if near else ""


def split_place(message: str) -> tuple[str, str]:
    """The fault and the place of a decoder's message: `Expected ... - at `$.a[0].b``."""
    fault, at, place = message.partition(" - at ")
    path = re.search(r"`\$\.?(.*?)`$", place) if at else None
    return fault, path.group(1) if path else ""
