"""A whole intake form beside what stands in a chart: what is new, what is filled in. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from euthymia.clinic.patients.parts import SINGLE, Part

Json = dict[str, Any]
Told = tuple[str, Any]
"""A part, and what one entry of it says."""

GRAVEST_LAST = ("no", "unsure", "yes")
"""Of two answers to one safety question the graver holds: nothing brought takes a danger away."""
POINTING = ("augments", "added_to")
"""Fields by which a trial points to another."""
NAMES = frozenset({"id", *POINTING})
SCREENS = frozenset({Part.TASS, Part.KETAMINE_SCREEN})


def entries_of(form: Json) -> Iterator[Told]:
    """Each entry that a form tells, in the order of the chart. An empty list tells nothing."""
    for part in Part.values:
        told = _at(form, part)
        if told in (None, [], {}):
            continue
        yield from [(part, told)] if part in SINGLE else ((part, one) for one in told)


def _at(form: Any, part: str) -> Any:
    for step in part.split("."):
        form = form.get(step) if isinstance(form, dict) else None
    return form


def together(part: str, standing: Any, brought: Any) -> Any:
    """A part told once, with what is brought where it is silent. What stands is not replaced.

    Which sections are complete is the chart's own word; of a safety question the graver answer
    holds.
    """
    if part == Part.COMPLETE or not isinstance(standing, dict):
        return standing
    both = _filled(standing, brought)
    if part in SCREENS:
        shared = standing.keys() & brought.keys()
        both |= {one: max(standing[one], brought[one], key=_gravity) for one in shared}
    return both


def _filled(standing: Json, brought: Json) -> Json:
    both = {**brought, **standing}
    for name in standing.keys() & brought.keys():
        if isinstance(standing[name], dict) and isinstance(brought[name], dict):
            both[name] = _filled(standing[name], brought[name])
    return both


def _gravity(answer: Any) -> int:
    return GRAVEST_LAST.index(answer) if answer in GRAVEST_LAST else -1


def new_entries(form: Json, standing: Sequence[Told]) -> list[Told]:
    """What a form tells that does not stand in the chart yet, with trials named apart.

    A chart that holds anything does not take another's word for which of its sections are complete.
    """
    trials = _trials_apart(form.get("trials", []), _of(standing, Part.TRIALS))
    told = [
        (part, one)
        for part, one in entries_of({**form, "trials": trials})
        if part in SINGLE or one not in _of(standing, part)
    ]
    return [one for one in told if not (one[0] == Part.COMPLETE and standing)]


def _of(standing: Iterable[Told], part: str) -> list[Any]:
    return [told for one, told in standing if one == part]


def _trials_apart(brought: Sequence[Json], standing: Sequence[Json]) -> list[Json]:
    """The trials that do not stand yet, under names that the chart does not use yet."""
    known = [(_said_of(one, standing), one["id"]) for one in standing]
    used = {one["id"] for one in standing}
    names: dict[str, str] = {}
    new: list[Json] = []
    for trial in brought:
        said = _said_of(trial, brought)
        stands = next((name for told, name in known if told == said), None)
        names[trial["id"]] = stands or _free(trial["id"], used, brought)
        if stands is None:
            used.add(names[trial["id"]])
            new.append(trial)
    return [_renamed(trial, names) for trial in new]


def named_apart(trials: Sequence[Json], taken: Iterable[str]) -> list[Json]:
    """Trials under names that are not taken; those that point to each other still do."""
    used = set(taken)
    names: dict[str, str] = {}
    for trial in trials:
        names[trial["id"]] = _free(trial["id"], used, trials)
        used.add(names[trial["id"]])
    return [_renamed(trial, names) for trial in trials]


def _said_of(trial: Json, among: Sequence[Json]) -> Json:
    """A trial without names: those it points to are told by what they are."""
    others = {one["id"]: {n: v for n, v in one.items() if n not in NAMES} for one in among}
    points: Json = {one: others.get(trial[one]) for one in POINTING if one in trial}
    return {**trial, "id": "", **points}


def _free(name: str, used: set[str], brought: Sequence[Json]) -> str:
    return free_name({*used, *(one["id"] for one in brought)}) if name in used else name


def _renamed(trial: Json, names: Mapping[str, str]) -> Json:
    points: Json = {one: names[trial[one]] for one in POINTING if one in trial}
    return {**trial, **points, "id": names[trial["id"]]}


def free_name(taken: Iterable[str]) -> str:
    """The next name of a trial: t4 after t1, t2 and t3."""
    numbers = [int(name[1:]) for name in taken if re.fullmatch(r"t\d{1,6}", name, re.ASCII)]
    return f"t{max(numbers, default=0) + 1}"
