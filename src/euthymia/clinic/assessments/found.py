"""The assessment that an address names, as far as the visitor may see it, and what a page needs."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone

from euthymia.clinic.assessments.actions import is_stale, judged_by_others
from euthymia.clinic.assessments.models import Assessment
from euthymia.clinic.patients.found import patient_of
from euthymia.clinic.people.access import Staffed
from euthymia.clinic.rights import adoption

Context = dict[str, Any]
LARGE = ("kept__form", "kept__document", "kept__page", "kept__pictures")
"""Read only where they are shown or judged again."""


def assessment_of(request: Staffed, patient: int, number: int) -> Assessment:
    """The assessment of this row number. Raises Http404 where the visitor may not see it."""
    who = patient_of(request, patient)
    known = Assessment.objects.select_related("kept", "made_by", "signed_by").defer(*LARGE)
    found = get_object_or_404(known, pk=number, patient=who)
    found.patient = who  # with its clinic, and not asked for again
    return found


def shown(request: Staffed, found: Assessment) -> Context:
    """What was shown, and which plans are withheld in this clinic for want of adoption."""
    page = found.kept.page
    return {
        "assessment": found,
        "patient": found.patient,
        "page": page,
        "body": page["body"],
        "kept": found.kept,
        "withheld": withheld(page["body"], adoption.withheld(request.access.clinic)),
    }


def withheld(body: Context, unsigned: frozenset[str]) -> frozenset[str]:
    """Ids of the options with a plan in numbers that rests on pages nobody adopted here."""
    blocks = body["options"]["blocks"]
    return frozenset(one["id"] for one in blocks if one["id"] in unsigned and _planned(one))


def _planned(block: Context) -> bool:
    return bool((block["told"] or block["behind"])["plan"]["lines"])


def standing(found: Assessment) -> Context:
    """Whether it still speaks of today: the chart, the pages, the day."""
    newest = found.superseded is None
    return {
        "newest": newest,
        "newer": None if newest else _that_stands(found),
        "stale": newest and is_stale(found),
        "other_pages": judged_by_others(found),
        "other_day": found.as_of != timezone.localdate(),
        "previous": before(found),
    }


def _that_stands(found: Assessment) -> Assessment | None:
    """The assessment of this patient that speaks of now, without what it kept."""
    return found.patient.assessments.filter(superseded=None).first()


def before(found: Assessment) -> Assessment | None:
    """The assessment of this patient before it, without what it kept."""
    return found.patient.assessments.filter(pk__lt=found.pk).order_by("-pk").first()
