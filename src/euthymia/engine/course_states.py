"""Each state of a course, judged: response, remission, relapse and the rest.

Good news of an old score says nothing of today; a warning once met stands until a newer score.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from euthymia.engine.course_findings import DayScore, Said, Treatment
from euthymia.engine.followed import Followed
from euthymia.engine.reminders import maintenance_due, score_due
from euthymia.knowledge.course import NonResponse, RelapseRule, StateName
from euthymia.terms import Verdict, verdict

DIFFER = "two scores of one day differ"
NOTHING_SINCE = "no score of a later day tells what came of the start"


def response(followed: Followed) -> Said:
    newest = followed.newest
    if newest is None:
        return Said(Verdict.UNKNOWN, NOTHING_SINCE, _scores(followed))
    return followed.today(
        Said(followed.responded(newest), _fall_words(followed, newest), _scores(followed))
    )


def _scores(followed: Followed) -> tuple[DayScore, ...]:
    """The score at the start and the newest."""
    return tuple(one for one in (followed.start, followed.newest) if one is not None)


def _differ(followed: Followed) -> bool:
    return any(one.total is None for one in _scores(followed))


def _fall_words(followed: Followed, newest: DayScore) -> str:
    fall = followed.fall_pct(newest)
    if fall is None:
        return DIFFER if _differ(followed) else "the score at the start could not fall"
    return f"{abs(fall):.3g} % {'better' if fall >= 0 else 'worse'}"


def remission(followed: Followed) -> Said:
    """Of the newest score alone; a score at the start is not yet an effect."""
    newest, form = followed.newest, followed.form
    if newest is None:
        return Said(Verdict.UNKNOWN, NOTHING_SINCE, _scores(followed))
    if form.remission_at_most is None:
        return Said(Verdict.UNKNOWN, "no page gives a remission cut for this scale", (newest,))
    because = (
        DIFFER if newest.total is None else f"{newest.total:g}, cut {form.remission_at_most:g}"
    )
    status, evidence = form.remission_status or form.status, form.remission_evidence
    said = Said(followed.remitted(newest), because, (newest,), "", status, evidence)
    return followed.today(said)


def reliable_change(followed: Followed) -> Said:
    """Whether the change, up or down, is larger than the scale's error of measurement."""
    moved = _moved(followed)
    if moved is None:
        return Said(Verdict.UNKNOWN, _why_no_change(followed), _scores(followed))
    least = followed.reliable_from_points
    if least is None:
        because = "from how many points on a change is reliable on this scale is not known"
        return Said(Verdict.UNKNOWN, because, _scores(followed))
    page = followed.knowledge.reliabilities[followed.form.id]
    because = f"{abs(moved):g} points {'up' if moved > 0 else 'down'}, reliable from {least:.3g}"
    found = verdict(abs(moved) >= least)
    return followed.today(Said(found, because, _scores(followed), "", page.status, page.evidence))


def _moved(followed: Followed) -> float | None:
    """Rise from the start to the newest score, in points."""
    return None if followed.newest is None else followed.rise_points(followed.newest)


def _why_no_change(followed: Followed) -> str:
    return DIFFER if followed.newest and _differ(followed) else NOTHING_SINCE


def worsening(followed: Followed) -> Said:
    """Whether the newest score is reliably above the start. No rise at all is none."""
    moved = _moved(followed)
    if moved is None:
        return Said(Verdict.UNKNOWN, _why_no_change(followed), _scores(followed))
    if moved <= 0:
        return followed.today(
            Said(Verdict.NOT_MET, "no higher than at the start", _scores(followed))
        )
    return followed.today(_rise(followed, moved), warning=True)


def _rise(followed: Followed, points: float) -> Said:
    """A rise held against the error of measurement; where that is not known, a large one warns."""
    least = followed.reliable_from_points
    if least is not None:
        because = f"{points:g} points up, reliable from {least:.3g}"
        return Said(verdict(points >= least), because, _scores(followed))
    fall = followed.fall_pct(followed.newest) if followed.newest else None
    large = followed.knowledge.number("worsening_may_be_from_pct")
    because = f"{points:g} points up; from how many on that is reliable is not known"
    may_be = fall is None or -fall >= large
    return Said(Verdict.UNKNOWN, because, _scores(followed), possible=may_be)


