"""How a case says what must stand where: a plain value, or a matcher (tests/cases/README.md)."""

from __future__ import annotations

from typing import Any

MISSING = object()
NEARLY = 1e-9


def at(pointer: str, document: Any) -> Any:
    """The value at a JSON Pointer (RFC 6901), or MISSING."""
    for token in pointer.split("/")[1:]:
        token = token.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict) and token in document:
            document = document[token]
        elif isinstance(document, list) and token.isdigit() and int(token) < len(document):
            document = document[int(token)]
        else:
            return MISSING
    return document


def holds(expected: Any, got: Any) -> bool:
    """Whether what was found is what the case expects."""
    match expected:
        case {"value": value, "within": within}:
            return _is_number(got) and abs(got - value) <= within + NEARLY
        case {"set": items}:
            return isinstance(got, list) and sorted(got) == sorted(items)
        case {"contains": items}:
            return isinstance(got, list) and set(items) <= set(got)
        case {"any_of": options}:
            return any(_same(option, got) for option in options)
        case {"absent": True}:
            return got is None or got is MISSING
        case {"present": True}:
            return got is not None and got is not MISSING
        case _:
            return _same(expected, got)


def _same(expected: Any, got: Any) -> bool:
    if expected is None:
        return got is None or got is MISSING
    if _is_number(expected):
        return _is_number(got) and abs(got - expected) <= NEARLY
    return type(expected) is type(got) and bool(expected == got)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
