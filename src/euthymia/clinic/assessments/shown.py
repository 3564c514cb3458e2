"""One statement of a kept page, by its place in it, and how it is set."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]
LAYOUTS = (
    (r"mimics\.(ruled_out|unrecorded)", "ruled_out"),
    (r"options\.choice", "choice_table"),
    (r"options\.blocks\.\d+", "option"),
    (r"causes\.domains\.\d+", "domain"),
    (r"causes\.linked", "links"),
    (r"trials\.\d+", "trial"),
    (r"picture", "timeline_table"),
    (r"course", "course"),
    (r"quality", "quality"),
)
"""The parts of a page that are set in a way of their own; the rest are single statements."""
SEVERAL = ("added", "apart", "caveats", "remarks", "rests", "may_not")
"""Further statements that stand beside one."""


class NoPlaceError(LookupError):
    """The page has no statement in this place."""


def at(body: Json, place: str) -> Any:
    """What stands in a place such as `mimics.met.0`. Raises NoPlaceError."""
    found: Any = body
    try:
        for part in place.split("."):
            found = found[int(part)] if isinstance(found, list) else found[part]
    except (KeyError, IndexError, TypeError, ValueError):
        raise NoPlaceError(place) from None
    if not isinstance(found, dict | list):
        raise NoPlaceError(place)
    return found


def layout_of(place: str) -> str:
    return next((name for shape, name in LAYOUTS if re.fullmatch(shape, place)), "statement")


def as_statement(found: Any) -> Json:
    """A line of the page as one shape: its statement, its facts, what it asks and asks for.

    Raises:
        NoPlaceError: Nothing is said there.
    """
    if not isinstance(found, dict):
        raise NoPlaceError
    statement = found if "evidence" in found else found.get("statement") or found.get("why")
    if not statement:
        raise NoPlaceError
    cut = [found["cut"]] if found.get("cut") else []
    beside = cut + [one for name in SEVERAL for one in found.get(name, ())]
    return {**found, "statement": statement, "beside": beside}
