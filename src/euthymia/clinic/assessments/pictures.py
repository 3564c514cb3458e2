"""The drawings that an assessment keeps: the trend of each scale, and the options side by side."""

from __future__ import annotations

from typing import Any

from euthymia.clinic.assessments.choice_chart import choice_chart
from euthymia.clinic.assessments.trend import Trend, trends
from euthymia.clinic.assessments.trend_chart import trend_chart
from euthymia.engine.assessment import Assessment
from euthymia.exchange.page import Page
from euthymia.knowledge import Knowledge

Json = dict[str, Any]


def pictures(judged: Assessment, shown: Page, knowledge: Knowledge) -> Json:
    """Each drawing twice, wide and narrow, as SVG text, with what it says in words."""
    return {
        "choice": choice_chart(shown.body.options.choice),
        "trends": [_drawn(one) for one in trends(judged, knowledge)],
    }


def _drawn(trend: Trend) -> Json:
    return {
        "name": trend.name,
        "title": trend.title,
        "told": trend.told,
        "rows": [[str(one.day), one.told, one.band, one.doubt] for one in trend.points],
        **trend_chart(trend),
    }
