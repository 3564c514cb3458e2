"""Words of the chart's templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from euthymia.clinic.patients.actions import as_a_form
from euthymia.clinic.patients.addresses import needed_at, page_address
from euthymia.clinic.patients.alike import look_alikes
from euthymia.clinic.patients.card_html import card_entries, card_head, card_links
from euthymia.clinic.patients.danger import to_ask
from euthymia.clinic.patients.entry_html import pairs, who
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access
from euthymia.exchange.faults import SourceError

register = template.Library()
register.simple_tag(pairs)
register.simple_tag(card_links)
register.simple_tag(card_head)
register.simple_tag(card_entries)
register.simple_tag(who)

TABS = (
    ("chart", _("Chart")),
    ("assessments", _("Assessments")),
    ("courses", _("Courses")),
    ("patient_outcomes", _("Is it working?")),
    ("recovery", _("Recovery")),
    ("files", _("Files")),
    ("patient_links", _("Links")),
    ("consents", _("Consents")),
    ("patient_rights", _("Rights")),
)


@dataclass(frozen=True)
class Tab:
    """One page of a patient: its word, its address, whether it is the one that is open."""

    word: str
    address: str
    here: bool = False


@register.simple_tag(takes_context=True)
def tabs_of(context: dict[str, Any], patient: Patient) -> list[Tab]:
    """The pages of a patient that exist and whose doorkeeper lets the visitor in."""
    request, access = context.get("request"), context.get("access")
    if request is None or access is None or patient.pk is None:
        return []
    found = [(str(word), _open_address(name, patient, access)) for name, word in TABS]
    here = _nearest(request.path, [at for _word, at in found])
    return [Tab(word, at, at == here) for word, at in found if at]


@register.simple_tag(takes_context=True)
def taken_for(context: dict[str, Any], patient: Patient) -> list[int]:
    """The chart numbers of those whom one could take for this patient, as by name and birthday."""
    access = context.get("access")
    if access is None or patient.pk is None:
        return []
    return look_alikes(access, [patient]).get(patient.pk, [])


@register.simple_tag
def to_ask_about_suicide(told: dict[str, Any]) -> list[str]:
    """What to ask whoever sent this form, since it settles nothing; none where nothing was told."""
    try:
        return to_ask(as_a_form(told)) if told else []
    except SourceError:
        return []


def _open_address(name: str, patient: Patient, access: Access) -> str:
    """Where the page lies; empty where there is none, or none for this visitor."""
    needed = needed_at(name)
    return page_address(name, patient.pk) if needed and access.may(needed) else ""


def _nearest(path: str, addresses: Sequence[str]) -> str:
    """The longest address that the path lies under: the chart's own holds all others."""
    return max((at for at in addresses if at and path.startswith(at)), key=len, default="")


@register.filter
def age(patient: Patient) -> int | None:
    """Whole years of life today, or None where the birth date is not known."""
    born, today = patient.birth_date, timezone.localdate()
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
