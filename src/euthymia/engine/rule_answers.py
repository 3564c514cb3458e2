"""What each rule set answers, in its own terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from euthymia.knowledge.rulesets import RecordAlgorithm, Staging, TrialRule
from euthymia.terms import Count, Verdict

PearlClass = Literal["TRD", "PRD", "neither", "excluded", "not_assessable"]


class LabelAnswer(Struct, frozen=True):
    """FDA/EMA: at least so many failed adequate antidepressants in this episode."""

    rule: TrialRule
    verdict: Verdict
    failed: Count


class PearlAnswer(Struct, frozen=True):
    """EU-PEARL: resistant, partially responsive, or neither."""

    rule: TrialRule
    group: PearlClass
    failed_below_25_pct: Count
    failed_below_50_pct: Count


class CountAnswer(Struct, frozen=True):
    """A rule set that only counts: ATHF-style, ATRQ."""

    rule: TrialRule
    failed: Count


class ThaseRushAnswer(Struct, frozen=True):
    """Stage 0 to V; None where the open trials leave more than one stage possible."""

    staging: Staging
    stage: str | None
    classes_failed: tuple[str, ...]
    lowest: str = "0"
    highest: str = "V"


class MaudsleyAnswer(Struct, frozen=True, kw_only=True):
    """Maudsley Staging Method, item by item. None: not known, or not scorable."""

    staging: Staging
    scorable: bool
    failed: Count
    duration: int | None
    severity: int | None
    failures: int | None
    augmentation: int | None
    ect: int | None
    total: int | None
    band: str | None


class ScoreAnswer(Struct, frozen=True):
    """MGH-S: a score; None while open trials could change it."""

    staging: Staging
    score: float | None


class DutchAnswer(Struct, frozen=True):
    """DM-TRD: the items that are known, with the range of totals still possible."""

    staging: Staging
    items: Mapping[str, int | None]
    total_at_least: int
    total_at_most: int


class DifficultAnswer(Struct, frozen=True):
    """Difficult-to-treat depression: a flag with its reasons, never a score."""

    staging: Staging
    verdict: Verdict
    reasons: tuple[str, ...]


class AlgorithmAnswer(Struct, frozen=True):
    """A record algorithm as published: its verdict and what it rests on."""

    algorithm: RecordAlgorithm
    verdict: Verdict
    because: str