def response_lost(followed: Followed) -> Said:
    """Whether an earlier score showed a response that the newest does not."""
    if followed.newest is None:
        return Said(Verdict.UNKNOWN, NOTHING_SINCE, _scores(followed))
    *earlier, newest = followed.since
    best = [one for one in earlier if followed.responded(one) is Verdict.MET]
    lost = followed.well_by_response(earlier) & ~followed.responded(newest)
    words = {
        Verdict.MET: _fall_words(followed, newest),
        Verdict.NOT_MET: "the response holds" if best else "no response was reached before",
        Verdict.UNKNOWN: DIFFER,
    }
    rests_on = (*_scores(followed)[:1], *best[-1:], newest)
    return followed.today(Said(lost, words[lost], rests_on), warning=True)


def relapse(followed: Followed) -> Said:
    """Whether the scale shows a relapse after a response or remission, by the rule of the scale."""
    if followed.newest is None or followed.start is None:
        return Said(Verdict.UNKNOWN, NOTHING_SINCE, _scores(followed))
    days = (followed.start, *followed.since)
    before = days[:-1]
    if _was_well(followed, before) is Verdict.NOT_MET:
        because = "no response or remission was reached before"
        return followed.today(Said(Verdict.NOT_MET, because, days[-1:]))
    rule = followed.knowledge.relapse_rules.get(followed.form.id)
    found = _relapse_by(rule, followed, days) if rule else _without_rule(followed, days)
    return followed.today(found, warning=True)


def _was_well(followed: Followed, days: Sequence[DayScore]) -> Verdict:
    """Response or remission by then; at the start remission alone can be seen."""
    return followed.well(days[1:]) | (
        Verdict.NOT_MET if followed.form.remission_at_most is None else followed.remitted(days[0])
    )


def _without_rule(followed: Followed, days: Sequence[DayScore]) -> Said:
    newest, lowest = days[-1], _lowest(days[:-1])
    if newest.total is not None and lowest is not None and newest.total <= lowest:
        return Said(Verdict.NOT_MET, "no score was lower than the newest", (newest,))
    now_well = followed.responded(newest) | followed.remitted(newest)
    because = "no page says from which score on a relapse is counted on this scale"
    return Said(Verdict.UNKNOWN, because, (newest,), possible=now_well is not Verdict.MET)


def _relapse_by(rule: RelapseRule, followed: Followed, days: tuple[DayScore, ...]) -> Said:
    """Up by the rule for as long as it asks; a rise that has not lasted yet may become one."""
    now = _up(rule, followed, days)
    if now is not Verdict.MET:
        because = DIFFER if now else "the rise, if any, is below the rule's"
        was_up = now is Verdict.UNKNOWN and bool(_run(rule, followed, days[:-1]))
        return Said(now, because, days[-1:], "", rule.status, rule.evidence, possible=was_up)
    run = _run(rule, followed, days)
    lasted = (run[-1].day - run[0].day).days
    enough = lasted >= rule.for_days
    because = (
        f"{run[-1].total:g}, up for {lasted} days on record; the rule asks for {rule.for_days}"
    )
    found = Verdict.MET if enough else Verdict.UNKNOWN
    return Said(found, because, run, "", rule.status, rule.evidence, possible=not enough)


def _run(rule: RelapseRule, followed: Followed, days: Sequence[DayScore]) -> tuple[DayScore, ...]:
    """The scores up to the newest that are all up, oldest first."""
    first = len(days)
    while first > 1 and _up(rule, followed, days[:first]) is Verdict.MET:
        first -= 1
    return tuple(days[first:])


def _up(rule: RelapseRule, followed: Followed, days: Sequence[DayScore]) -> Verdict:
    """Whether the last of these days is up after something better had been reached."""
    *before, last = days
    lowest = _lowest(before)
    if last.total is None or lowest is None:
        return Verdict.UNKNOWN
    crossed = last.total >= rule.at_least > lowest
    risen = last.total - lowest >= rule.rise_points
    return _was_well(followed, before) & verdict(crossed or risen)


def _lowest(days: Sequence[DayScore]) -> float | None:
    return min((one.total for one in days if one.total is not None), default=None)


