"""What came of a rebuilt trial: by scale, by the reason it stopped, or only presumed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from msgspec.structs import replace

from euthymia.engine.findings import Score
from euthymia.engine.scores import improvement_pct
from euthymia.knowledge import Knowledge
from euthymia.knowledge.rulesets import DAYS_PER_WEEK, LABEL
from euthymia.record import Record
from euthymia.record.days import days_after, days_before
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
    end = trial.end or trial.sure_until or record.as_of
    alone = _alone_until(trial, trials, end, knowledge) or end
    change, best = _scale(trial, alone, scores, knowledge)
    trial = replace(trial, peak_improvement_pct=best)
    if change is not None:
        return replace(trial, scale_change=change, outcome_basis="scale")
    if trial.stop_reason in ("lack_of_efficacy", "intolerance"):
        return replace(trial, outcome_basis="reason")
    return replace(
        trial, outcome_basis="presumed", presumed=_presumed(trial, trials, record.as_of, knowledge)
    )


def _alone_until(
    trial: Trial, trials: Sequence[Trial], end: date, knowledge: Knowledge
) -> date | None:
    """The day another drug came to it: what was seen later is not its doing alone."""
    if trial.start is None:
        return None
    begun_together = days_after(trial.start, knowledge.number("combination_start_days"))
    added = (
        one.start
        for one in trials
        if one.start is not None
        and begun_together < one.start <= end
        and one.drug != trial.drug
        and not for_sleep_or_pain(one, knowledge)
        and not _replaced_by(one, trial, end, knowledge)
    )
    return min(added, default=None)


def _replaced_by(other: Trial, trial: Trial, end: date, knowledge: Knowledge) -> bool:
    """Whether it was tapered out for the other: that was the next trial, no addition to this."""
    page = knowledge.drugs.get(other.drug)
    if page is None or page.role != "antidepressant" or other.start is None:
        return False
    tapered = days_after(other.start, knowledge.number("taper_out_days"))
    return trial.end is not None and other.start <= end <= tapered


def for_sleep_or_pain(trial: Trial, knowledge: Knowledge) -> bool:
    """Whether it is an antidepressant known to have stayed at doses that are not for depression."""
    page = knowledge.drugs.get(trial.drug)
    doses = [phase.dose for phase in trial.phases]
    return (
        page is not None
        and page.role == "antidepressant"
        and page.given_for_sleep_or_pain(doses) is True
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
    trial: Trial, end: date, scores: Sequence[Score], knowledge: Knowledge
) -> tuple[ScaleChange | None, float | None]:
    """The form filled in near the start and near the end, and the best fall of any form between."""
    found = [_first_and_last(trial, series, end, knowledge) for series in _series(scores)]
    changes = [change for change, _ in found if change is not None]
    falls = [fall for _, fall in found if fall is not None]
    return (changes[0] if changes else None), max(falls, default=None)


def _series(scores: Sequence[Score]) -> Iterator[list[Score]]:
    """The usable, dated depression scores of each form."""
    for form in sorted({score.instrument.id for score in scores}):
        usable = [
            score
            for score in scores
            if score.instrument.id == form
            and score.instrument.measures == "depression"
            and score.total is not None
            and score.rating.taken
        ]
        if usable:
            yield usable


def _first_and_last(
    trial: Trial, usable: Sequence[Score], end: date, knowledge: Knowledge
) -> tuple[ScaleChange | None, float | None]:
    """From the last score before the start to the last within; an early one decides nothing."""
    start = trial.start or end
    window = knowledge.number("outcome_window_days")
    before = [s for s in usable if days_before(start, window) <= _day(s, start) <= start]
    during = [s for s in usable if start < _day(s, start) <= end]
    if not (before and during):
        return None, None
    baseline = max(before, key=lambda score: _day(score, start))
    last = max(during, key=lambda score: _day(score, start))
    falls = [improvement_pct(_change(baseline, score), score.instrument) for score in during]
    best = max((fall for fall in falls if fall is not None), default=None)
    weeks = knowledge.rules[LABEL].weeks.value
    late = _day(last, start) >= min(
        days_before(end, window), days_after(start, DAYS_PER_WEEK * weeks)
    )
    return (_change(baseline, last) if late else None), best


def _day(score: Score, otherwise: date) -> date:
    return score.rating.taken or otherwise


def _change(before: Score, after: Score) -> ScaleChange:
    return ScaleChange(before.instrument.id, before.total or 0, after.total or 0)


def _presumed(
    trial: Trial, trials: Sequence[Trial], today: date, knowledge: Knowledge
) -> str | None:
    """A switch suggests failure, refills to this day suggest benefit: neither proves it."""
    end = trial.end
    if end is None:
        return None
    if end >= today:
        return "response" if trial.pdc is not None else None
    reach = days_after(end, knowledge.number("era_gap_days"))
    switched = any(
        other.drug != trial.drug
        and other.start
        and trial.start
        and trial.start < other.start <= reach
        for other in trials
    )
    return "failure" if switched else None
