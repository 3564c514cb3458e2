"""When a medicine was taken, as far as an entry tells."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from euthymia.exchange.fhir.bundles import Found
from euthymia.exchange.fhir.chart import Chart
from euthymia.exchange.fhir.dates import Day
from euthymia.exchange.fhir.resources import MedicationStatement, Period

Dated = tuple[str, str | None]
"""The path of a date, and its text."""

NO_DATE: Dated = ("", None)


class Span(Struct, frozen=True):
    """First and last day, both included. `start` None: no date at all; `end` None: not stated."""

    start: date | None
    end: date | None = None

    def lasts_after(self, day: date) -> bool:
        """Whether its stated end lies after the day."""
        return self.end is not None and self.end > day


def span(chart: Chart, one: Found, start: Dated, end: Dated = NO_DATE) -> Span:
    """The days of an entry. With a month or year at either end nobody knows how many they were."""
    first, last = one.day(*start), one.day(*end)
    if first is None:
        return Span(None, last.first if last and last.exact else None)
    if last is None:
        return Span(_since(chart, one, first, start[0]))
    fault = _fault(first, last)
    if fault:
        chart.ledger.doubt(one, f"{fault}, so how long it was taken is not known")
        return Span(first.first)
    return Span(first.first, last.first)


def _fault(first: Day, last: Day) -> str | None:
    if not (first.exact and last.exact):
        return "its dates give no days"
    return "it ends before it begins" if last.first < first.first else None


def _since(chart: Chart, one: Found, first: Day, path: str) -> date:
    """The day from which it was surely taken: of a month or year the last that has passed."""
    if first.exact:
        return first.first
    chart.ledger.doubt(one, f"{path} gives no day; the last that fits is taken")
    return max(first.first, min(first.last, chart.as_of))


def period_span(chart: Chart, one: Found, period: Period | None, moment: str | None) -> Span | None:
    """The days of effective[x]; None where it is not given."""
    if period is not None and (period.start or period.end):
        ends = ("effectivePeriod.start", period.start), ("effectivePeriod.end", period.end)
        return span(chart, one, *ends)
    return span(chart, one, ("effectiveDateTime", moment)) if moment else None


def told_span(chart: Chart, one: Found, told: MedicationStatement) -> Span:
    """The days of a statement; where it gives none, from the day it was made."""
    found = period_span(chart, one, told.effective_period, told.effective_date_time)
    if found is not None:
        return found
    if told.date_asserted:
        chart.ledger.doubt(one, "does not say since when; the day it was told is taken")
    return span(chart, one, ("dateAsserted", told.date_asserted))