def early_non_response(followed: Followed) -> Said:
    """Whether the fall is too small at a point at which the treatment is judged."""
    because = _why_not_judged(followed)
    if because or followed.newest is None or followed.page is None:
        return Said(Verdict.UNKNOWN, because or NOTHING_SINCE, _scores(followed))
    responded = followed.well_by_response(followed.since)
    if responded is Verdict.MET:
        return followed.today(Said(Verdict.NOT_MET, "a response was reached", _scores(followed)))
    found = [_at_step(step, followed, followed.newest) for step in followed.page.non_response]
    due = [one for one in found if one is not None]
    if not due:
        days = followed.page.non_response[0].after_days
        return Said(Verdict.UNKNOWN, f"too early: judged from day {days} on", _scores(followed))
    worst = max(reversed(due), key=lambda one: one.verdict)
    return followed.today(worst, warning=True)


def _why_not_judged(followed: Followed) -> str:
    if not followed.treatments:
        return "no current treatment with a first day is known"
    if len(followed.treatments) > 1:
        return "two treatments began on one day"
    if followed.page is None or not followed.page.non_response:
        return "no page says when this treatment is judged"
    if followed.basis != "treatment_start":
        return "no score stands for the start of the treatment"
    return ""


def _at_step(step: NonResponse, followed: Followed, newest: DayScore) -> Said | None:
    """The fall held against one step; None where the newest score is too early for it."""
    treatment = followed.treatments[0]
    if (newest.day - treatment.start).days < step.after_days:
        return None
    short = _too_few_sessions(step, treatment)
    if short:
        return Said(Verdict.UNKNOWN, short, _scores(followed))
    fall = followed.fall_pct(newest)
    between = fall is None or step.below_pct <= fall < step.enough_from_pct
    found = Verdict.UNKNOWN if between else verdict(fall is not None and fall < step.below_pct)
    because = f"{_fall_words(followed, newest)} from day {step.after_days} on"
    return Said(found, because, _scores(followed), step.says, step.status, step.evidence)


def _too_few_sessions(step: NonResponse, treatment: Treatment) -> str:
    """Why the treatment cannot be judged by this step, or nothing."""
    needed = step.after_sessions
    if needed is not None and treatment.sessions is not None:
        few = treatment.sessions < needed
        return f"{treatment.sessions} sessions given, judged from {needed}" if few else ""
    ended = treatment.end is not None and (treatment.end - treatment.start).days < step.after_days
    return "it ended early, and its sessions are not known" if ended else ""


def plateau(followed: Followed) -> Said:
    """Whether scores have stood still, within the error of measurement, without remission."""
    still = _trailing(followed)
    least = followed.reliable_from_points
    if followed.newest and followed.remitted(followed.newest) is Verdict.MET:
        return followed.today(Said(Verdict.NOT_MET, "in remission", still[-1:]))
    if len(still) < followed.knowledge.number("plateau_scores"):
        return Said(Verdict.UNKNOWN, "too few scores over too short a time", still)
    totals = [one.total for one in still if one.total is not None]
    if len(totals) < len(still) or least is None:
        because = DIFFER if len(totals) < len(still) else "the error of this scale is not known"
        return Said(Verdict.UNKNOWN, because, still)
    spread = max(totals) - min(totals)
    days = (still[-1].day - still[0].day).days
    because = f"scores within {spread:g} points over {days} days"
    return followed.today(Said(verdict(spread < least), because, still))


def _trailing(followed: Followed) -> tuple[DayScore, ...]:
    """The newest scores that together span the days of a plateau; nothing where they do not."""
    days = (*((followed.start,) if followed.start else ()), *followed.since)
    span = followed.knowledge.number("plateau_days")
    far = [one for one in days if (days[-1].day - one.day).days >= span]
    return tuple(one for one in days if one.day >= far[-1].day) if far else ()


STATES: Sequence[tuple[StateName, Callable[[Followed], Said]]] = (
    ("response", response),
    ("remission", remission),
    ("reliable_change", reliable_change),
    ("worsening", worsening),
    ("response_lost", response_lost),
    ("relapse", relapse),
    ("early_non_response", early_non_response),
    ("plateau", plateau),
    ("maintenance_due", maintenance_due),
    ("score_due", score_due),
)
"""Every state with what judges it, in the order in which they are read."""
