"""Published TRD finders for records, as their code really behaves: mentions, no doses.

They are shown beside the label rule so that peers' answers can be compared, never instead of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import pairwise

from msgspec import Struct

from euthymia.engine.days import days_after, days_before
from euthymia.engine.findings import AlgorithmAnswer
from euthymia.knowledge import Knowledge
from euthymia.knowledge.rulesets import RecordAlgorithm
from euthymia.record import Record
from euthymia.record.entries import Diagnosis, Trial
from euthymia.terms import Verdict, verdict


class Mention(Struct, frozen=True, order=True):
    """A drug with the days on which the record shows it."""

    start: date
    end: date
    drug: str


def compare(
    trials: Sequence[Trial], record: Record, knowledge: Knowledge
) -> dict[str, AlgorithmAnswer]:
    """Each published algorithm's verdict on this record."""
    mentions = sorted(_mentions(trials, record))
    undated = any(trial.start is None for trial in trials)
    return {
        name: AlgorithmAnswer(
            page, _settled(_verdict(mentions, record, page), record, undated=undated), page.says
        )
        for name, page in knowledge.algorithms.items()
    }


def _verdict(mentions: Sequence[Mention], record: Record, page: RecordAlgorithm) -> Verdict:
    """The algorithm on the drugs of its own sets alone."""
    sets = page.antidepressants | page.antipsychotics | page.others
    judges = {"cepeda_2018": _cepeda, "ohdsi_1009": _ohdsi, "fabbri_2021": _fabbri}
    return judges[page.id]([one for one in mentions if one.drug in sets], record, page)


def _settled(found: Verdict, record: Record, *, undated: bool) -> Verdict:
    """What was not found may be missing: a no needs a complete and dated history."""
    if found is Verdict.NOT_MET and (undated or "trials" not in record.complete):
        return Verdict.UNKNOWN
    return found


def _mentions(trials: Sequence[Trial], record: Record) -> Iterable[Mention]:
    for trial in trials:
        if trial.start and trial.basis is None:
            yield Mention(trial.start, trial.end or record.as_of, trial.drug)
    for exposure in record.exposures:
        yield Mention(exposure.start, exposure.last_day, exposure.drug)


def _cepeda(mentions: Sequence[Mention], record: Record, page: RecordAlgorithm) -> Verdict:
    """Three antidepressants, or an antipsychotic beside one, begun within a year."""
    met = any(_many_within(first.start, mentions, page) for first in mentions)
    return verdict(met) & _depressed(record, page, None) & ~_kept_out(record, page, record.as_of)


def _many_within(first: date, mentions: Sequence[Mention], page: RecordAlgorithm) -> bool:
    until = days_after(first, page.numbers["window_days"])
    begun = {one.drug for one in mentions if first <= one.start < until}
    many = len(begun & page.antidepressants) >= page.numbers["drugs_needed"]
    return many or bool(begun & page.antipsychotics)


def _ohdsi(mentions: Sequence[Mention], record: Record, page: RecordAlgorithm) -> Verdict:
    """The first day an entry criterion holds, with a depression code in the year before."""
    days = sorted({one.start for one in mentions if _enters(one, mentions, page)})
    lookback = page.numbers["lookback_days"]
    coded = [
        day
        for day in days
        if _depressed(record, page, (days_before(day, lookback), day)) is Verdict.MET
    ]
    if not coded:
        return verdict(False if not days else None) & _depressed(record, page, None)
    return ~_kept_out(record, page, coded[0])


def _enters(index: Mention, mentions: Sequence[Mention], page: RecordAlgorithm) -> bool:
    """Entry A, B or C of the cohort on the day `index` begins."""
    earliest = days_before(index.start, page.numbers["lookback_days"])
    alive = [
        one
        for one in mentions
        if one.drug in page.antidepressants and one.start <= index.start and one.end >= earliest
    ]
    drugs = {one.drug for one in alive}
    before = {one.drug for one in alive if one.start < index.start}
    if index.drug in page.antipsychotics:
        return bool(drugs)
    if index.drug in page.others:
        return len(before) >= page.numbers["earlier_needed"]
    enough = len(drugs) >= page.numbers["drugs_needed"]
    return (
        index.drug in page.antidepressants
        and enough
        and len(before) >= page.numbers["earlier_needed"]
    )


def _fabbri(mentions: Sequence[Mention], record: Record, page: RecordAlgorithm) -> Verdict:
    """Two valid switches from different drugs, each after six weeks and before fourteen more."""
    scripts = [one for one in mentions if one.drug in page.antidepressants]
    if len({one.drug for one in scripts}) < page.numbers["drugs_needed"]:
        return verdict(False)
    runs = _runs(scripts, timedelta(weeks=page.numbers["episode_gap_weeks"]))
    valid = partial(_valid_switch, page=page)
    switched = {earlier.drug for earlier, later in pairwise(runs) if valid(earlier, later)}
    enough = verdict(len(switched) >= page.numbers["switches_needed"])
    return enough & _depressed(record, page, None) & ~_kept_out(record, page, record.as_of)


def _runs(scripts: Iterable[Mention], gap: timedelta) -> list[Mention]:
    """Scripts of one drug joined until another drug is named or the pause grows too long."""
    runs: list[Mention] = []
    for script in scripts:
        last = runs[-1] if runs else None
        if last and last.drug == script.drug and script.start - last.end <= gap:
            runs[-1] = Mention(last.start, max(last.end, script.end), last.drug)
        else:
            runs.append(script)
    return runs


def _valid_switch(earlier: Mention, later: Mention, page: RecordAlgorithm) -> bool:
    long_enough = earlier.end - earlier.start >= timedelta(weeks=page.numbers["minimum_weeks"])
    gap = later.start - earlier.end
    in_time = timedelta(0) < gap <= timedelta(weeks=page.numbers["maximum_gap_weeks"])
    return later.drug != earlier.drug and long_enough and in_time


def _depressed(record: Record, page: RecordAlgorithm, between: tuple[date, date] | None) -> Verdict:
    """A depression code, in the window where one is asked; an undated code holds at any time."""
    coded = [one for one in record.diagnoses if _under(one, page.depression)]
    if between is not None:
        first, last = between
        coded = [one for one in coded if _day(one) is None or first <= (_day(one) or last) <= last]
    if coded:
        return Verdict.MET
    return verdict(False if "diagnoses" in record.complete else None)


def _kept_out(record: Record, page: RecordAlgorithm, by: date) -> Verdict:
    """Bipolar disorder, psychosis or dementia at any time up to the day."""
    coded = any(
        _under(one, page.exclusions) and (_day(one) or by) <= by for one in record.diagnoses
    )
    if coded:
        return Verdict.MET
    return verdict(False if "diagnoses" in record.complete else None)


def _under(diagnosis: Diagnosis, prefixes: tuple[str, ...]) -> bool:
    return diagnosis.code.is_under(tuple(prefix.replace(".", "") for prefix in prefixes))


def _day(diagnosis: Diagnosis) -> date | None:
    return diagnosis.onset or diagnosis.recorded
