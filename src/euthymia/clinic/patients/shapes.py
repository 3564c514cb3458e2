"""The fields of each part of a chart, read off the contract (exchange/intake_form.py)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from msgspec import Struct, UnsetType

from euthymia.exchange.intake_form import IntakeForm

Kind = Literal["text", "number", "whole", "date", "yes_no", "words", "names", "value", "answers"]
"""What a field holds: `words` one of a closed list, `names` several ids, `value` a number or a
word, `answers` the items of a scale."""

ITSELF = "value"
"""The name of the one field of a part that is no object: a count, or a list of sections."""
NESTED = "__"


@dataclass(frozen=True)
class Line:
    """One field of a part.

    Attributes:
        part: The part it is of.
        path: Its names from the part down; empty where the part is the field itself.
        kind: What it holds.
        words: The words it takes, where they are a closed list.
        required: Whether an entry cannot be without it.
    """

    part: str
    path: tuple[str, ...]
    kind: Kind
    words: tuple[Any, ...] = ()
    required: bool = False

    @property
    def name(self) -> str:
        return NESTED.join(self.path) or ITSELF

    def of(self, told: Any) -> Any:
        """What an entry says here; None where it says nothing."""
        for step in self.path:
            told = told.get(step) if isinstance(told, dict) else None
        return told


@lru_cache
def lines_of(part: str) -> tuple[Line, ...]:
    """The fields of a part, in the order of the contract."""
    kind: Any = IntakeForm
    for step in part.split("."):
        kind = _told(_hints(kind)[step])
    if get_origin(kind) is tuple and _is_struct(get_args(kind)[0]):
        kind = get_args(kind)[0]
    return tuple(_lines(part, (), kind, required=False))


def _lines(part: str, path: tuple[str, ...], kind: Any, *, required: bool) -> Iterator[Line]:
    if _is_struct(kind):
        for field, hint in _hints(kind).items():
            needed = UnsetType not in get_args(hint) and (required or not path)
            yield from _lines(part, (*path, field), _told(hint), required=needed)
    elif get_origin(kind) is dict:
        names, value = get_args(kind)
        for name in get_args(names):
            yield from _lines(part, (*path, name), _told(value), required=False)
    else:
        yield Line(part, path, _kind(kind), _words(kind), required)


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)


def _hints(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind, include_extras=True)
    return {name: hints[name] for name in kind.__struct_fields__}


def _told(hint: Any) -> Any:
    """The type a field has once it is there, without bounds; UNSET only says that it is not."""
    known = [one for one in get_args(hint) if one is not UnsetType]
    if UnsetType in get_args(hint) and len(known) == 1:
        hint = known[0]
    elif UnsetType in get_args(hint):
        return tuple(known)
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def _kind(kind: Any) -> Kind:
    if get_origin(kind) is Literal:
        return "words"
    if get_origin(kind) is tuple:
        return "answers" if _is_whole(get_args(kind)[0]) else "names"
    return KINDS.get(kind, "value")


def _is_whole(inner: Any) -> bool:
    """Whether what a list holds are whole numbers, though some may be left open."""
    options = get_args(inner) if NoneType in get_args(inner) else (inner,)
    return any(get_args(one)[:1] == (int,) for one in options)


KINDS: dict[Any, Kind] = {str: "text", int: "whole", float: "number", bool: "yes_no", date: "date"}


def _words(kind: Any) -> tuple[Any, ...]:
    inner = get_args(kind)[0] if get_origin(kind) is tuple else kind
    return get_args(inner) if get_origin(inner) is Literal else ()
