"""How a case says what must stand where: a plain value, or a matcher (tests/cases/README.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MISSING = object()
NEARLY = 1e-9


def at(pointer: str, document: Any) -> Any:
    """The value at a JSON Pointer (RFC 6901), or MISSING."""
    for step in pointer.split("/")[1:]:
        document = _step(document, step.replace("~1", "/").replace("~0", "~"))
    return document


def _step(document: Any, token: str) -> Any:
    if isinstance(document, dict):
        return document.get(token, MISSING)
    if isinstance(document, list) and token.isdigit() and int(token) < len(document):
        return document[int(token)]
    return MISSING


def holds(expected: Any, got: Any) -> bool:
    """Whether what was found is what the case expects."""
    word = next(iter(expected)) if isinstance(expected, dict) and expected else None
    if word in MATCHERS:
        return MATCHERS[word](expected, got)
    return _same(expected, got)


def _near(expected: Any, got: Any) -> bool:
    """A number, or each of a list of them."""
    wanted, within = expected["value"], expected["within"] + NEARLY
    if isinstance(wanted, list):
        pairs = zip(wanted, got, strict=False) if isinstance(got, list) else ()
        near = [_is_number(one) and abs(one - want) <= within for want, one in pairs]
        return len(near) == len(wanted) and all(near)
    return _is_number(got) and abs(got - wanted) <= within


def _set(expected: Any, got: Any) -> bool:
    return isinstance(got, list) and sorted(got) == sorted(expected["set"])


def _contains(expected: Any, got: Any) -> bool:
    return isinstance(got, list) and set(expected["contains"]) <= set(got)


def _any_of(expected: Any, got: Any) -> bool:
    return any(_same(option, got) for option in expected["any_of"])


def _raised(expected: Any, got: Any) -> bool:
    """Exactly these contraindications and precautions are met."""
    raised = [
        name
        for name, finding in (got.items() if isinstance(got, dict) else ())
        if finding["verdict"] == "met" and finding["kind"] in ("contraindication", "precaution")
    ]
    return sorted(raised) == sorted(expected["raised"])


def _there(got: Any) -> bool:
    return got is not None and got is not MISSING


MATCHERS: dict[Any, Callable[[Any, Any], bool]] = {
    "value": _near,
    "set": _set,
    "contains": _contains,
    "any_of": _any_of,
    "raised": _raised,
    "absent": lambda _, got: not _there(got),
    "present": lambda _, got: _there(got),
}


def _same(expected: Any, got: Any) -> bool:
    if expected is None:
        return not _there(got)
    if _is_number(expected):
        return _is_number(got) and abs(got - expected) <= NEARLY
    return type(expected) is type(got) and bool(expected == got)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
