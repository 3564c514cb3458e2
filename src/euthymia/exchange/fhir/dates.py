"""FHIR dates: a year, a month, a day or an instant, as the days they can mean."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache

from msgspec import Struct

_TIME = r"T(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d+)?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?"
_DATE = re.compile(rf"(\d{{4}})(?:-(\d\d)(?:-(\d\d)(?:{_TIME})?)?)?", re.ASCII)


class Day(Struct, frozen=True):
    """The first and the last day that a date can mean; one and the same for a full date.

    An instant is the day that its own text shows: the day where it was written down.
    """

    first: date
    last: date

    @property
    def exact(self) -> bool:
        """Whether it is one day, not a month or a year."""
        return self.first == self.last


@lru_cache(maxsize=65_536)
def day_of(text: str) -> Day | None:
    """The day behind a FHIR date, dateTime or instant; None where there is no such date."""
    met = _DATE.fullmatch(text)
    if not met:
        return None
    year, month, day = (int(part) if part else None for part in met.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
    except ValueError:
        return None
    if day:
        return Day(first, first)
    last_month = month or 12
    return Day(first, date(first.year, last_month, monthrange(first.year, last_month)[1]))
