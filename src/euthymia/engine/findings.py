"""What the engine answers with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import Struct

from euthymia.knowledge.criteria import Criterion
from euthymia.knowledge.drugs import Drug
from euthymia.knowledge.evidence import Evidence
from euthymia.knowledge.instruments import CrisisLine, Instrument
from euthymia.knowledge.rulesets import RecordAlgorithm, Staging, TrialRule
from euthymia.record.entries import NondrugTrial, Rating, Trial
from euthymia.record.quality import Doubt, Reading
from euthymia.terms import Count, Quantity, Verdict

Answer = Literal["yes", "provisional", "no", "excluded", "not_assessable"]
PearlClass = Literal["TRD", "PRD", "neither", "excluded", "not_assessable"]


class Fact(Struct, frozen=True):
    """A named value as the record holds it. `value` None: nobody knows. `ask` would settle it."""

    name: str
    value: bool | Quantity | str | None
    seen: date | None = None
    ask: str = ""
    resource: str | None = None


class Finding(Struct, frozen=True):
    """One criterion judged: its verdict, the facts it rests on, and those that would settle it."""

    criterion: Criterion
    verdict: Verdict
    because: tuple[Fact, ...]
    missing: tuple[Fact, ...] = ()


class Judged(Struct, frozen=True):
    """One trial under one rule set: was it adequate, did it fail, and every reason why not.

    `failed` is None for an augmentation, which no label counts. `codes` say what falls short and
    what is missing; `open` are the codes of which nobody knows whether they apply.
    """

    adequate: Verdict
    failed: Verdict | None
    codes: tuple[str, ...]
    open: tuple[str, ...] = ()


class TrialFinding(Struct, frozen=True, kw_only=True):
    """One past trial judged under every rule set.

    Attributes:
        improvement_pct: Fall of the scale, percent, stated or from its scores; None: unknown.
        augmentation_failed: Whether an adequate augmentation also failed (counted by ATRQ).
        only_level_missing: An augmentation of which nothing but the serum level is not known.
        exposure: Probability that the exposure was truly adequate; None where not assessable.
    """

    trial: Trial
    drug: Drug | None
    improvement_pct: float | None
    rules: Mapping[str, Judged]
    augmentation_failed: Verdict = Verdict.NOT_MET
    only_level_missing: bool = False
    exposure: float | None = None


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


class Exposed(Struct, frozen=True):
    """The gate: how likely at least two failures were truly adequate."""

    p_at_least_two: float
    expected_failures: float
    repair_first: bool


class Resistance(Struct, frozen=True, kw_only=True):
    """Is it treatment resistant? The answer, and every rule set by its own name.

    `decided_by` holds the ids of what the answer rests on: mimics, else the label rule.
    """

    answer: Answer
    decided_by: tuple[str, ...]
    fda_ema: LabelAnswer
    eu_pearl: PearlAnswer
    thase_rush: ThaseRushAnswer
    msm: MaudsleyAnswer
    mgh_s: ScoreAnswer
    athf_style: CountAnswer
    atrq: CountAnswer
    algorithms: Mapping[str, AlgorithmAnswer]
    dm_trd: DutchAnswer
    difficult_to_treat: DifficultAnswer
    trials: tuple[TrialFinding, ...]
    nondrug_trials: tuple[NondrugTrial, ...]
    exposure: Exposed | None
    agreement: Mapping[str, Verdict] = {}


class Score(Struct, frozen=True, kw_only=True):
    """One rating, held against its form.

    Attributes:
        total: The total that may be used; None where it is outside the form or contradicts it.
        band: Severity band of the total.
        remission: Whether the total is at or below the remission cut.
        doubt: Why the received total was not taken as it stood.
    """

    instrument: Instrument
    rating: Rating
    total: float | None
    band: str | None
    remission: Verdict
    doubt: str | None = None


class Change(Struct, frozen=True):
    """From the first to the newest usable score of one instrument."""

    instrument: Instrument
    first: Score
    last: Score
    improvement_pct: float | None
    response: Verdict
    remission: Verdict


class Danger(Struct, frozen=True):
    """A suicide question: met, unknown or not met. It stands before everything else."""

    id: str
    verdict: Verdict
    says: str
    because: tuple[Fact, ...]
    evidence: tuple[Evidence, ...]
    status: str
    ask: str


class Safety(Struct, frozen=True):
    """Danger signs, and the crisis line of the country; without one, that of the region."""

    findings: tuple[Danger, ...]
    crisis_line: CrisisLine
    country_known: bool = True


class Question(Struct, frozen=True):
    """One thing to ask or measure, and the pointers of the findings it would settle."""

    id: str
    ask: str
    settles: tuple[str, ...]


class Quality(Struct, frozen=True):
    """What was read, and what was doubted while judging."""

    reading: Reading
    doubts: tuple[Doubt, ...]


class Assessment(Struct, frozen=True, kw_only=True):
    """Everything the engine has to say about one patient on one day."""

    patient: str | None
    as_of: date
    knowledge: str
    safety: Safety
    quality: Quality
    scores: tuple[Score, ...]
    changes: tuple[Change, ...]
    resistance: Resistance
    mimics: tuple[Finding, ...]
    questions: tuple[Question, ...]
