"""Published definitions and staging instruments, each applied whole and under its own name."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from euthymia.knowledge.drugs import DoseProfile
from euthymia.knowledge.evidence import Evidence, Figure, Remark, Status


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
    stages: dict[str, str] = {}
    caveats: tuple[Remark, ...] = ()


class RecordAlgorithm(Struct, frozen=True, forbid_unknown_fields=True):
    """A published TRD finder for records, as its code really behaves.

    Attributes:
        numbers: Its parameters by name, days or counts.
        antidepressants, antipsychotics, others: Drug ids in its sets.
        diagnoses: ICD-10-CM prefixes that let a patient in, and those that keep one out.
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
    """A question that no criterion holds, such as whether the list of trials is whole."""

    id: str
    ask: str
    why: str
    status: Status
    evidence: tuple[Evidence, ...]
