"""What pages of staff say of the door."""

from __future__ import annotations

from django import template

from euthymia.clinic.door.crisis import may_open
from euthymia.clinic.people.models import Clinic

register = template.Library()


@register.filter
def is_open(clinic: Clinic) -> bool:
    """Whether the public may come in."""
    return may_open(clinic)
