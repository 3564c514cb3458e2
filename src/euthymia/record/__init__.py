"""What is known about one patient on one day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import Struct

from euthymia.record.entries import (
    Diagnosis,
    Episode,
    Event,
    Exposure,
    Implant,
    Intolerance,
    Lab,
    Medication,
    NondrugTrial,
    Rating,
    Seizure,
    Told,
    Trial,
    UnreadDiagnosis,
    Vitals,
)
from euthymia.record.orders import Orders, Override, Preferences
from euthymia.record.quality import Reading

Section = Literal["diagnoses", "trials", "nondrug_trials", "medications", "labs", "implants"]
"""Sections that can be complete. Screening is not among them: what was not asked is unknown."""


class Patient(Struct, frozen=True):
    """Who it is, as far as judgement needs it. `id` is never judged."""

    id: str | None = None
    sex: Literal["female", "male"] | None = None
    age_years: float | None = None
    birth_date: date | None = None
    country: str | None = None


class Record(Struct, frozen=True, kw_only=True):
    """One patient as known at the end of the day `as_of`.

    `complete` names the sections in which silence means no; in any other a missing entry is
    unknown. `trials` were stated by a clinician; `exposures` are drug entries from which trials
    are rebuilt. `trials_given` is False where nobody listed trials at all.

    Attributes:
        body: bmi_kg_per_m2, weight_kg, height_cm.
        genes: CYP2C19, CYP2D6, CYP2B6: poor to ultrarapid.
        screening: Answers by screen and key, such as tass.fainting: yes, no or unsure, or hours.
        orders: What is in mind for each therapy that is planned in numbers.
        context: What a conversation tells: anxious_distress, ptsd, employment and so on.
    """

    as_of: date
    patient: Patient = Patient()
    region: Literal["US", "EU"] = "US"
    complete: frozenset[Section] = frozenset()
    diagnoses: tuple[Diagnosis, ...] = ()
    unread_diagnoses: tuple[UnreadDiagnosis, ...] = ()
    episode: Episode = Episode()
    antidepressants_failed: int | None = None
    trials: tuple[Trial, ...] = ()
    trials_given: bool = False
    nondrug_trials: tuple[NondrugTrial, ...] = ()
    exposures: tuple[Exposure, ...] = ()
    medications: tuple[Medication, ...] = ()
    intolerances: tuple[Intolerance, ...] = ()
    labs: tuple[Lab, ...] = ()
    ratings: tuple[Rating, ...] = ()
    body: Mapping[str, Told] = {}
    genes: Mapping[str, str] = {}
    context: Mapping[str, Told] = {}
    vitals: tuple[Vitals, ...] = ()
    implants: tuple[Implant, ...] = ()
    seizures: tuple[Seizure, ...] = ()
    screening: Mapping[str, Told] = {}
    orders: Orders = Orders()
    preferences: Preferences = Preferences()
    overrides: tuple[Override, ...] = ()
    events: tuple[Event, ...] = ()
    reading: Reading = Reading()

    @property
    def trials_whole(self) -> bool:
        """Whether every trial is listed. A bare count of failures lists none."""
        bare_count = self.antidepressants_failed is not None and not self.trials_given
        return "trials" in self.complete and not bare_count


__all__ = ["Patient", "Record", "Section"]
