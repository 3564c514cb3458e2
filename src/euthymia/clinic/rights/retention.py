"""Charts that are past their time, and how one is emptied."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import DateTimeField, Max, Model, Q, QuerySet
from django.utils import timezone

from euthymia.clinic.audit.models import Row
from euthymia.clinic.patients.models import Patient, Request
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.work.models import Task, Tasks, Try

REMOVED = "removed"


class InUseError(Exception):
    """A safety task about the chart is open: someone must be reached before it is emptied."""


def past_their_time(clinic: Clinic, years: int) -> list[Any]:
    """Charts of which nothing is dated within so many years, each with its last day as `newest`.

    Whatever names the chart counts, in any table: an entry and its earlier versions, a request, an
    assessment, a file, a task, a consent. Only the audit does not: to look is not to treat.
    """
    now = timezone.now()
    before = now.replace(year=now.year - years, day=min(now.day, 28))
    here = Patient.objects.filter(clinic=clinic, emptied=None, merged_into=None)
    newest = _newest(here)
    late: list[Any] = [one for one in here if newest[one.pk] < before]
    for one in late:
        one.newest = newest[one.pk]
    return sorted(late, key=lambda one: one.newest)


def _newest(charts: QuerySet[Patient]) -> dict[int, datetime]:
    """The last moment that anything of each chart bears."""
    found = dict(charts.values_list("pk", "created"))
    for model, column in _naming_a_chart():
        for chart, moment in _last_moments(model, column, charts):
            found[chart] = max(found[chart], moment)
    return found


def _naming_a_chart() -> Iterator[tuple[type[Model], str]]:
    """Every table of the clinic that says whose a row is, with the column; older versions too."""
    yield Patient.history.model, "id"
    for model in apps.get_models():
        if model is not Row and model.__module__.startswith("euthymia."):
            named = (one.attname for one in model._meta.concrete_fields if one.name == "patient")
            yield from ((model, column) for column in named)


def _last_moments(
    model: type[Model], column: str, charts: QuerySet[Patient]
) -> Iterator[tuple[int, datetime]]:
    fields = [one.name for one in model._meta.concrete_fields if isinstance(one, DateTimeField)]
    rows = model._default_manager.filter(**{f"{column}__in": charts.values("pk")}).order_by()
    last = {f"last_{name}": Max(name) for name in fields}
    for row in rows.values(column).annotate(**last):
        chart = row.pop(column)
        yield from ((chart, moment) for moment in row.values() if moment is not None)


Forget = Callable[[Patient], object]
_FORGET: list[Forget] = []


def forgets(forget: Forget) -> Forget:
    """Marks what is removed with a chart; it stands in a module `emptying` of its room."""
    if forget not in _FORGET:
        _FORGET.append(forget)
    return forget


@transaction.atomic
def empty(patient: Patient, *, by: Access) -> None:
    """Removes who it is and all that was told, with every earlier version and every chart in it.

    The rows stay as empty shells, so that the audit, which is not touched, still has what it names.

    Args:
        patient: A chart that is merged into no other.
        by: Who does it, of the clinic of the chart.

    Raises:
        InUseError: A safety task about it is open.
    """
    if patient.clinic_id != by.clinic.pk:
        raise ValueError("this chart is of another clinic: ask someone who works there")
    charts = _with_those_merged_in(patient)
    _close_tasks(_about(charts), by)
    for chart in charts:
        for forget in _FORGET:
            forget(chart)


def _with_those_merged_in(patient: Patient) -> Sequence[Patient]:
    """The chart, and each that was merged into it or into one of those."""
    inner = Patient.objects.filter(merged_into=patient)
    return [patient, *(deeper for one in inner for deeper in _with_those_merged_in(one))]


def _about(charts: Sequence[Patient]) -> Tasks:
    """The tasks about charts, or about the requests that led to them."""
    asked = Request.objects.filter(patient__in=charts).values("pk")
    return Task.objects.filter(Q(patient__in=[one.pk for one in charts]) | Q(request__in=asked))


def _close_tasks(tasks: Tasks, by: Access) -> None:
    """Closes what is open, and removes the words of all. Raises InUseError."""
    if tasks.waiting().filter(kind=Task.Kind.SAFETY).exists():
        raise InUseError
    tasks.waiting().update(done=timezone.now(), done_by=by.user)
    tasks.update(done_how=REMOVED, next_step="", reached="")
    Try.objects.filter(task__in=tasks).update(says=REMOVED)
