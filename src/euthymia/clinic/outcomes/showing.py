"""Is it working? What the page of a patient shows: each scale over time, drawn and in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from euthymia import assess
from euthymia.clinic.assessments.trend import Level, Point, Trend, trends
from euthymia.clinic.assessments.trend_chart import trend_chart
from euthymia.clinic.outcomes.following import Chart, chart_followed
from euthymia.clinic.patients.given import Given
from euthymia.clinic.patients.models import Patient
from euthymia.engine.assessment import Assessment
from euthymia.engine.course import FOLLOWED
from euthymia.engine.findings import Score
from euthymia.exchange.page.course import CourseRow, course_rows
from euthymia.exchange.page.outlook import OutlookBox, outlook_box
from euthymia.exchange.words import score_words, short_name
from euthymia.library import shipped

Json = dict[str, Any]


@dataclass(frozen=True)
class Single:
    """A scale filled in once, or never usably: it has no course yet."""

    name: str
    told: str
    day: date | None


@dataclass(frozen=True)
class Shown:
    """All that the page shows.

    Attributes:
        rows: The states of each scale, warnings first.
        charts: Each scale over time, as two drawings and as rows of a table.
        singles: Scales with too few scores for a course.
        given: Courses given here.
        expected: What may be expected of the treatment going on, where the engine has it.
        unsigned: Whether numbers are left out that the medical director has not signed.
    """

    rows: tuple[CourseRow, ...]
    charts: tuple[Json, ...]
    singles: tuple[Single, ...]
    given: tuple[Given, ...]
    expected: tuple[OutlookBox, ...]
    unsigned: bool


def shown(patient: Patient, today: date) -> Shown:
    """Raises SourceError where the chart contradicts itself; the line names the mend."""
    chart = chart_followed(patient, today)
    judged = assess(chart.record, chart.knowledge)
    followed = {one.instrument.id for one in chart.now}
    drawn = trends(judged, chart.knowledge)
    held = {treatment.name for one in chart.now for treatment in one.treatments}
    return Shown(
        rows=course_rows(chart.now),
        charts=tuple(_drawn(one, chart.given) for one in drawn if one.form.id in followed),
        singles=tuple(_singles(judged, followed)),
        given=chart.given,
        expected=tuple(_expected(judged, chart, held)),
        unsigned=bool(held & chart.unsigned),
    )


def _drawn(trend: Trend, given: Sequence[Given]) -> Json:
    """The drawing, with the days of sessions under it, and the same as a table."""
    days = sorted({day for one in given for day in one.days})
    return {
        "name": trend.name,
        "title": trend.title,
        "told": trend.told,
        "rows": trend.points,
        "sessions": len(days),
        **picture(trend.form.id, trend.points, trend.levels, tuple(days)),
    }


@lru_cache(maxsize=64)
def picture(
    form: str, points: tuple[Point, ...], levels: tuple[Level, ...], days: tuple[date, ...]
) -> Json:
    """The drawing of a scale, kept in memory for who opens the same page again: it takes long."""
    page = shipped().instruments[form]
    trend = Trend(page, short_name(page), "", "", points, levels)
    return trend_chart(trend, days)


def _singles(judged: Assessment, followed: set[str]) -> Iterator[Single]:
    """The newest of each scale that is followed nowhere on the page, if it is one of mood."""
    newest: dict[str, Score] = {one.instrument.id: one for one in judged.scores}
    for name, one in newest.items():
        if name not in followed and one.instrument.measures in FOLLOWED:
            yield Single(short_name(one.instrument), score_words(one), one.rating.taken)


def _expected(judged: Assessment, chart: Chart, held: set[str]) -> Iterator[OutlookBox]:
    for option in judged.options:
        if option.therapy.id in held:
            box = outlook_box(option.outlook, judged.causes, chart.knowledge)
            if box is not None:
                yield box
