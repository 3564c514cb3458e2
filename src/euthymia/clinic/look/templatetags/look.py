"""Small words of the templates."""

from __future__ import annotations

import secrets
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def once() -> SafeString:
    """The hidden field by which a form that is sent twice is done once."""
    return format_html('<input type="hidden" name="once" value="{}">', secrets.token_urlsafe(16))


@register.filter
def plain(word: Any) -> str:
    """An id as words: `not_met` reads "not met"."""
    return str(word).replace("_", " ")


@register.filter
def get(mapping: Any, name: Any) -> Any:
    """One entry of a mapping, by a name that is itself a variable."""
    return mapping.get(name) if mapping else None
