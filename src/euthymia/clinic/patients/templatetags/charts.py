"""Words of the chart's templates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import NoReverseMatch, resolve, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from euthymia.clinic.patients.actions import as_a_form
from euthymia.clinic.patients.alike import look_alikes
from euthymia.clinic.patients.danger import to_ask
from euthymia.clinic.patients.forms.words import WORDS
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.patients.shown import Fact
from euthymia.clinic.people.access import Access
from euthymia.exchange.faults import SourceError

register = template.Library()
SILENT = SafeString(' class="silent"')
WORDS_OF_A_SCREEN = (WORDS["yes"], WORDS["unsure"], WORDS["no"])

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
    try:
        at = reverse(name, kwargs={"patient": patient.pk})
    except NoReverseMatch:
        return ""
    needed = getattr(resolve(at).func, "needed", None)
    return at if needed and access.may(needed) else ""


def _nearest(path: str, addresses: Sequence[str]) -> str:
    """The longest address that the path lies under: the chart's own holds all others."""
    return max((at for at in addresses if at and path.startswith(at)), key=len, default="")


@register.simple_tag
def pairs(facts: Sequence[Fact]) -> SafeString:
    """Fields with their words. In Python, since a chart has hundreds of them."""
    if not facts:
        return SafeString()
    told = ((str(one.label), SILENT if one.silent else "", str(one.value)) for one in facts)
    inner = format_html_join("", "<div><dt>{}</dt><dd{}>{}</dd></div>", told)
    return format_html('<dl class="pairs">{}</dl>', inner)


@register.filter
def flagged(facts: Iterable[Fact]) -> list[Fact]:
    """Of the answers to a screen, those that are not a plain no: what a reader must not miss."""
    return [fact for fact in facts if not fact.silent and fact.value != WORDS["no"]]


@register.filter
def tally(facts: Iterable[Fact]) -> list[tuple[str, int]]:
    """How many questions of a screen were answered how; those not asked are counted, too."""
    answers = [_("not asked") if fact.silent else fact.value for fact in facts]
    words = [*WORDS_OF_A_SCREEN, _("not asked")]
    return [(str(word), answers.count(word)) for word in words if word in answers]


@register.filter
def age(patient: Patient) -> int | None:
    """Whole years of life today, or None where the birth date is not known."""
    born, today = patient.birth_date, timezone.localdate()
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


@register.filter
def pairs_of(mapping: Any) -> Iterable[tuple[Any, Any]]:
    """The names of a mapping with what stands under each; none where there is no mapping."""
    return mapping.items() if mapping else ()
