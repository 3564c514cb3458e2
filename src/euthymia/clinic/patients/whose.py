"""Whose a task is: the name with the chart number, or the name with the request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from euthymia.clinic.patients.models import Patient, Request
from euthymia.clinic.people.access import Access
from euthymia.clinic.work.models import Task
from euthymia.clinic.work.whose import names


@names
def by_chart(access: Access, tasks: Sequence[Task]) -> Mapping[int, str]:
    """By the chart that a task is about."""
    numbers = {task.patient for task in tasks if task.patient}
    found = Patient.objects.filter(clinic=access.clinic).in_bulk(numbers)
    known = ((task.pk, found[task.patient]) for task in tasks if task.patient in found)
    return {task: _named(one, _("chart %(n)s") % {"n": one.number}) for task, one in known}


@names
def by_request(access: Access, tasks: Sequence[Task]) -> Mapping[int, str]:
    """By the request that a task is about."""
    numbers = {task.request for task in tasks if task.request}
    found = Request.objects.filter(clinic=access.clinic).in_bulk(numbers)
    known = ((task.pk, found[task.request]) for task in tasks if task.request in found)
    return {task: _named(one, _("request %(n)s") % {"n": one.pk}) for task, one in known}


def _named(one: Patient | Request, place: str) -> str:
    return f"{one.family_name}, {one.given_name} ({place})"
