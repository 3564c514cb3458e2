"""Published TRD finders for records, as their code really behaves: mentions, no doses.

They are shown beside the label rule so that peers' answers can be compared, never instead of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from euthymia.engine.rule_answers import AlgorithmAnswer
from euthymia.knowledge import Knowledge
from euthymia.knowledge.rulesets import RecordAlgorithm
from euthymia.record import Record
from euthymia.record.days import days_after, days_before
from euthymia.record.entries import Diagnosis, Trial
from euthymia.terms import Verdict, verdict


class Mention(Struct, frozen=True, order=True):
    """A drug with the days on which the record shows it; `told` as a course, else by an entry.

    `open_ended`: nobody can tell for how long after its first day.
    """

    start: date
    end: date
    drug: str
    told: bool = False
    open_ended: bool = False


def compare(
    trials: Sequence[Trial], record: Record, knowledge: Knowledge
) -> dict[str, AlgorithmAnswer]:
    """Each published algorithm's verdict on this record."""
    mentions = sorted(_mentions(trials, record))
    undated = {trial.drug for trial in trials if _undated(trial, record)}
    undated |= {medication.drug for medication in record.medications if medication.since is None}
    return {
        name: AlgorithmAnswer(page, _answer(mentions, undated, record, page), page.says)
        for name, page in knowledge.algorithms.items()
    }


def _undated(trial: Trial, record: Record) -> bool:
    return trial.start is None or trial.last_day(record.as_of) is None


def _answer(
    mentions: Sequence[Mention], undated: set[str], record: Record, page: RecordAlgorithm
) -> Verdict:
    """The algorithm on the drugs of its own sets alone."""
    sets = page.antidepressants | page.antipsychotics | page.others
    found = _verdict([one for one in mentions if one.drug in sets], record, page)
    return _settled(found, record, page, undated=bool(undated & sets))


def _verdict(mentions: Sequence[Mention], record: Record, page: RecordAlgorithm) -> Verdict:
    """Its verdict, where it is the same however long orders without an end were taken."""
    judges = {"cepeda_2018": _cepeda, "ohdsi_1009": _ohdsi, "fabbri_2021": _fabbri}
    longest = [replace(one, end=record.as_of) if one.open_ended else one for one in mentions]
    found = {judges[page.id](taken, record, page) for taken in (mentions, longest)}
    return found.pop() if len(found) == 1 else Verdict.UNKNOWN


def _settled(found: Verdict, record: Record, page: RecordAlgorithm, *, undated: bool) -> Verdict:
    """What was not found may be missing: a no needs complete and dated lists of what it reads."""
    whole = record.trials_whole and (not page.antipsychotics or "medications" in record.complete)
    return found if whole and not undated else found | Verdict.UNKNOWN


def _mentions(trials: Sequence[Trial], record: Record) -> Iterable[Mention]:
    """Drugs as told and as entered; of an untold end only the first day is certain."""
    for trial in trials:
        if trial.start and trial.basis is None:
            last = trial.last_day(record.as_of) or trial.start
            yield Mention(trial.start, last, trial.drug, told=True)
    for exposure in record.exposures:
        yield Mention(
            exposure.start, exposure.last_day, exposure.drug, open_ended=exposure.open_ended
        )
    for medication in record.medications:
        if medication.since is not None:
            yield Mention(medication.since, record.as_of, medication.drug)


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
    """Two valid switches from different drugs, by the days on which scripts were written."""
    scripts = sorted(_scripts(mentions))
    if len({script.drug for script in scripts}) < page.numbers["drugs_needed"]:
        return verdict(False)
    switched = set()
    for run in _runs(scripts, timedelta(weeks=page.numbers["episode_gap_weeks"])):
        following = next((one for one in scripts if one.start > run.end), None)
        if following and following.drug != run.drug and _valid_switch(run, following, page):
            switched.add(run.drug)
    enough = verdict(len(switched) >= page.numbers["switches_needed"])
    often = _coded_often(record, page)
    return enough & often & ~_kept_out(record, page, record.as_of)


def _scripts(mentions: Iterable[Mention]) -> Iterator[Mention]:
    """One day a script: a supply speaks of its first day, a told course of its first and last."""
    for mention in mentions:
        yield Mention(mention.start, mention.start, mention.drug)
        if mention.told and mention.end > mention.start:
            yield Mention(mention.end, mention.end, mention.drug)


def _runs(scripts: Sequence[Mention], gap: timedelta) -> list[Mention]:
    """From the first to the last script of one drug, until the pause grows too long."""
    runs: dict[str, list[Mention]] = {}
    for script in scripts:
        of_drug = runs.setdefault(script.drug, [])
        if of_drug and script.start - of_drug[-1].end <= gap:
            of_drug[-1] = Mention(of_drug[-1].start, script.end, script.drug)
        else:
            of_drug.append(script)
    return [run for of_drug in runs.values() for run in of_drug]


def _valid_switch(run: Mention, following: Mention, page: RecordAlgorithm) -> bool:
    """Long enough between its scripts, and soon enough after; one script lasts until the next."""
    gap = following.start - run.end
    in_time = timedelta(0) < gap <= timedelta(weeks=page.numbers["maximum_gap_weeks"])
    lasted = run.end - run.start if run.end > run.start else gap
    return in_time and lasted >= timedelta(weeks=page.numbers["minimum_weeks"])


def _coded_often(record: Record, page: RecordAlgorithm) -> Verdict:
    """Depression told by a clinician, or coded as often as the algorithm asks."""
    coded = [one for one in record.diagnoses if _under(one, page.depression)]
    told = any(one.source == "stated" for one in coded)
    if told or len(coded) >= page.numbers["diagnosis_codes_needed"]:
        return Verdict.MET
    return verdict(False if "diagnoses" in record.complete else None)


def _depressed(record: Record, page: RecordAlgorithm, between: tuple[date, date] | None) -> Verdict:
    """A depression code, in the window where one is asked; an undated code holds at any time."""
    coded = [one for one in record.diagnoses if _under(one, page.depression)]
    if between is not None:
        first, last = between
        coded = [one for one in coded if _day(one) is None or first <= (_day(one) or last) <= last]
        if coded and all(one.over for one in coded):
            return Verdict.UNKNOWN
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
