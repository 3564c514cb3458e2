"""Words of the rooms' templates."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import template

from euthymia.clinic.courses import words
from euthymia.library import shipped

register = template.Library()


@register.filter
def in_words(told: dict[str, Any] | None) -> list[tuple[str, str]]:
    """The fields of an order, each with its word."""
    return [
        (words.said(words.SHORT, name), _value(name, one)) for name, one in (told or {}).items()
    ]


def _value(name: str, value: Any) -> str:
    if name == "protocol":
        page = shipped().protocols.get(value)
        return page.name if page else str(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


@register.filter
def unlocal(value: Any) -> str:
    """A coordinate as a drawing wants it, in every language."""
    return f"{float(value):g}"


@register.simple_tag
def fresh_key() -> str:
    """A key under which something is charted once."""
    return str(uuid4())


@register.filter
def minus(value: float, less: float) -> str:
    """A coordinate so much further left."""
    return unlocal(float(value) - float(less))
