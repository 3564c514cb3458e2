"""Which of the four domains probably contribute to resistance, on which measurements.

Association, not cause: a score says how far patients with these features differ in non-response.
"""

from __future__ import annotations

from collections.abc import Mapping

from euthymia.engine.findings import Causes, DomainFinding, Exposed, Fact, Measured
from euthymia.engine.indicators import measure
from euthymia.engine.links import links
from euthymia.engine.scorecards import (
    Scorecard,
    score,
    scorecards,
    shifted,
    unmeasured_as,
)
from euthymia.knowledge import Knowledge


def causes(facts: Mapping[str, Fact], exposed: Exposed | None, knowledge: Knowledge) -> Causes:
    """Every domain scored on what was measured; the labels stand once resistance is confirmed."""
    measured = {name: measure(indicator, facts) for name, indicator in knowledge.indicators.items()}
    return Causes(
        domains=tuple(_domain(card, measured) for card in scorecards(knowledge)),
        confirmed=exposed is not None and not exposed.repair_first,
        links=links(measured, knowledge),
    )


def _domain(card: Scorecard, measured: Mapping[str, Measured]) -> DomainFinding:
    values = tuple(measured[indicator.id].x for indicator in card.indicators)
    return DomainFinding(
        domain=card.domain,
        score=score(card, values),
        base_probability=score(card, (None,) * len(values)).probability,
        indicators=tuple(measured[one.id] for one in card.indicators),
        shown=tuple(
            one
            for one in measured.values()
            if one.indicator.domain == card.domain.id and not one.indicator.scored and one.because
        ),
        lowest=unmeasured_as(card, values, 0.0),
        highest=unmeasured_as(card, values, 1.0),
        shifted=shifted(card, values),
    )
