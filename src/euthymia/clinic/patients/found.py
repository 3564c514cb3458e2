"""What a view is asked for, found: the patient as far as the visitor may see, a page of a list."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404

from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access, Staffed
from euthymia.clinic.people.numbers import number_in
from euthymia.clinic.people.roles import May

A_PAGE = 50
MANY = 10_000
UNREADABLE, CONFLICT = 422, 409
"""Answers to a form that cannot be read, and to one that another was quicker than."""


def patient_of(request: Staffed, number: int) -> Patient:
    """The patient of this row number, as far as the visitor may see. Raises Http404."""
    seen = Patient.objects.seen_by(request.access).select_related("clinic")
    return get_object_or_404(seen, pk=number)


def page_of(found: Any, number: str | None) -> Any:
    """One page of a list; the first where the number is none."""
    return Paginator(found, A_PAGE).get_page(min(number_in(number) or 1, MANY))


def back_to(access: Access, patient: Patient) -> tuple[Any, ...]:
    """Where to go after names were written: the chart, or the list for whoever sees no chart."""
    return ("chart", patient.pk) if access.may(May.SEE_CHART) else ("patients",)
