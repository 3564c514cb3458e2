"""What the problem list tells of the course of a depression, for the causes alone.

A problem list is no diary. An entry is seldom closed when an episode ends, and F33 dates the
disorder, not the episode. Were its onset taken for the length of the current episode, trials of
years ago would count as failures of today and could make a resistance that is none. So
`Episode.months`, by which trials are counted and episodes staged, stays unknown here, and what the
list suggests is told under a key of its own, `episode_months_coded`, that only the causes read.
Number and age of onset are read by the causes alone, and told only where they are certain.

Only entries of category problem-list-item speak: diagnoses of visits begin and end with the visit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct

from euthymia.exchange.fhir.bundles import Found
from euthymia.exchange.fhir.chart import Chart
from euthymia.exchange.fhir.codes import first_code
from euthymia.exchange.fhir.dates import Day
from euthymia.exchange.fhir.diagnoses import icd10cm_of
from euthymia.exchange.fhir.resources import Condition
from euthymia.knowledge.answers import History
from euthymia.record import Patient
from euthymia.record.entries import Diagnosis, Episode, Rating, Told
from euthymia.terms import Code

DEPRESSION, REMISSION = "depressive_episode_diagnosed", "remission_coded"
MONTHS = "episode_months_coded"
CONFIRMED = frozenset({"", "confirmed"})


class Spell(Struct, frozen=True):
    """A depression on the problem list.

    Attributes:
        onset: The days on which it can have begun.
        ended: The last day on which it can have ended; None where it is open or nobody knows.
        active: Whether the list calls it active, neither over nor come back.
    """

    one: Found
    code: Code
    onset: Day
    ended: date | None
    active: bool
    recorded: date | None


class Course:
    """The depressions on the problem list of one chart."""

    def __init__(self, chart: Chart, patient: Patient, diagnoses: Sequence[Diagnosis]) -> None:
        self.chart = chart
        self.patient = patient
        self.carried = [one for one in diagnoses if self._carries(one.code, DEPRESSION)]
        self.spells = list(self._spells())

    def episode(self) -> Episode:
        """Number and age of onset, each only where it is certain; never the months."""
        history = self.chart.guide.knowledge.histories.get("depression")
        if history is None:
            return Episode()
        number, age = self._number(history), self._first_age(history)
        return Episode(lifetime_episodes=number, first_onset_age_years=age)

    def context(self, ratings: Sequence[Rating]) -> dict[str, Told]:
        """Months since the onset of the only depression there is, if it is a single episode.

        Another depression coded later, or a score in remission, tells of more than one.
        """
        history = self.chart.guide.knowledge.histories.get("depression")
        opened = [one for one in self.spells if one.active and one.ended is None]
        if history is None or len(opened) != 1 or not opened[0].onset.exact:
            return {}
        if not all(history.is_single(one.code) for one in self.carried):
            return {}
        [spell] = opened
        if self._another_after(spell) or self._well_after(spell, ratings):
            return {}
        days = (self.chart.as_of - spell.onset.first).days
        months = days / self.chart.guide.knowledge.number("month_days")
        self.chart.ledger.doubt(
            spell.one, "its onset dates the episode for the causes alone, not for counting trials"
        )
        return {MONTHS: Told(months, spell.recorded or spell.onset.first, spell.one.label)}

    def _another_after(self, spell: Spell) -> bool:
        days = (
            one.onset or one.recorded or date.max for one in self.carried if one.code != spell.code
        )
        return any(day >= spell.onset.first for day in days)

    def _well_after(self, spell: Spell, ratings: Sequence[Rating]) -> bool:
        forms = self.chart.guide.knowledge.instruments
        return any(
            one.taken is not None
            and one.taken > spell.onset.first
            and one.total is not None
            and (well := forms[one.instrument].remission_at_most) is not None
            and one.total <= well
            for one in ratings
        )

    def _carries(self, code: Code, fact: str) -> bool:
        return fact in self.chart.guide.knowledge.facts_carried_by(code)

    def _spells(self) -> Iterator[Spell]:
        for one, condition in self.chart.each(Condition):
            text = icd10cm_of(condition.code, self.chart.guide)
            code = Code("icd10cm", text) if text else None
            if code and self._carries(code, DEPRESSION) and _is_listed(condition):
                onset = _onset(one, condition)
                if onset is not None and onset.first <= self.chart.as_of:
                    yield self._spell(one, condition, code, onset)

    def _spell(self, one: Found, condition: Condition, code: Code, onset: Day) -> Spell:
        ended = _ended(one, condition)
        recorded = one.day("recordedDate", condition.recorded_date)
        return Spell(
            one=one,
            code=code,
            onset=onset,
            ended=ended.last if ended and ended.last <= self.chart.as_of else None,
            active=first_code(condition.clinical_status) == "active"
            and not self._carries(code, REMISSION),
            recorded=recorded.first if recorded else None,
        )

    def _number(self, history: History) -> int | None:
        """How many lie apart for sure; None below the number from which it is told."""
        gap = self.chart.guide.knowledge.number("episode_gap_days")
        ill = [one for one in self.spells if not self._carries(one.code, REMISSION)]
        count, well_since = 0, date.min
        for spell in sorted(ill, key=lambda one: (one.onset.first, one.ended or date.max)):
            if count == 0 or (spell.onset.first - well_since).days >= gap:
                count += 1
            well_since = max(well_since, spell.ended or date.max)
        return count if count >= history.many_episodes.value else None

    def _first_age(self, history: History) -> int | None:
        """The age in whole years by which it had begun; None where that tells nothing."""
        born = self.patient.birth_date
        if born is None:
            return None
        ages = []
        for spell in self.spells:
            age = _whole_years(born, min(spell.onset.last, self.chart.as_of))
            if age >= history.believed_from_years.value:
                ages.append(age)
            else:
                self.chart.ledger.doubt(spell.one, "its onset is too early in life to be believed")
        youngest = min(ages, default=None)
        told = youngest is not None and youngest <= history.early_onset_years.value
        return youngest if told else None


def _is_listed(condition: Condition) -> bool:
    """On the problem list, and confirmed as far as it says."""
    listed = "problem-list-item" in {first_code(category) for category in condition.category}
    return listed and first_code(condition.verification_status) in CONFIRMED


def _onset(one: Found, condition: Condition) -> Day | None:
    period = condition.onset_period
    return one.day("onsetDateTime", condition.onset_date_time) or one.day(
        "onsetPeriod.start", period.start if period else None
    )


def _ended(one: Found, condition: Condition) -> Day | None:
    period = condition.abatement_period
    return one.day("abatementDateTime", condition.abatement_date_time) or one.day(
        "abatementPeriod.end", period.end if period else None
    )


def _whole_years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
