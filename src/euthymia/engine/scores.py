"""Holds each rating against its form: total, band, remission, change, and what to doubt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from euthymia.engine.findings import Change, Score
from euthymia.knowledge import Knowledge
from euthymia.knowledge.instruments import Instrument
from euthymia.record import Record
from euthymia.record.entries import Rating, ScaleChange
from euthymia.terms import Verdict, verdict


def read_scores(record: Record, knowledge: Knowledge) -> tuple[Score, ...]:
    """Every rating of a known form, by instrument and oldest first; undated ones are of today."""
    scores = (
        read_score(rating, knowledge.instruments[rating.instrument])
        for rating in record.ratings
        if rating.instrument in knowledge.instruments
    )
    return tuple(
        sorted(scores, key=lambda one: (one.instrument.id, one.rating.taken or record.as_of))
    )


def read_score(rating: Rating, form: Instrument) -> Score:
    """The rating as far as it may be used. A contradiction is doubted, never averaged away."""
    total, doubt = _total(rating, form)
    return Score(
        instrument=form,
        rating=rating,
        total=total,
        band=_band(total, form),
        remission=_remission(total, form),
        doubt=doubt,
    )


def _total(rating: Rating, form: Instrument) -> tuple[float | None, str | None]:
    added, fault = _sum_of_items(rating, form)
    total = added if rating.total is None else rating.total
    fault = fault or _contradiction(rating.total, added) or _impossible(total, form)
    return (None, fault) if fault else (total, None)


def _sum_of_items(rating: Rating, form: Instrument) -> tuple[float | None, str | None]:
    """The total where the whole form was filled in; a fault where an answer cannot be."""
    asked = form.items or max((max(group) for group in form.domains), default=None)
    if not rating.items or asked is None:
        return None, None
    if len(rating.items) != asked:
        return None, f"{len(rating.items)} items were given, the form has {asked}"
    highest = form.item_high * asked if len(form.item_high) == 1 else form.item_high
    for number, (answer, high) in enumerate(zip(rating.items, highest, strict=False), start=1):
        if answer is not None and not form.item_low <= answer <= high:
            return None, f"item {number} is {answer}, outside {form.item_low} to {high}"
    answered = [answer for answer in rating.items if answer is not None]
    return (float(_added(answered, form)) if len(answered) == asked else None), None


def _added(answers: Sequence[int], form: Instrument) -> int:
    """All answers together; of the groups of a form that has some, the highest of each."""
    if not form.domains:
        return sum(answers)
    return sum(max(answers[number - 1] for number in group) for group in form.domains)


def _contradiction(total: float | None, added: float | None) -> str | None:
    if total is None or added is None or total == added:
        return None
    return f"the total says {total:g}, the items add up to {added:g}"


def _impossible(total: float | None, form: Instrument) -> str | None:
    if total is None:
        return None
    if not form.low <= total <= form.high:
        return f"the total {total:g} is outside {form.low:g} to {form.high:g}"
    if total != int(total) and not form.fractional:
        return f"the total {total:g} is not a whole number"
    return None


def _band(total: float | None, form: Instrument) -> str | None:
    if total is None:
        return None
    return next((band.name for band in form.bands if band.low <= total <= band.high), None)


def _remission(total: float | None, form: Instrument) -> Verdict:
    if total is None or form.remission_at_most is None:
        return Verdict.UNKNOWN
    return verdict(total <= form.remission_at_most)


def improvement_pct(change: ScaleChange, form: Instrument) -> float | None:
    """Fall of the score in percent of what could fall; the lowest score of the form is zero.

    None where a score is outside the form, or nothing could fall.
    """
    if any(_impossible(score, form) for score in (change.before, change.after)):
        return None
    reach = change.before - form.low
    return 100 * (change.before - change.after) / reach if reach > 0 else None


def changes(scores: Iterable[Score], knowledge: Knowledge) -> tuple[Change, ...]:
    """For each form filled in twice or more: from the first usable score to the newest."""
    usable = (score for score in scores if score.total is not None)
    forms = groupby(usable, key=lambda score: score.instrument.id)
    series = [tuple(of_one_form) for _, of_one_form in forms]
    return tuple(_change(one, knowledge) for one in series if len(one) > 1)


def _change(series: tuple[Score, ...], knowledge: Knowledge) -> Change:
    first, last = series[0], series[-1]
    fall = improvement_pct(
        ScaleChange(first.instrument.id, first.total or 0, last.total or 0), first.instrument
    )
    response = verdict(None if fall is None else fall >= knowledge.number("response_from_pct"))
    return Change(first.instrument, first, last, fall, response, last.remission)


def newest_depression_scores(
    scores: Iterable[Score], record: Record, within_days: float
) -> tuple[Score, ...]:
    """The usable depression scores of the newest day, where it still speaks of today."""
    usable = [
        (score.rating.taken or record.as_of, score)
        for score in scores
        if score.instrument.measures == "depression" and score.total is not None
    ]
    newest = max((day for day, _ in usable), default=None)
    if newest is None or (record.as_of - newest).days > within_days:
        return ()
    return tuple(score for day, score in usable if day == newest)


def improvement_of(
    stated: float | None, change: ScaleChange | None, forms: Mapping[str, Instrument]
) -> float | None:
    """The improvement as stated, else from the scale, in percent."""
    if stated is not None:
        return stated
    if change is None or change.instrument not in forms:
        return None
    return improvement_pct(change, forms[change.instrument])
