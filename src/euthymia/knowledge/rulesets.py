"""Published definitions and staging instruments, each applied whole and under its own name."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from euthymia.knowledge.drugs import DoseProfile, Drug, Weeks
from euthymia.knowledge.evidence import Evidence, Figure, Remark, Status
from euthymia.terms import Count, Verdict

LABEL = "fda_ema"
"""The rule of the label: by it the answer is given."""
AUGMENTATION = "augmentation"
"""The rule by which a drug added to an antidepressant is judged; no label counts it."""
ANSWERING = frozenset({LABEL, "eu_pearl", "eu_pearl_partial"})
"""Rules that answer yes or no, and so must say from how many failed trials on."""
DAYS_PER_WEEK = 7


class TrialRule(Struct, frozen=True, forbid_unknown_fields=True):
    """What one rule set asks of a trial.

    Attributes:
        weeks: Weeks at or above the minimum dose.
        dose_profile: Whose minimum dose.
        pdc_at_least: Proportion of days covered, 0 to 1.
        failed_below_pct: Improvement below this is failure, percent.
        failures_needed: Failed trials that make the answer yes; None: the rule only counts.
        pair_counts_once: Two started together are one trial.
        augmentations_count: A failed augmentation is a trial of its own.
    """

    id: str
    name: str
    says: str
    weeks: Figure
    dose_profile: DoseProfile
    pdc_at_least: Figure
    failed_below_pct: Figure
    status: Status
    evidence: tuple[Evidence, ...]
    failures_needed: Figure | None = None
    partial_below_pct: Figure | None = None
    pair_counts_once: bool = True
    augmentations_count: bool = False
    caveats: tuple[Remark, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError where a rule that answers does not say from how many trials on."""
        needed = self.failures_needed
        if self.id in ANSWERING and (needed is None or needed.value < 1):
            raise ValueError(
                "failures_needed: missing, or below 1; give the failed trials that make its yes"
            )

    def met_by(self, failed: Count) -> Verdict | None:
        """Whether so many failed trials make its yes; None: it only counts."""
        needed = self.failures_needed
        return None if needed is None else failed.reaches(int(needed.value))

    def least_dose(self, drug: Drug | None) -> Figure | None:
        """The minimum daily dose, in the drug's unit; of the ATRQ form where it has no other."""
        if drug is None:
            return None
        return drug.minimum.get(self.dose_profile) or drug.minimum.get("atrq")

    def weeks_of(self, drug: Drug | None) -> Figure | Weeks:
        """Weeks at or above the minimum: the agent's own where it has some, else the rule's."""
        return drug.weeks if drug and drug.weeks.own else self.weeks

    def days_needed(self, drug: Drug | None) -> float:
        """Days at or above the minimum."""
        return DAYS_PER_WEEK * self.weeks_of(drug).value


class Points(Struct, frozen=True, forbid_unknown_fields=True):
    """Points for a number up to `upto` (included); the last step has no upper end."""

    points: int
    upto: float | None = None


class StageBand(Struct, frozen=True, forbid_unknown_fields=True):
    """A named stretch of staging totals, both ends included."""

    name: str
    low: int
    high: int


class Staging(Struct, frozen=True, forbid_unknown_fields=True):
    """A staging instrument: its steps and points. Which of them it uses depends on its kind.

    Attributes:
        rule: Id of the trial rule that tells which trials count.
        duration_months, severity, failures: Points of the Maudsley method.
        severity_from: Severity words by `instrument:band`, where nobody stated the severity.
        per: Points per item, by item (MGH-S).
        item_from: Items that are a mimic's verdict: the mimic's id by item (DM-TRD).
        low, high: Range of the total.
    """

    id: str
    name: str
    says: str
    rule: str
    status: Status
    evidence: tuple[Evidence, ...]
    low: float | None = None
    high: float | None = None
    bands: tuple[StageBand, ...] = ()
    duration_months: tuple[Points, ...] = ()
    severity: dict[str, int] = {}
    severity_from: dict[str, str] = {}
    failures: tuple[Points, ...] = ()
    per: dict[str, float] = {}
    item_from: dict[str, str] = {}
    stages: dict[str, str] = {}
    caveats: tuple[Remark, ...] = ()


class RecordAlgorithm(Struct, frozen=True, forbid_unknown_fields=True):
    """A published TRD finder for records, as its code really behaves.

    Attributes:
        numbers: Its parameters by name, days or counts.
        antidepressants, antipsychotics, others: Drug ids in its sets.
        depression: ICD-10-CM prefixes that let a patient in.
        exclusions: ICD-10-CM prefixes that keep one out.
        differs: Where its code and its published text differ.
    """

    id: Literal["cepeda_2018", "ohdsi_1009", "fabbri_2021"]
    name: str
    says: str
    status: Status
    evidence: tuple[Evidence, ...]
    numbers: dict[str, float]
    antidepressants: frozenset[str] = frozenset()
    antipsychotics: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    depression: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    differs: tuple[Remark, ...] = ()


class AdequacyCode(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a trial did not count, or is open."""

    id: str
    title: str
    says: str
    status: Status
    evidence: tuple[Evidence, ...]
    ask: str | None = None


class Parameter(Struct, frozen=True, forbid_unknown_fields=True):
    """One constant of the way from records to trials: `value` in the unit its name ends with."""

    id: str
    value: float
    says: str
    status: Status
    evidence: tuple[Evidence, ...]


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    """Words of free text that stand for one meaning, in lower case; parts of words count."""

    id: str
    means: str
    words: tuple[str, ...]
    status: Status
    evidence: tuple[Evidence, ...]


class OpenQuestion(Struct, frozen=True, forbid_unknown_fields=True):
    """A question that no criterion holds, such as whether the list of trials is whole.

    `title` names the matter where a report does before it asks.
    """

    id: str
    ask: str
    why: str
    status: Status
    evidence: tuple[Evidence, ...]
    title: str = ""
