"""What an entry without a date still says on a later day. Pure; the days stand on a page.

The form takes an entry without a date for one of its own day. A chart is kept for years: there it
is an entry of the day on which it was told, and some answers run out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from euthymia.clinic.patients.parts import Part
from euthymia.knowledge import Knowledge

Json = dict[str, Any]
DAYS_PER_MONTH = 30.4375
MEASURED = frozenset({Part.LABS, Part.VITALS, Part.SCALES})
"""Parts whose entries are of one day."""


def aged(part: str, told: Any, since: date, as_of: date, knowledge: Knowledge) -> Any | None:
    """What was told on the day `since` says on the day `as_of`; None where it says nothing."""
    if since >= as_of:
        return told
    if part in MEASURED:
        return {"date": since.isoformat(), **told}
    age = AGES.get(part)
    return told if age is None else age(told, (as_of - since).days, knowledge)


def _today(told: Json, days: int, knowledge: Knowledge) -> None:
    """Fasted, slept, escorted: of that day only."""


def _screen(told: Json, days: int, knowledge: Knowledge) -> Json | None:
    """A no runs out; a danger that was told stays until someone takes it back."""
    if days <= knowledge.number("screen_speaks_for_days"):
        return told
    return {question: answer for question, answer in told.items() if answer != "no"} or None


def _body(told: Json, days: int, knowledge: Knowledge) -> Json | None:
    """The height stays, of a grown person; the weight does not."""
    if days <= knowledge.number("body_speaks_for_days"):
        return told
    return {name: one for name, one in told.items() if name == "height_cm"} or None


def _episode(told: Json, days: int, knowledge: Knowledge) -> Json:
    """An episode that was told in months has gone on since."""
    if "months" not in told:
        return told
    return {**told, "months": told["months"] + int(days / DAYS_PER_MONTH)}


def _complete(told: list[str], days: int, knowledge: Knowledge) -> list[str] | None:
    return told if days <= knowledge.number("complete_speaks_for_days") else None


AGES: Mapping[str, Callable[[Any, int, Knowledge], Any]] = {
    Part.TODAY: _today,
    Part.TASS: _screen,
    Part.KETAMINE_SCREEN: _screen,
    Part.BODY: _body,
    Part.EPISODE: _episode,
    Part.COMPLETE: _complete,
}
