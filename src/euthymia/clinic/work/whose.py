"""Whose task it is, and who reads how it was closed: a room above says both.

It says the name and the chart number of a patient or a request, and which charts are shut.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from euthymia.clinic.people.access import Access
from euthymia.clinic.people.roles import May
from euthymia.clinic.work.models import Task

Naming = Callable[[Access, Sequence[Task]], Mapping[int, str]]
"""From tasks to the words for whose each is, by the number of the task."""
Shutting = Callable[[Access, Sequence[Task]], Collection[int]]
"""From tasks to the numbers of those that are about a chart which the visitor does not see."""
_ASKED: list[Naming] = []
_SHUT: list[Shutting] = []


def names(naming: Naming) -> Naming:
    """Marks a function that names whom tasks are about; it stands in a module `whose`."""
    if naming not in _ASKED:
        _ASKED.append(naming)
    return naming


def shuts(shutting: Shutting) -> Shutting:
    """Marks a function that finds tasks about charts which the visitor does not see; likewise."""
    if shutting not in _SHUT:
        _SHUT.append(shutting)
    return shutting


def name(access: Access, tasks: Sequence[Task]) -> None:
    """Says of each task whose it is. The visitor may see names, as every page of tasks asks.

    How it was closed is told in clinical words: they are for those who see the chart.
    """
    shut = {number for shutting in _SHUT for number in shutting(access, tasks)}
    for task in tasks:
        task.words_open = access.may(May.SEE_CHART) and task.pk not in shut
    for naming in _ASKED:
        said = naming(access, tasks)
        for task in tasks:
            task.whose = task.whose or said.get(task.pk, "")
