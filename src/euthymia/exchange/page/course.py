"""Is the treatment working: each scale since the treatment began, with the warnings first."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from euthymia.engine.course_findings import CourseFinding, StateFinding
from euthymia.exchange.course import span_words, speaks, title_words
from euthymia.exchange.page.statement import Statement
from euthymia.exchange.words import short_name
from euthymia.terms import Verdict


class CourseLine(Struct, frozen=True):
    """One state. `alert`: it is a warning; its words are in `statement`."""

    because: str
    alert: bool
    statement: Statement


class CourseRow(Struct, frozen=True, kw_only=True):
    """One scale.

    `met` are the states that hold and the warnings that may, warnings first; `open` those nobody
    knows, each with what would settle it; `not_so` the titles of those that do not hold.
    """

    name: str
    span: str
    change: str
    met: tuple[CourseLine, ...]
    open: tuple[CourseLine, ...]
    not_so: tuple[str, ...]
    next_score: str


def course_rows(found: Sequence[CourseFinding]) -> tuple[CourseRow, ...]:
    """Scales with a warning first, then depression, then by name."""
    ordered = sorted(
        found,
        key=lambda one: (
            not one.alerts,
            one.instrument.measures != "depression",
            one.instrument.name,
        ),
    )
    return tuple(_row(one) for one in ordered)


def _row(found: CourseFinding) -> CourseRow:
    states = sorted(found.states.values(), key=lambda one: not one.alert)
    quiet = [one for one in states if not speaks(one)]
    return CourseRow(
        name=short_name(found.instrument),
        span=span_words(found),
        change=_change(found.improvement_pct),
        met=tuple(_line(one) for one in states if speaks(one)),
        open=tuple(_line(one) for one in quiet if one.verdict is Verdict.UNKNOWN),
        not_so=tuple(one.page.title for one in quiet if one.verdict is Verdict.NOT_MET),
        next_score=str(found.next_score or ""),
    )


def _change(percent: float | None) -> str:
    if percent is None:
        return "change not known"
    return f"{abs(percent):.3g} % {'worse' if percent < 0 else 'better'}"


def _line(state: StateFinding) -> CourseLine:
    statement = Statement(state.says, state.status, state.evidence, title_words(state))
    return CourseLine(state.because, state.alert, statement)
