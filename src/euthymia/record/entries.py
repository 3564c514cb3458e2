"""The entries of a record. Absent means not known; `resource` is the id of the source entry."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from euthymia.record.days import days_after
from euthymia.terms import Code, Quantity

DiagnosisSource = Literal["stated", "problem", "encounter"]
StopReason = Literal["lack_of_efficacy", "intolerance", "patient_choice", "other", "ongoing"]
Supply = Literal["dispense", "request", "statement", "administration"]
"""What an exposure rests on, from the surest word of what was taken to the least."""


class Diagnosis(Struct, frozen=True):
    """A coded problem. A `stated` one was told by the clinician, `encounter` billed for a visit.

    `over`: it is over, and nobody told since when; what ended on a day has `resolved` instead.
    """

    code: Code
    onset: date | None = None
    resolved: date | None = None
    recorded: date | None = None
    source: DiagnosisSource = "stated"
    resource: str | None = None
    over: bool = False

    def is_over(self, today: date) -> bool:
        """Whether it had ended by today, be it on a day that nobody told."""
        return self.over or (self.resolved is not None and self.resolved <= today)


class UnreadDiagnosis(Struct, frozen=True):
    """A problem that holds and that nobody could read: coded in another system, or in words.

    `called` is its code with the system; None where it is in words, which may name the patient.
    """

    called: str | None = None
    recorded: date | None = None
    resource: str | None = None


class Lab(Struct, frozen=True):
    """A laboratory value: a number in the unit of its knowledge page, or a word.

    `percentile_75` is the laboratory's own, in the unit of the value.
    """

    code: Code
    value: Quantity | str
    taken: date | None = None
    resource: str | None = None
    percentile_75: float | None = None


class Told(Struct, frozen=True):
    """An answer or a measure that stands by its name, with its day where that is known."""

    value: str | float | bool
    seen: date | None = None
    resource: str | None = None


class Rating(Struct, frozen=True):
    """One filled-in rating scale, as received: total and items are not yet held together.

    `items` are in the order of the form, None where one was left out.
    """

    instrument: str
    total: float | None = None
    items: tuple[int | None, ...] = ()
    taken: date | None = None
    resource: str | None = None


class ScaleChange(Struct, frozen=True):
    """A scale before and after a trial."""

    instrument: str
    before: float
    after: float


class Phase(Struct, frozen=True):
    """A stretch of a trial at one daily dose. None: the dose, or the days, nobody knows."""

    dose: float | None
    days: float | None


class Trial(Struct, frozen=True, kw_only=True):
    """One past course of one agent: what was taken, how long, and what came of it.

    Attributes:
        phases: Dose in the unit of the drug's page, with days at that dose.
        pdc: Proportion of days covered, 0 to 1.
        sure_until: The last day on which an entry shows it, where its end is not known.
        episode: `unsettled` where the dates leave it open; None where nobody told or dated it.
        improvement_pct: Fall from the start of the trial, percent; negative is worse.
        peak_improvement_pct: Best improvement reached, where it was later lost.
        augments, added_to: Ids of other trials; `combination` is one word shared by a pair.
        basis: What the course rests on, where it was rebuilt from a record.
        outcome_basis: scale, reason, presumed, or stated by the clinician.
    """

    id: str
    drug: str
    phases: tuple[Phase, ...] = ()
    start: date | None = None
    end: date | None = None
    sure_until: date | None = None
    pdc: float | None = None
    improvement_pct: float | None = None
    scale_change: ScaleChange | None = None
    peak_improvement_pct: float | None = None
    stop_reason: StopReason | None = None
    episode: Literal["current", "earlier", "unsettled"] | None = None
    indication: str | None = None
    augments: str | None = None
    added_to: str | None = None
    combination: str | None = None
    optimised: Literal["dose", "duration"] | None = None
    serum_level: Quantity | None = None
    basis: Supply | None = None
    outcome_basis: Literal["scale", "reason", "presumed", "stated"] = "stated"
    presumed: Literal["failure", "response"] | None = None
    resources: tuple[str, ...] = ()

    def last_day(self, today: date) -> date | None:
        """The last day it was taken: `today` while it goes on; None where nobody told."""
        return today if self.end is None and self.stop_reason == "ongoing" else self.end


class NondrugTrial(Struct, frozen=True, kw_only=True):
    """A course of ECT, TMS, psychotherapy or another treatment that is not a drug."""

    id: str | None = None
    kind: str
    placement: str | None = None
    sessions: int | None = None
    improvement_pct: float | None = None
    scale_change: ScaleChange | None = None
    start: date | None = None
    end: date | None = None
    episode: Literal["current", "earlier"] | None = None
    name: str | None = None
    resources: tuple[str, ...] = ()


class Exposure(Struct, frozen=True, kw_only=True):
    """One entry of a drug record: an order, a dispense, an administration or a statement.

    Attributes:
        drug: Drug id of the knowledge, or the ingredient in lower case where no page has it.
        start: First day it can have been taken.
        end: Last day, where the record states it.
        days_supply: Days the quantity lasts.
        dose: Daily dose in the unit of the drug's page; None where nobody can tell.
        dose_basis: How the dose was found: structured; supply: quantity times strength over its
            days; sig: free text; none: not at all.
        indication: A code or words, as given.
    """

    drug: str
    supply: Supply
    start: date
    end: date | None = None
    days_supply: float | None = None
    dose: float | None = None
    dose_basis: Literal["structured", "supply", "sig", "none"] = "none"
    stop_reason: StopReason | None = None
    indication: str | None = None
    resource: str | None = None

    @property
    def open_ended(self) -> bool:
        """Whether nobody can tell how long it was taken, as of an order without an end."""
        untold = self.end is None and self.days_supply is None
        return untold and self.supply != "administration"

    @property
    def last_day(self) -> date:
        """The last day it speaks of: as stated, else by its supply, else the first day alone."""
        if self.end is not None or self.days_supply is None:
            return self.end or self.start
        return days_after(self.start, max(int(self.days_supply), 1) - 1)


class Medication(Struct, frozen=True):
    """A medicine taken now: ingredient in lower case, daily dose in mg where known."""

    drug: str
    dose_mg_per_day: float | None = None
    since: date | None = None
    resource: str | None = None


class Intolerance(Struct, frozen=True):
    """An allergy, intolerance or adverse event laid to a drug."""

    drug: str
    seen: date | None = None
    resource: str | None = None


class Episode(Struct, frozen=True):
    """The current depressive episode as told. Months so far; days of the longest well period."""

    months: float | None = None
    severity: (
        Literal[
            "subsyndromal", "mild", "moderate", "severe_without_psychosis", "severe_with_psychosis"
        ]
        | None
    ) = None
    longest_well_period_days: float | None = None
    lifetime_episodes: int | None = None
    first_onset_age_years: float | None = None


class Event(Struct, frozen=True):
    """Something of the course worth drawing on the timeline: an admission, a procedure."""

    name: str
    seen: date
    resource: str | None = None


class Vitals(Struct, frozen=True, kw_only=True):
    """Measures at the bedside, taken together. Units stand in the names."""

    systolic_mmhg: float | None = None
    diastolic_mmhg: float | None = None
    heart_rate_per_min: float | None = None
    spo2_pct: float | None = None
    respiratory_rate_per_min: float | None = None
    taken: date | None = None
    resource: str | None = None


class Implant(Struct, frozen=True, kw_only=True):
    """A device or piece of metal in the body: by code, or by words as they were written."""

    code: Code | None = None
    text: str | None = None
    location: str | None = None
    material: str | None = None
    distance_to_coil_cm: float | None = None
    mr_conditional_card: bool | None = None
    seen: date | None = None
    resource: str | None = None

    @property
    def name(self) -> str | None:
        """What it is called in the record: its words, else its code."""
        return self.text or (None if self.code is None else str(self.code))

    @property
    def words(self) -> str:
        """All that was written of it, in lower case."""
        return " ".join(filter(None, (self.text, self.location, self.material))).lower()


class Seizure(Struct, frozen=True, kw_only=True):
    """One seizure of the past. `complex`: a febrile one that was long, focal or repeated."""

    kind: Literal["epileptic", "febrile", "provoked", "tms_induced", "not_stated"]
    months_ago: float | None = None
    age_years: float | None = None
    complex: bool | None = None
    resource: str | None = None
