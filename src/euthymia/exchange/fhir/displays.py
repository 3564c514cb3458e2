"""Reads product names as RxNorm writes them: 24 HR venlafaxine 75 MG Extended Release."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from euthymia.exchange.doses import HOURS_PER_DAY, Strength
from euthymia.exchange.units import convert

_PART = re.compile(
    r"(?P<name>[a-z][^/{}]*?)\s*(?<![\w.])(?P<amount>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>mg|mcg|ug|g)\b"
    r"(?:\s*/\s*(?P<hours>\d+(?:\.\d+)?)?\s*(?P<per>ml|hr?|hour|actuat|day|mg|g)\b)?"
)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_LEADING = re.compile(r"^(?:nda\d+\s+)?(?:\d+(?:\.\d+)?\s*(?:hr|ml|actuat|h)\s+)*")
_AMOUNT = re.compile(r"\s+\d.*$")
_PACK = re.compile(r"^\{.*\}\s*pack", re.ASCII)

UCUM = {"mg": "mg", "mcg": "ug", "ug": "ug", "g": "g"}


class Named(Struct, frozen=True):
    """One ingredient of a product name, with its strength where the name gives it."""

    ingredient: str
    strength: Strength | None


def read_display(text: str, salts: frozenset[str]) -> tuple[Named, ...]:
    """The ingredients that a product name lists, in lower case and without their salts.

    Args:
        text: A name in lower case.
        salts: Words that are no part of the ingredient, such as hydrochloride.

    Returns:
        An ingredient for each strength met; empty where the name gives no strength. A pack of
        several products has no strength of its own.
    """
    bare = _LEADING.sub("", _BRACKETS.sub(" ", text) if not _PACK.match(text) else text)
    found = [_named(met, salts) for met in _PART.finditer(bare)]
    if _PACK.match(text):
        names = sorted({one.ingredient for one in found})
        return tuple(Named(name, None) for name in names)
    return tuple(found)


def _named(met: re.Match[str], salts: frozenset[str]) -> Named:
    name = re.sub(r"[({)}]", " ", met["name"])
    return Named(without_salts(_LEADING.sub("", name.strip()), salts), _strength(met))


def bare_name(text: str) -> str:
    """A name without brackets, amounts and what follows them."""
    return _AMOUNT.sub("", _LEADING.sub("", _BRACKETS.sub(" ", text).strip())).strip()


def without_salts(name: str, salts: Iterable[str]) -> str:
    """`sertraline hydrochloride` as sertraline; a name made of salts alone stays as it is."""
    words = name.replace(",", " ").split()
    while len(words) > 1 and words[-1] in salts:
        words.pop()
    return " ".join(words)


def _strength(met: re.Match[str]) -> Strength | None:
    """Milligrams in one piece or mL; of a patch, in 24 hours."""
    mg = convert(float(met["amount"].replace(",", "")), UCUM[met["unit"]], "mg")
    per = met["per"]
    if per is None or per == "actuat":
        return Strength(mg, "piece")
    if per == "ml":
        return Strength(mg / float(met["hours"] or 1), "mL")
    if per in ("h", "hr", "hour"):
        return Strength(mg * HOURS_PER_DAY / float(met["hours"] or 1), "piece")
    return Strength(mg, "piece") if per == "day" else None
