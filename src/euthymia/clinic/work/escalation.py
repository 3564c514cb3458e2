"""A task that nobody does in time goes to more people: clinicians, then the medical director."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Case, Value, When
from django.utils import timezone

from euthymia.clinic.audit.models import Row
from euthymia.clinic.people.roles import Role
from euthymia.clinic.work.actions import SOON
from euthymia.clinic.work.calling import call
from euthymia.clinic.work.models import Task, Tasks

NEXT: Mapping[str, str] = {Role.CLINICIAN: Role.DIRECTOR, Role.DIRECTOR: Role.DIRECTOR}
"""Whom a task goes to from whom; from anyone else it goes to the clinicians."""
CLOCK: Mapping[str, timedelta] = {Task.Kind.SAFETY: SOON}
"""How long the next ones have; others have a working morning."""
A_MORNING = timedelta(hours=4)


def escalate(at_most: int = 50) -> int:
    """Hands on the tasks that are overdue, safety first; how many."""
    if not overdue().exists():  # a look takes no lock
        return 0
    can_skip = connection.features.has_select_for_update_skip_locked
    with transaction.atomic():
        found = overdue().select_for_update(skip_locked=can_skip)[:at_most]
        return sum(_hand_on(task) for task in found)


def overdue() -> Tasks:
    """Overdue tasks that can still go to someone else, safety first."""
    late = Task.objects.waiting().filter(due__lt=timezone.now()).exclude(role=Role.DIRECTOR)
    safety_first = Case(When(kind=Task.Kind.SAFETY, then=Value(0)), default=Value(1))
    return late.order_by(safety_first, "due", "pk")


def _hand_on(task: Task) -> int:
    """The owner keeps it; the next step is called to it, with a clock of its own.

    Who had taken it and sees to it still says so again: until then it counts as untaken.
    """
    now = timezone.now()
    task.role = NEXT.get(task.role, Role.CLINICIAN)
    task.due, task.escalated = now + CLOCK.get(task.kind, A_MORNING), now
    task.taken = None
    task.version += 1
    task.save(update_fields=["role", "due", "escalated", "taken", "version"])
    call(task)
    Row.leave(
        clinic=task.clinic_id,
        what="task_escalated",
        patient=task.patient,
        about={"task": str(task.pk), "to": task.role},
    )
    return 1
