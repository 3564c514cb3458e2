"""What the engine answers with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import Struct

from euthymia.engine.rule_answers import (
    AlgorithmAnswer,
    CountAnswer,
    DifficultAnswer,
    DutchAnswer,
    LabelAnswer,
    MaudsleyAnswer,
    PearlAnswer,
    ScoreAnswer,
    ThaseRushAnswer,
)
from euthymia.knowledge.causes import Domain, Indicator, Level, Link
from euthymia.knowledge.criteria import Circumstance, Criterion, Kind, Track
from euthymia.knowledge.drugs import Drug
from euthymia.knowledge.evidence import Evidence
from euthymia.knowledge.instruments import CrisisLine, Grade, Instrument
from euthymia.knowledge.rulesets import (
    AUGMENTATION,
    LABEL,
)
from euthymia.knowledge.therapies import Arm
from euthymia.models.pooling import Pooled
from euthymia.models.prognosis import Expected
from euthymia.record.entries import NondrugTrial, Rating, Trial
from euthymia.record.orders import Override
from euthymia.record.quality import Doubt, Reading
from euthymia.terms import Quantity, Verdict

Label = Literal["probable", "possible", "not_shown", "not_enough_measured"]
Answer = Literal["yes", "provisional", "no", "excluded", "not_assessable"]
ANSWER, CAUSES = "/resistance/answer", "/causes/"
"""The pointer to the answer, and where those to contributors begin, as questions settle them."""


class Fact(Struct, frozen=True):
    """A named value as the record holds it. `value` None: nobody knows. `ask` would settle it.

    `what`: the drugs, codes or devices by which a yes was found, in the words of the record, the
    one told first that `seen` and `resource` speak of; of a no, what excludes it.
    `silent`: the record says nothing, and silence can only fail to add; it is no reason to show.
    """

    name: str
    value: bool | Quantity | str | None
    seen: date | None = None
    ask: str = ""
    resource: str | None = None
    silent: bool = False
    what: tuple[str, ...] = ()


class Finding(Struct, frozen=True):
    """One criterion judged: its verdict, the facts it rests on, and those that would settle it."""

    criterion: Criterion
    verdict: Verdict
    because: tuple[Fact, ...]
    missing: tuple[Fact, ...] = ()


class Graded(Struct, frozen=True):
    """A criterion of an option, judged, with the grade it has for this patient.

    Attributes:
        kinds: The grade by label and by guideline.
        perhaps: A graver grade that may still come out on a track; None: the grade stands.
        circumstances: What made or added to the grade.
        override: The named physician who takes the milder grade, and why.
        missing: What would settle the verdict, or of a met one the grade.
    """

    finding: Finding
    kinds: Mapping[Track, Kind]
    perhaps: Mapping[Track, Kind | None]
    circumstances: tuple[Circumstance, ...] = ()
    override: Override | None = None
    missing: tuple[Fact, ...] = ()

    @property
    def actions(self) -> tuple[str, ...]:
        """What to do, where it is met: by the criterion, and by what circumstances add."""
        if self.finding.verdict is not Verdict.MET:
            return ()
        added = (action for one in self.circumstances for action in one.actions)
        return tuple(dict.fromkeys((*self.finding.criterion.actions, *added)))


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
        faulty: Whether that exposure has a fault that could be put right.
        outcome_doubt: Why what was told of its outcome contradicts itself.
    """

    trial: Trial
    drug: Drug | None
    improvement_pct: float | None
    rules: Mapping[str, Judged]
    augmentation_failed: Verdict = Verdict.NOT_MET
    only_level_missing: bool = False
    exposure: float | None = None
    faulty: bool = False
    outcome_doubt: str | None = None

    @property
    def rule(self) -> str:
        """The rule that speaks of it first: the label's, or that of augmentations."""
        return LABEL if LABEL in self.rules else AUGMENTATION

    @property
    def judged(self) -> Judged:
        """How it stands under that rule."""
        return self.rules[self.rule]


class Exposed(Struct, frozen=True):
    """The gate: how likely so many failures as the label asks for were truly adequate.

    Attributes:
        p_at_least_two: That probability, by the name of the document; the label asks for two.
        expected_failures: Adequate failures to be expected.
        repair_first: Whether it is so low that exposure should be put right first.
        at_fault: Ids of the trials whose exposure has a fault; without one nothing can be repaired,
            and there are only too few trials.
        at_least: Whether it is only the least it can be: trials are open, or not all are listed.
    """

    p_at_least_two: float
    expected_failures: float
    repair_first: bool
    at_fault: tuple[str, ...] = ()
    at_least: bool = False

    @property
    def to_mend(self) -> bool:
        """Whether to put the exposure right first: it is surely low, and some trial has a fault."""
        return self.repair_first and bool(self.at_fault) and not self.at_least


