"""The rating scales: the newest total, its band, what changed, and what is doubted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from euthymia.engine.assessment import Assessment
from euthymia.engine.findings import Change, Score
from euthymia.exchange.page.statement import Statement, said
from euthymia.exchange.words import score_words, short_name
from euthymia.knowledge.instruments import Instrument
from euthymia.terms import Verdict

WORD = {Verdict.MET: "yes", Verdict.NOT_MET: "no", Verdict.UNKNOWN: "not known"}


class ScaleRow(Struct, frozen=True, kw_only=True):
    """One form, by its newest usable total."""

    name: str
    newest: str
    taken: str
    band: str
    remission: str
    change: str
    response: str
    doubts: tuple[str, ...]
    statement: Statement
    cut: Statement | None
    remarks: tuple[Statement, ...]


def scale_rows(assessment: Assessment) -> tuple[ScaleRow, ...]:
    """Depression first, then by name."""
    changes = {change.instrument.id: change for change in assessment.changes}
    rows = [
        (form.measures != "depression", form.name, _row(form, scores, changes.get(form.id)))
        for form, scores in _by_form(assessment.scores)
    ]
    return tuple(row for *_, row in sorted(rows, key=lambda one: one[:2]))


def _by_form(scores: Sequence[Score]) -> Iterator[tuple[Instrument, list[Score]]]:
    for _, group in groupby(scores, key=lambda score: score.instrument.id):
        of_one = list(group)
        yield of_one[0].instrument, of_one


def _row(form: Instrument, scores: Sequence[Score], change: Change | None) -> ScaleRow:
    """Scores come oldest first; the newest that may be used speaks."""
    usable = [score for score in scores if score.total is not None]
    newest = usable[-1] if usable else None
    return ScaleRow(
        name=short_name(form),
        newest=score_words(newest) if newest else "no usable total",
        taken=_taken(newest) if newest else "",
        band=(newest and newest.band) or "no band",
        remission=WORD[newest.remission] if newest else WORD[Verdict.UNKNOWN],
        change=_change(change),
        response=WORD[change.response] if change else "one score only",
        doubts=tuple(_doubt(score) for score in scores if score.doubt),
        statement=Statement("", form.status, form.evidence, form.name),
        cut=_cut(form),
        remarks=tuple(said(remark) for remark in form.change),
    )


def _taken(score: Score) -> str:
    return str(score.rating.taken or "not dated")


def _doubt(score: Score) -> str:
    return f"{_taken(score)}: {score.doubt}"


def _change(change: Change | None) -> str:
    if change is None or change.first.total is None or change.last.total is None:
        return "one score only"
    told = f"{change.first.total:g} ({_taken(change.first)}) to {change.last.total:g}"
    percent = change.improvement_pct
    if percent is None:
        return told
    return f"{told}: {abs(percent):.0f} % {'worse' if percent < 0 else 'better'}"


def _cut(form: Instrument) -> Statement | None:
    """The remission cut, on the word of its own sources."""
    if form.remission_at_most is None:
        return None
    status = form.remission_status or form.status
    told = f"{form.remission_at_most:g} or less"
    return Statement(told, status, form.remission_evidence or form.evidence)
