"""The kept draft of a form, for its page."""

from __future__ import annotations

from typing import Any

from django import template

from euthymia.clinic.people.drafts import draft_for
from euthymia.clinic.people.models import Draft, User

register = template.Library()


@register.simple_tag(takes_context=True)
def kept_draft(context: dict[str, Any], address: str = "") -> Draft | None:
    """What this visitor had typed in the form of this page; None where a form was just sent."""
    request = context["request"]
    if request.method == "POST" or not isinstance(request.user, User):
        return None
    return draft_for(request.user, address or request.path)
