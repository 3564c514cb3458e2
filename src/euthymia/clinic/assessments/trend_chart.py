"""Draws the course of a scale: its whole range, its bands, its lines, each total."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from euthymia.clinic.assessments.drawing import ACCENT, INK, PAPER, Json, drawn
from euthymia.clinic.assessments.trend import Trend

SHADES = ("#ffffff", "#f1f4f6", "#e4eaee", "#d6dfe5", "#c7d3db", "#b9c7d1")
"""From the lightest band on; each band is also named, so that no meaning hangs on a shade."""
MARGIN = 0.06
"""Of the time shown, left free on both sides."""
STROKE = 10
"""Height of the mark of a session, in pixels."""
WIDE, NARROW = (560, 260), (230, 240)


def trend_chart(trend: Trend, sessions: Sequence[date] = ()) -> Json:
    """The chart as `wide` and `narrow` SVG text; under it, where told, the days of sessions."""
    return {
        "wide": drawn(_chart(trend, sessions, WIDE), *WIDE),
        "narrow": drawn(_chart(trend, sessions, NARROW), *NARROW),
    }


def _chart(trend: Trend, sessions: Sequence[date], size: tuple[int, int]) -> Any:
    import altair as alt  # noqa: PLC0415 - seconds to load, needed only to draw

    first, last = _span(trend, sessions)
    x = alt.X(
        "day:T",
        scale=alt.Scale(domain=[str(first), str(last)]),
        title=None,
        axis=alt.Axis(format="%b %Y", labelOverlap=True, tickCount=size[0] // 75),
    )
    y = alt.Y(
        "total:Q",
        scale=alt.Scale(domain=[trend.form.low, trend.form.high], nice=False),
        title=f"{trend.name} total, {trend.form.low:g} to {trend.form.high:g}",
    )
    beneath = (*_bands(alt, trend, size[0]), *_levels(alt, trend))
    return alt.layer(*beneath, *_sessions(alt, sessions, x, size[1]), *_scores(alt, trend, x, y))


def _span(trend: Trend, sessions: Sequence[date]) -> tuple[date, date]:
    """The days shown, with a margin so that no mark lies on the edge."""
    days = (trend.points[0].day, trend.points[-1].day, *sessions)
    first, last = min(days), max(days)
    room = timedelta(days=max((last - first).days * MARGIN, 7))
    return first - room, last + room


def _bands(alt: Any, trend: Trend, width: int) -> list[Any]:
    """Each band from its lowest total to the next, named at the right."""
    bands = sorted(trend.form.bands, key=lambda one: one.low)
    if not bands:
        return []
    tops = [*(one.low for one in bands[1:]), trend.form.high]
    rows = [
        {"low": one.low, "high": top, "name": one.name, "middle": (one.low + top) / 2}
        for one, top in zip(bands, tops, strict=True)
    ]
    shaded = (
        alt.Chart(alt.Data(values=rows))
        .mark_rect()
        .encode(
            y="low:Q",
            y2="high:Q",
            color=alt.Color(
                "name:N",
                legend=None,
                scale=alt.Scale(domain=[one["name"] for one in rows], range=list(SHADES)),
            ),
        )
    )
    named = (
        alt.Chart(alt.Data(values=rows))
        .mark_text(align="left", baseline="middle", fontSize=11, color=INK)
        .encode(y="middle:Q", text="name:N", x=alt.value(width + 6))
    )
    return [shaded, named]


def _levels(alt: Any, trend: Trend) -> list[Any]:
    rows = [{"at": one.at, "told": one.told} for one in trend.levels]
    lines = (
        alt.Chart(alt.Data(values=rows)).mark_rule(color=INK, strokeDash=[5, 3]).encode(y="at:Q")
    )
    words = (
        alt.Chart(alt.Data(values=rows))
        .mark_text(align="left", baseline="bottom", dx=4, dy=-2, fontSize=11, color=INK)
        .encode(y="at:Q", text="told:N", x=alt.value(0))
    )
    return [lines, words]


def _sessions(alt: Any, sessions: Sequence[date], x: Any, height: int) -> list[Any]:
    """A short stroke at the foot of the chart for each day with a session."""
    if not sessions:
        return []
    rows = alt.Data(values=[{"day": str(one)} for one in sessions])
    foot = {"y": alt.value(height), "y2": alt.value(height - STROKE)}
    return [alt.Chart(rows).mark_rule(color=INK, strokeWidth=1.5).encode(x=x, **foot)]


def _scores(alt: Any, trend: Trend, x: Any, y: Any) -> list[Any]:
    """A total that may not be used breaks the line: a gap is shown as a gap."""
    rows = [{"day": str(one.day), "total": one.total} for one in trend.points]
    base = alt.Chart(alt.Data(values=rows)).encode(x=x, y=y)
    line = base.mark_line(color=ACCENT, strokeWidth=2, invalid="break-paths-show-domains")
    mark = base.mark_point(size=70, filled=True, color=ACCENT, stroke=PAPER, opacity=1)
    told = base.mark_text(dy=-12, fontSize=12, fontWeight="bold", color=INK).encode(text="total:Q")
    return [line, mark, told]
