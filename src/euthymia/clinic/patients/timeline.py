"""The trials of a chart on one line of time: where each bar lies, in the units of its picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from euthymia.clinic.patients.models import Entry

WIDTH, ROW, TOP, LEFT, RIGHT = 960, 44, 34, 12, 12
"""Units of the picture: its width, the height of a row, what the axis and the margins take."""
MARGIN = timedelta(days=30)
LABELS = 14
"""At most so many marks of time are named."""
MONTHS_BETWEEN = (1, 3, 6, 12, 24, 60, 120)
MONTHS_PER_YEAR = 12


@dataclass(frozen=True)
class Bar:
    """One trial. `x` and `width` are in units of the picture; `open` where no last day is told."""

    entry: Entry
    x: float
    width: float
    y: int
    open: bool


@dataclass(frozen=True)
class Mark:
    """A named day on the axis."""

    x: float
    says: str


@dataclass(frozen=True)
class Timeline:
    """The picture: from which day, over how many days, what is drawn, and what cannot be."""

    first: date
    days: int
    bars: Sequence[Bar]
    marks: Sequence[Mark]
    undated: Sequence[Entry]
    today_x: float

    @property
    def height(self) -> int:
        return TOP + ROW * len(self.bars) + 8

    @property
    def per_day(self) -> float:
        """Units of the picture for one day."""
        return (WIDTH - LEFT - RIGHT) / self.days


def timeline_of(trials: Iterable[Entry], today: date) -> Timeline | None:
    """The dated trials, oldest first; None where there is none to draw."""
    entries = list(trials)
    dated = sorted((e for e in entries if "start" in e.told), key=lambda e: str(e.told["start"]))
    if not dated:
        return None
    first = date.fromisoformat(dated[0].told["start"]) - MARGIN
    last = max(*(end_of(one, today) for one in dated), today) + MARGIN
    days = (last - first).days

    def at(day: date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / days, 1)

    bars = [_bar(one, at(start_of(one)), at(end_of(one, today)), n) for n, one in enumerate(dated)]
    undated = [one for one in entries if "start" not in one.told]
    marks = [Mark(at(day), day.strftime("%Y-%m")) for day in _marked(first, last)]
    return Timeline(first, days, bars, marks, undated, at(today))


def start_of(entry: Entry) -> date:
    return date.fromisoformat(entry.told["start"])


def end_of(entry: Entry, today: date) -> date:
    """Its last day; where none is told, as far as the days at its dose reach, else today."""
    told: dict[str, Any] = entry.told
    if "end" in told:
        return date.fromisoformat(told["end"])
    if told.get("stop_reason", "ongoing") == "ongoing" or "days_at_dose" not in told:
        return max(today, start_of(entry))
    return start_of(entry) + timedelta(days=int(told["days_at_dose"]))


def _bar(entry: Entry, start: float, end: float, row: int) -> Bar:
    width = round(max(end - start, 3), 1)
    return Bar(entry, start, width, TOP + ROW * row, "end" not in entry.told)


def _marked(first: date, last: date) -> list[date]:
    """First days of months, so far apart that their names do not touch."""
    months = [_month(n) for n in range(_number(first) + 1, _number(last) + 1)]
    for between in MONTHS_BETWEEN:
        chosen = [day for day in months if _number(day) % between == 0]
        if len(chosen) <= LABELS:
            return chosen
    return []


def _number(day: date) -> int:
    return day.year * MONTHS_PER_YEAR + day.month - 1


def _month(number: int) -> date:
    return date(number // MONTHS_PER_YEAR, number % MONTHS_PER_YEAR + 1, 1)
