"""The open tasks of a clinic as someone at work looks at them: each in one pile, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from euthymia.clinic.people.access import Access
from euthymia.clinic.work.models import Task
from euthymia.clinic.work.whose import name


@dataclass
class Pile:
    """Tasks under one heading; `empty` says so where there is none."""

    id: str
    title: str
    empty: str
    tasks: list[Task] = field(default_factory=list)


def piles(access: Access) -> Sequence[Pile]:
    """Overdue, mine, my role's, everyone else's; in each the safety tasks first, then by time."""
    allowed = set(
        access.clinic.tasks.waiting().that_i_may_take(access).values_list("pk", flat=True)
    )
    found = [
        Pile("overdue", _("Overdue"), _("Nothing is overdue.")),
        Pile("mine", _("Mine"), _("Nothing waits for you.")),
        Pile("role", _("For my role"), _("Nothing waits for your role.")),
        Pile("others", _("Others'"), _("Nobody else has an open task.")),
    ]
    rules = _rules(access)
    waiting = list(access.clinic.tasks.waiting().select_related("owner"))
    name(access, waiting)
    for task in sorted(waiting, key=_gravest_first):
        task.may_take = task.pk in allowed
        pile = next(pile for pile, holds in zip(found, rules, strict=True) if holds(task))
        pile.tasks.append(task)
    return found


def _rules(access: Access) -> Sequence[Callable[[Task], bool]]:
    now = timezone.now()
    return (
        lambda task: task.due < now and bool(task.may_take),
        lambda task: task.owner_id == access.user.pk,
        lambda task: task.owner_id is None and task.role in ("", access.role),
        lambda task: True,
    )


def _gravest_first(task: Task) -> tuple[bool, float, int]:
    return (task.kind != Task.Kind.SAFETY, task.due.timestamp(), task.pk)
