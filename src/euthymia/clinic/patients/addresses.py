"""Addresses of a chart's pages. A chart links to dozens, so each route is looked up once."""

from __future__ import annotations

from functools import cache

from django.urls import NoReverseMatch, get_script_prefix, resolve, reverse

from euthymia.clinic.people.numbers import LARGEST

PATIENT, WHICH = LARGEST, LARGEST - 1
"""Numbers that stand for that of a chart, and for what of it is meant, while a route is found."""


def page_address(name: str, patient: int, which: int | str | None = None) -> str:
    """Where a page of a patient lies, or of one entry or part of the chart; empty where none is.

    Args:
        name: That of its route, such as `files` or `entry_edit`.
        patient: Row number of the patient.
        which: Row number of the entry or name of the part, where the route asks for one.
    """
    numbers = (PATIENT,) if which is None else (PATIENT, WHICH)
    at = _route(name, get_script_prefix(), numbers).replace(str(PATIENT), str(patient))
    return at.replace(str(WHICH), str(which))


def needed_at(name: str) -> str:
    """What the doorkeeper asks for at a page of a patient; empty where there is no such page."""
    return _needed(name, get_script_prefix())


@cache
def _route(name: str, prefix: str, numbers: tuple[int, ...]) -> str:
    try:
        return reverse(name, args=numbers)
    except NoReverseMatch:
        return ""


@cache
def _needed(name: str, prefix: str) -> str:
    at = _route(name, prefix, (PATIENT,))
    return str(getattr(resolve(at).func, "needed", "")) if at else ""
