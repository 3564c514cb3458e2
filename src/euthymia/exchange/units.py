"""Units of measurement as UCUM codes, turned by pint. An unknown unit is named, never guessed."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

SHOWN = 24
"""How many characters of a unit an error repeats."""

_ANNOTATION = re.compile(r"\{[^{}]*\}")


class UnitError(ValueError):
    """A unit that is not UCUM, or that cannot become the one asked for."""


def convert(value: float, source: str, target: str) -> float:
    """The value in another unit.

    Args:
        value: A number in `source`.
        source: UCUM code, such as mg/dL.
        target: UCUM code, such as mg/L.

    Returns:
        The number in `target`, to 12 significant digits.

    Raises:
        UnitError: A unit is not UCUM, or the two measure different things. Amounts of substance
            (mmol/L) never become masses (mg/dL): that takes the molar mass, which nobody states.
    """
    if source == target:
        return value
    factor = _factor(source, target)
    if factor is None:
        raise UnitError(_fault(source, target))
    return float(f"{value * factor:.12g}")


@lru_cache(maxsize=4096)
def _factor(source: str, target: str) -> float | None:
    """What one `source` is in `target`; None where there is no such factor."""
    known, wanted = _unit(source), _unit(target)
    if known is None or wanted is None:
        return None
    try:
        one, two = ((number * known).to(wanted).magnitude for number in (1, 2))
    except Exception:
        return None
    return float(one) if two == 2 * one else None


@lru_cache(maxsize=4096)
def _unit(code: str) -> Any | None:
    """The pint unit behind a UCUM code; an annotation such as {score} counts as 1."""
    bare = _ANNOTATION.sub("", code) or "1"
    try:
        return _registry().from_ucum(bare) * 1.0
    except Exception:
        return None


@cache
def _registry() -> Any:
    """Loaded when a unit must first be turned: the import takes half a second."""
    from ucumvert import PintUcumRegistry  # noqa: PLC0415 - see above

    return PintUcumRegistry()


def _fault(source: str, target: str) -> str:
    for code in (source, target):
        if _unit(code) is None:
            such = f", such as {_shown(target)}" if code == source else ""
            return f"'{_shown(code)}' is not a UCUM unit; write it as in https://ucum.org{such}"
    return f"{_shown(source)} cannot become {_shown(target)}; give the value in {_shown(target)}"


def _shown(code: str) -> str:
    return "".join(sign for sign in code[:SHOWN] if sign.isprintable())
