"""What waits for someone, on the first page: each room says what of its own does.

A room has a module `first_page` with functions under `@waits`; the first page asks them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise

from euthymia.clinic.people.access import Access


@dataclass(frozen=True)
class Pile:
    """How many of one kind wait, in which words, and the page of them, if one may see it."""

    count: int
    says: str | Promise
    address: str
    urgent: bool = False


Ask = Callable[[Access], Iterable[Pile]]
_ASKED: list[Ask] = []


def waits(ask: Ask) -> Ask:
    """Marks a function that says what waits for someone."""
    if ask not in _ASKED:
        _ASKED.append(ask)
    return ask


def waiting_for(access: Access) -> list[Pile]:
    """Every pile for this person, the urgent ones first."""
    found = list(_all(access))
    return sorted(found, key=lambda pile: (not (pile.urgent and pile.count), pile.count == 0))


def _all(access: Access) -> Iterator[Pile]:
    for ask in _ASKED:
        yield from ask(access)
