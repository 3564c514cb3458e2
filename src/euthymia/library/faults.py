"""What a faulty page is told: which file, which entry, what is wrong, how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches


class KnowledgeError(ValueError):
    """A page contradicts itself or another. The message says which, where, and the mend."""


def mend(fault: str, known: Iterable[str]) -> str:
    """`; did you mean ...?` where a known word is near the one at fault, else nothing."""
    quoted = re.search(r"unknown field `(\w+)`", fault)
    near = get_close_matches(quoted.group(1) if quoted else fault, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""
