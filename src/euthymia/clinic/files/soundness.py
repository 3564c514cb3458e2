"""Whether JSON means the same to everyone: no name twice, no number beyond measure, not too deep.

Of two readers one may take the first of two equal names and the other the last; so a text that can
be read in two ways is refused before anything is read.
"""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import Any

DEEPEST = 64
"""Levels of a FHIR text; real ones have about 15."""
TOO_DEEP = f"nested deeper than {DEEPEST} levels; take the entry out"
LONGEST_NUMBER = 40
"""Signs of one number."""
_ESCAPES = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)


class _UnsoundError(ValueError):
    """The fault, in words for the user."""


def unsound(text: bytes) -> str | None:
    """What is wrong with a JSON text, with the mend; None where nothing is.

    Text that is no JSON at all is nobody's business here: whoever reads it says where and why.
    """
    try:
        words = text.decode("utf-8-sig")
        _require_whole_signs(words)
        _require_shallow(_levels(_READER.decode(words.strip())))
    except _UnsoundError as fault:
        return str(fault)
    except RecursionError:
        return TOO_DEEP
    except ValueError:  # not UTF-8, or not JSON: the reader of FHIR names line and place
        return None
    return None


def _require_whole_signs(words: str) -> None:
    """Refuses half of a sign that is written as two (a lone surrogate), and the sign of nothing."""
    if "\\u" not in words:
        return
    waiting = False
    for escape in _ESCAPES.finditer(words):
        code = int(escape[1], 16) if escape[1] else 0x20
        low = 0xDC00 <= code <= 0xDFFF  # noqa: PLR2004 - the second halves of Unicode
        if low is not waiting or code == 0:
            raise _UnsoundError("holds a broken sign (\\u); correct it at the source")
        waiting = 0xD800 <= code <= 0xDBFF  # noqa: PLR2004 - the first halves
    if waiting:
        raise _UnsoundError("holds a broken sign (\\u); correct it at the source")


def _once_each(pairs: list[tuple[str, Any]]) -> int:
    """Stands for an object while it is read: how many levels it has, and nothing of it."""
    if len({name for name, _ in pairs}) < len(pairs):
        raise _UnsoundError("names a field twice in one object; correct it at the source")
    levels = 1 + max([_levels(value) for _, value in pairs], default=0)
    _require_shallow(levels)
    return levels


def _levels(value: Any) -> int:
    if isinstance(value, list):
        return 1 + max(map(_levels, value), default=0)
    return value if type(value) is int else 0


def _require_shallow(levels: int) -> None:
    if levels > DEEPEST:
        raise _UnsoundError(TOO_DEEP)


def _not_a_number(word: str) -> None:
    raise _UnsoundError(f"{word} is no number; leave the value out")


def _number(word: str) -> None:
    if len(word) > LONGEST_NUMBER or not isfinite(float(word)):
        raise _UnsoundError("holds a number beyond measure; correct it at the source")


_READER = json.JSONDecoder(
    object_pairs_hook=_once_each,
    parse_constant=_not_a_number,
    parse_int=_number,
    parse_float=_number,
)
