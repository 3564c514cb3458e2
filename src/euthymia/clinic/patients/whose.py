"""Whose a task is: the name with the chart number or the request; and which of them are shut."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.utils.translation import gettext as _

from euthymia.clinic.patients.models import Patient, Request
from euthymia.clinic.people.access import Access
from euthymia.clinic.work.models import Task
from euthymia.clinic.work.whose import names, shuts


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


@shuts
def guarded(access: Access, tasks: Sequence[Task]) -> Collection[int]:
    """Those about a chart, or a request, that the visitor does not see."""
    charts = Patient.objects.seen_by(access).in_bulk({one.patient for one in tasks if one.patient})
    asked = Request.objects.seen_by(access).in_bulk({one.request for one in tasks if one.request})
    return {
        one.pk
        for one in tasks
        if (one.patient and one.patient not in charts) or (one.request and one.request not in asked)
    }


def _named(one: Patient | Request, place: str) -> str:
    return f"{one.family_name}, {one.given_name} ({place})"
