"""What came of a rebuilt trial: by scale, by the reason it stopped, or only presumed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from msgspec.structs import replace

from euthymia.engine.days import days_after, days_before
from euthymia.engine.findings import Score
from euthymia.engine.scores import improvement_pct
from euthymia.knowledge import Knowledge
from euthymia.record import Record
from euthymia.record.entries import Intolerance, ScaleChange, Trial


def outcome(
    trial: Trial,
    trials: Sequence[Trial],
    scores: Sequence[Score],
    record: Record,
    knowledge: Knowledge,
) -> Trial:
    """The trial with its outcome and what the outcome rests on."""
    trial = replace(trial, stop_reason=_stop_reason(trial, record, knowledge))
    before_and_after = _scale(trial, scores, record.as_of, knowledge)
    if before_and_after is not None:
        change, best = before_and_after
        return replace(trial, scale_change=change, peak_improvement_pct=best, outcome_basis="scale")
    if trial.stop_reason in ("lack_of_efficacy", "intolerance"):
        return replace(trial, outcome_basis="reason")
    return replace(
        trial, outcome_basis="presumed", presumed=_presumed(trial, trials, record.as_of, knowledge)
    )


def _stop_reason(trial: Trial, record: Record, knowledge: Knowledge) -> str | None:
    """As stated; else intolerance where an allergy or adverse event lies near the stop."""
    window = timedelta(days=knowledge.number("intolerance_window_days"))
    end = trial.end
    near = end is not None and any(
        _is_near(one, trial.drug, end, window) for one in record.intolerances
    )
    return "intolerance" if trial.stop_reason is None and near else trial.stop_reason


def _is_near(one: Intolerance, drug: str, end: date, window: timedelta) -> bool:
    return one.drug == drug and one.seen is not None and abs(one.seen - end) <= window


def _scale(
    trial: Trial, scores: Sequence[Score], today: date, knowledge: Knowledge
) -> tuple[ScaleChange, float | None] | None:
    """The form filled in near the start and last within the trial, with the best fall between."""
    window = knowledge.number("outcome_window_days")
    end = trial.end or today
    for form in sorted({score.instrument.id for score in scores}):
        usable = [
            score
            for score in scores
            if score.instrument.id == form
            and score.instrument.measures == "depression"
            and score.total is not None
            and score.rating.taken
        ]
        found = _first_and_last(trial, usable, window, end)
        if found is not None:
            return found
    return None


def _first_and_last(
    trial: Trial, usable: Sequence[Score], window: float, end: date
) -> tuple[ScaleChange, float | None] | None:
    start = trial.start or end
    before = [s for s in usable if days_before(start, window) <= (s.rating.taken or end) <= start]
    during = [s for s in usable if start < (s.rating.taken or start) <= end]
    if not (before and during):
        return None
    baseline = max(before, key=lambda score: score.rating.taken or start)
    form = baseline.instrument
    falls = [
        fall
        for score in during
        if (fall := improvement_pct(_change(baseline, score), form)) is not None
    ]
    last = max(during, key=lambda score: score.rating.taken or start)
    return _change(baseline, last), max(falls, default=None)


def _change(before: Score, after: Score) -> ScaleChange:
    return ScaleChange(before.instrument.id, before.total or 0, after.total or 0)


def _presumed(
    trial: Trial, trials: Sequence[Trial], today: date, knowledge: Knowledge
) -> str | None:
    """A switch suggests failure, refills to this day suggest benefit: neither proves it."""
    end = trial.end
    if end is None or end >= today:
        return "response" if trial.start else None
    reach = days_after(end, knowledge.number("era_gap_days"))
    switched = any(
        other.drug != trial.drug
        and other.start
        and trial.start
        and trial.start < other.start <= reach
        for other in trials
    )
    return "failure" if switched else None
