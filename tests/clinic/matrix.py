"""Who may come in where: every route, by reading and by writing, for every role.

`python -m tests.clinic.matrix` writes `access_matrix.csv` anew, from what the views say; read the
difference before it is committed, for it is the clinic's decision and not the program's.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls.converters import IntConverter

MATRIX = Path(__file__).with_name("access_matrix.csv")
METHODS = ("GET", "POST")
SHUT = "-"
"""A route that the doorkeeper does not let exist."""


@dataclass(frozen=True)
class Route:
    """One address of the URLconf: its pattern, its name, the view, its parts."""

    pattern: str
    name: str
    view: Any
    parts: tuple[str, ...]
    numbers: frozenset[str]


def routes() -> list[Route]:
    """Every route of the URLconf, by its pattern."""
    from django.urls import get_resolver  # noqa: PLC0415 - after the settings are chosen

    return sorted(_walk("", get_resolver().url_patterns, ()), key=lambda route: route.pattern)


def _walk(before: str, patterns: Any, converters: tuple[Any, ...]) -> Iterator[Route]:
    for one in patterns:
        here = before + str(one.pattern)
        found = (*converters, *one.pattern.converters.items(), *_groups(one.pattern))
        if hasattr(one, "url_patterns"):
            yield from _walk(here, one.url_patterns, found)
        else:
            names = tuple(name for name, _ in found)
            numbers = frozenset(name for name, kind in found if isinstance(kind, IntConverter))
            yield Route(here, one.name or "", one.callback, names, numbers)


def _groups(pattern: Any) -> list[tuple[str, None]]:
    """The named parts of a pattern that is a regular expression."""
    if not hasattr(pattern, "_regex"):
        return []
    return [(name, None) for name in pattern.regex.groupindex]


def columns() -> tuple[str, ...]:
    from euthymia.clinic.people.roles import Role  # noqa: PLC0415

    return ("anyone", "no_factor", *Role.values)


def verdicts(route: Route, method: str) -> dict[str, str]:
    """For each column whether it may come in, as the views and the table of roles say."""
    needed = needed_of(route, method)
    if needed is None:
        return dict.fromkeys(columns(), SHUT)
    return {column: "may" if _may(column, needed) else "not" for column in columns()}


def needed_of(route: Route, method: str) -> str | None:
    from django.http import Http404  # noqa: PLC0415
    from django.test import RequestFactory  # noqa: PLC0415
    from django.urls import ResolverMatch  # noqa: PLC0415

    from euthymia.clinic.people.doorkeeper import needed_for  # noqa: PLC0415

    request = RequestFactory().generic(method, "/")
    request.resolver_match = ResolverMatch(route.view, (), {}, route.name)
    try:
        return needed_for(request, route.view)
    except Http404:
        return None


def _may(column: str, needed: str) -> bool:
    from euthymia.clinic.people.foreign import (  # noqa: PLC0415
        PUBLIC,
        SIGNED_IN,
        WITHOUT_SECOND_FACTOR,
    )
    from euthymia.clinic.people.roles import ALLOWED  # noqa: PLC0415

    if needed == PUBLIC:
        return True
    if needed == WITHOUT_SECOND_FACTOR or column in ("anyone", "no_factor"):
        return needed == WITHOUT_SECOND_FACTOR and column != "anyone"
    return needed == SIGNED_IN or needed in ALLOWED[column]


def lines() -> Iterator[list[str]]:
    """The matrix as the views say it now."""
    for route in routes():
        for method in METHODS:
            told = verdicts(route, method)
            yield [route.pattern, route.name, method, *(told[column] for column in columns())]


def header() -> list[str]:
    return ["pattern", "name", "method", *columns()]


def committed() -> dict[tuple[str, str], list[str]]:
    """The matrix as it was decided: each line by its pattern and method."""
    with MATRIX.open(encoding="utf-8", newline="") as file:
        _, *found = csv.reader(file)
    return {(line[0], line[2]): line for line in found}


def as_text(line: list[str]) -> str:
    told = io.StringIO()
    csv.writer(told, lineterminator="").writerow(line)
    return told.getvalue()


def write() -> int:
    """Writes the matrix; how many lines it has."""
    found = [header(), *lines()]
    MATRIX.write_text("".join(as_text(line) + "\n" for line in found), encoding="utf-8")
    return len(found) - 1


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.clinic.settings")
    django.setup()
    print(f"{MATRIX}: {write()} lines")  # noqa: T201 - said to whoever runs it
