"""What may contribute to resistance: four domains, their indicators, and links to therapies.

Every effect is an association with non-response unless its causal evidence says otherwise.
"""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from msgspec import Struct

from euthymia.knowledge.conditions import AllOf, Condition, facts_of
from euthymia.knowledge.evidence import Evidence, Figure, Remark, Status

DomainId = Literal["neurotransmitter", "neuroplasticity", "inflammation", "psychosocial"]
Grade = Literal["high", "moderate", "low", "very_low"]
Use = Literal["model", "gate", "context", "research"]
"""It enters the score; changes how a trial counts; is shown; or needs research data."""
Finds = Literal["worse", "better", "null", "mixed", "other"]
"""Worse or better outcome with the indicator, no difference, both, or another question."""


class Debate(Struct, frozen=True, forbid_unknown_fields=True):
    """A question on which the field is divided, each side in a sentence of its own."""

    question: str
    sides: tuple[Remark, ...]
    so: str


class Domain(Struct, frozen=True, forbid_unknown_fields=True):
    """One of the four groups of contributors. The grouping is ours, not nature's.

    Attributes:
        says: What the domain means here, and what it does not.
        overlap: Mean correlation between its indicators, 0 to 1; with bounds for sensitivity.
    """

    id: DomainId
    title: str
    says: str
    overlap: Figure
    overlap_low: float
    overlap_high: float
    debates: tuple[Debate, ...] = ()


class Effect(Struct, frozen=True, forbid_unknown_fields=True):
    """What one study found. `value` in the words or number of `measure`; `n` people."""

    outcome: str
    measure: str
    value: str | float
    finds: Finds
    status: Status
    evidence: tuple[Evidence, ...]
    interval_95: tuple[float, float] | None = None
    n: int | None = None
    studies: int | None = None
    note: str | None = None


class Causal(Struct, frozen=True, forbid_unknown_fields=True):
    """How far the evidence reaches beyond association."""

    kind: Literal["association", "genetic", "trial", "trial and genetic", "contested"]
    says: str
    status: Status
    evidence: tuple[Evidence, ...] = ()


class Weight(Struct, frozen=True, forbid_unknown_fields=True):
    """What an indicator brings to its domain's score.

    Attributes:
        log_odds, se: Published log-odds of non-response for x from 0 to 1, and standard error.
        grade: Certainty of the effect, which sets the likely bias.
        mean_x, var_x: Mean and variance of x among patients with resistant depression.
        status: How the effect was come by; `elicited` is a working number, not a fact.
    """

    log_odds: float
    se: float
    grade: Grade
    mean_x: float
    var_x: float
    status: Status
    mean_status: Status
    evidence: tuple[Evidence, ...]
    note: str | None = None


class Level(Struct, frozen=True, forbid_unknown_fields=True):
    """One step of a reading: where the condition is met, x is this.

    `x` None: as if not measured, with the reason in `says` and, in `ask`, the open question.
    """

    when: Condition
    x: float | None = None
    says: str | None = None
    ask: str | None = None


class Reading(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One way to learn x: the first level that is met, else `otherwise`.

    `otherwise` None: only a met level speaks; silence about it says nothing.
    """

    basis: Literal["told", "measured", "scale", "diagnosis"]
    levels: tuple[Level, ...]
    otherwise: float | None = None

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """The facts it rests on, each once, in reading order."""
        return tuple(dict.fromkeys(fact for level in self.levels for fact in facts_of(level.when)))

    @cached_property
    def rest(self) -> Level | None:
        """What holds where no level is met; None where that says nothing."""
        return None if self.otherwise is None else Level(AllOf(()), self.otherwise)


class Indicator(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """Something measurable that goes with non-response.

    Attributes:
        readings: Ways to learn x, the surest first: told, scale, diagnosis.
        shows: Facts shown to the clinician that enter no score.
    """

    id: str
    domain: DomainId
    title: str
    measures: str
    use: Use
    direction: str
    grade: Grade
    effects: tuple[Effect, ...]
    causal: Causal
    unit: str | None = None
    thresholds: tuple[Remark, ...] = ()
    confounders: tuple[str, ...] = ()
    caveat: str | None = None
    why_not_scored: str | None = None
    weight: Weight | None = None
    readings: tuple[Reading, ...] = ()
    shows: tuple[str, ...] = ()

    @property
    def scored(self) -> bool:
        """Whether it enters its domain's score."""
        return self.use == "model"

    @cached_property
    def evidence(self) -> tuple[Evidence, ...]:
        """Every source of its effects, each once, in reading order."""
        found = [item for effect in self.effects for item in effect.evidence]
        return tuple({item.id: item for item in found}.values())


class Covariate(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that goes with non-response and belongs to no domain; it guards attribution."""

    id: str
    title: str
    says: str
    effects: tuple[Effect, ...] = ()


class Link(Struct, frozen=True, forbid_unknown_fields=True):
    """What an indicator says of one therapy.

    Only a `yes_weak` link may tilt a comparison, and only by little; `no` must never.

    Attributes:
        indicator: Id of an indicator or covariate, or a word for a feature that is neither.
        therapy: What was given, in words.
        kind: moderator: an interaction within randomised data; predictor: prognosis in one arm.
    """

    id: str
    indicator: str
    therapy: str
    kind: Literal["moderator", "predictor", "mechanism"]
    finds: Finds
    says: str
    grade: Grade
    steer: Literal["yes_weak", "show", "no"]
    status: Status
    evidence: tuple[Evidence, ...]
    effect: str | None = None
    n: int | None = None
    note: str | None = None
