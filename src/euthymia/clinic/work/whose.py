"""Whose task it is: a room above says the name and the chart number of a patient or a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from euthymia.clinic.people.access import Access
from euthymia.clinic.work.models import Task

Naming = Callable[[Access, Sequence[Task]], Mapping[int, str]]
"""From tasks to the words for whose each is, by the number of the task."""
_ASKED: list[Naming] = []


def names(naming: Naming) -> Naming:
    """Marks a function that names whom tasks are about; it stands in a module `whose`."""
    if naming not in _ASKED:
        _ASKED.append(naming)
    return naming


def name(access: Access, tasks: Sequence[Task]) -> None:
    """Says of each task whose it is. The visitor may see names, as every page of tasks asks."""
    for naming in _ASKED:
        said = naming(access, tasks)
        for task in tasks:
            task.whose = task.whose or said.get(task.pk, "")
