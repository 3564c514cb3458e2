"""Days counted from a day, without falling off the calendar."""

from __future__ import annotations

from datetime import date

FIRST, LAST = date.min.toordinal(), date.max.toordinal()
WHEN = ("recorded", "onset", "taken", "seen", "since", "start")
"""Where an entry says since when it is known; the first that is there holds."""


def known_on(entry: object, day: date) -> bool:
    """Whether an entry of a record is not later than the day; an undated one is not."""
    dated = next((seen for name in WHEN if (seen := getattr(entry, name, None))), None)
    return dated is None or dated <= day


def days_after(day: date, days: float) -> date:
    """The day so many whole days later, kept within years 1 to 9999; parts of a day are left out.

    Records hold placeholders such as 0001-01-01 and 9999-12-31, and forms any number of months.
    """
    return date.fromordinal(min(max(day.toordinal() + int(days), FIRST), LAST))


def days_before(day: date, days: float) -> date:
    """The day so many whole days earlier, kept within years 1 to 9999."""
    return days_after(day, -days)
