"""What falls due: keeping a response up, and the next score."""

from __future__ import annotations

from datetime import date

from euthymia.engine.course_findings import DayScore, Said
from euthymia.engine.followed import Followed
from euthymia.knowledge.course import Maintenance, ScorePlan
from euthymia.record.days import days_after
from euthymia.terms import Verdict


def maintenance_due(followed: Followed) -> Said:
    """Whether the days after the last session are up in which a response is kept up."""
    if followed.page is None or followed.page.maintenance is None:
        return Said(Verdict.UNKNOWN, "no page says when, for what is being given")
    reached = _reached(followed)
    well = followed.well(followed.since)
    if well is not Verdict.MET:
        words = "no response was reached that could be kept up"
        return Said(well, "two scores of one day differ" if well else words, reached)
    return _due(followed, followed.page.maintenance, reached)


def _reached(followed: Followed) -> tuple[DayScore, ...]:
    """The first score that shows the response, with the one it is held against."""
    start = (followed.start,) if followed.start else ()
    first = (one for one in followed.since if followed.well((one,)) is Verdict.MET)
    return (*start, *(one for one in (next(first, None),) if one))


def _due(followed: Followed, plan: Maintenance, reached: tuple[DayScore, ...]) -> Said:
    treatment = followed.treatments[0]
    last = treatment.last_session
    if last is None:
        return Said(Verdict.UNKNOWN, "the day of the last session is not known", reached)
    days = (followed.as_of - last).days
    since_start = (followed.as_of - treatment.start).days
    because = f"{days} days since the last session known, due from {plan.from_days}"
    if days > plan.until_days:
        because += f" to {plan.until_days}: overdue"
    due = days >= plan.from_days and since_start >= plan.after_days
    found = Verdict.MET if due else Verdict.NOT_MET
    return Said(found, because, reached, plan.says, plan.status, plan.evidence)


def score_due(followed: Followed) -> Said:
    """Whether the scale is to be filled in again by today."""
    plan, last = _plan(followed), _last(followed)
    if plan is None:
        return Said(Verdict.UNKNOWN, "no page says when, for this scale and treatment")
    due = next_score(followed)
    if due is None:
        return Said(Verdict.NOT_MET, "no later score is planned", last)
    found = Verdict.MET if due <= followed.as_of else Verdict.NOT_MET
    return Said(found, f"due on {due}", last, "", plan.status, plan.evidence)


def next_score(followed: Followed) -> date | None:
    """The day the scale is due: so many days after the last score, or months after the end."""
    plan, last = _plan(followed), _last(followed)
    if plan is None or not last:
        return None
    end = followed.treatments[0].end
    if end is None:
        return days_after(last[-1].day, plan.every_days)
    month = followed.knowledge.number("month_days")
    planned = (days_after(end, months * month) for months in plan.after_end_months)
    return next((day for day in planned if day > last[-1].day), None)


def _plan(followed: Followed) -> ScorePlan | None:
    plans = followed.page.scores if followed.page else ()
    return next((one for one in plans if followed.form.id in one.instruments), None)


def _last(followed: Followed) -> tuple[DayScore, ...]:
    newest = followed.newest or followed.start
    return (newest,) if newest else ()