class Resistance(Struct, frozen=True, kw_only=True):
    """Is it treatment resistant? The answer, and every rule set by its own name.

    `decided_by` holds the ids of what the answer rests on: mimics, the line of the exposure, else
    the label rule.
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
    """A suicide question: met, unknown or not met. It stands before everything else.

    `title` names the matter and is neutral; `says` is shown where it is met. `grade` says what a
    met one tells of, and orders them.
    """

    id: str
    verdict: Verdict
    title: str
    says: str
    because: tuple[Fact, ...]
    evidence: tuple[Evidence, ...]
    status: str
    ask: str
    grade: Grade = "thoughts"


class Safety(Struct, frozen=True):
    """Danger signs, and the crisis line of the country; without one, that of the region."""

    findings: tuple[Danger, ...]
    crisis_line: CrisisLine
    country_known: bool = True


class Measured(Struct, frozen=True):
    """One indicator of a patient.

    Attributes:
        x: 0 (absent) to 1 (present); None where nobody knows, or the value was set aside.
        because: The facts it rests on; of an indicator that is only shown, what is recorded.
        missing: The facts that would tell.
        set_aside: Why a value was taken as not measured, such as during an acute illness.
    """

    indicator: Indicator
    x: float | None
    because: tuple[Fact, ...] = ()
    missing: tuple[Fact, ...] = ()
    set_aside: Level | None = None


class DomainScore(Struct, frozen=True):
    """The score of a domain: the pooled association, and how likely it is worth the name.

    Attributes:
        probability: That the odds ratio of non-response exceeds the smallest of interest.
        borderline: Whether the probability lies so near a cut that the label could be another.
    """

    pooled: Pooled
    probability: float
    label: Label
    borderline: bool


class Shifted(Struct, frozen=True):
    """The score under another assumption, or without one indicator (`name` is its id)."""

    name: str
    value: float | None
    score: DomainScore


class DomainFinding(Struct, frozen=True, kw_only=True):
    """One domain of a patient.

    Attributes:
        base_probability: The probability with nothing measured.
        lowest, highest: The score if everything not measured were absent, or present.
        shifted: The score under every other assumption.
        shown: Indicators that enter no score and of which something is recorded.
    """

    domain: Domain
    score: DomainScore
    base_probability: float
    indicators: tuple[Measured, ...]
    shown: tuple[Measured, ...]
    lowest: DomainScore
    highest: DomainScore
    shifted: tuple[Shifted, ...]

    @property
    def flips(self) -> tuple[Shifted, ...]:
        """The assumptions under which the label would be another."""
        return tuple(one for one in self.shifted if one.score.label != self.score.label)


class Linked(Struct, frozen=True):
    """A link that touches this patient. `tilt_at_most`: log-odds it may move a comparison by."""

    link: Link
    tilt_at_most: float


class Causes(Struct, frozen=True):
    """The four domains, and what the indicators found say of therapies.

    `confirmed`: whether at least two adequate failures are likely enough to speak of resistance.
    """

    domains: tuple[DomainFinding, ...]
    confirmed: bool
    links: tuple[Linked, ...] = ()


class Outlook(Struct, frozen=True):
    """What to expect of the protocol in mind: prognosis, which ranks nothing.

    `transfer`: how much of the features' shift is taken to carry over to this therapy, 0 to 1.
    """

    arm: Arm
    transfer: float
    response: Expected | None
    remission: Expected | None


class NextStep(Struct, frozen=True, kw_only=True):
    """Something to ask or measure next, and how much it could change.

    Attributes:
        moves: The pointer of the answer that it would move.
        coverage_gain: What it adds to the coverage of its domain, 0 to 1.
        expected_change: Mean change of the domain's probability; None where nobody knows how
            often the answer is yes, as for a danger sign or something to be excluded.
        label_change: Probability that the domain's label becomes another.
    """

    id: str
    ask: str
    moves: str
    indicator: Indicator | None = None
    coverage_gain: float | None = None
    expected_change: float | None = None
    label_change: float | None = None


class Question(Struct, frozen=True):
    """One thing to ask or measure, and the pointers of the findings it would settle."""

    id: str
    ask: str
    settles: tuple[str, ...]

    @property
    def turns_answer(self) -> bool:
        """Whether it could still turn the answer."""
        return ANSWER in self.settles

    @property
    def only_measures(self) -> bool:
        """Whether it settles nothing but contributors, which stand under what to measure next."""
        return all(pointer.startswith(CAUSES) for pointer in self.settles)


class Quality(Struct, frozen=True):
    """What was read, and what was doubted while judging."""

    reading: Reading
    doubts: tuple[Doubt, ...]
