"""The world page: every number of the synthetic patients, with its status and source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache, cached_property
from importlib import resources
from statistics import NormalDist
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from euthymia.knowledge.evidence import Status

NORMAL = NormalDist()
Span = tuple[int, int]
"""The least and the most, both included."""


class Group(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Numbers that share a status and a source in words."""

    status: Status
    source: str


class Review(Struct, frozen=True, forbid_unknown_fields=True):
    """Who looked at the page and when."""

    authored: str
    checked: str
    reviewed: str
    next: str


class Set(Group, frozen=True):
    """The set as a whole. Patients are drawn in blocks, so that any number of processes agrees."""

    as_of: date
    block_patients: int


class Variable(Struct, frozen=True, forbid_unknown_fields=True):
    """A standard normal score, its tier, and the path weights of what causes it."""

    name: str
    tier: int
    causes: dict[str, float] = {}


class Causes(Group, frozen=True, dict=True):
    """The structural model of the scores."""

    variable: tuple[Variable, ...]

    @cached_property
    def chance(self) -> Mapping[str, float]:
        """The sd of what the causes of each variable leave open. ValueError where none is left."""
        names = [one.name for one in self.variable]
        shared = np.eye(len(names))
        spread = {}
        for number, one in enumerate(self.variable):
            weights = np.zeros(len(names))
            for cause, weight in one.causes.items():
                weights[self._earlier(cause, one, names[:number])] = weight
            explained = float(weights @ shared @ weights)
            if explained >= 1:
                raise ValueError(f"world.toml: {one.name}: its causes explain more than all of it")
            shared[number] = shared[:, number] = shared @ weights
            shared[number, number] = 1.0
            spread[one.name] = (1 - explained) ** 0.5
        return spread

    def _earlier(self, cause: str, one: Variable, before: list[str]) -> int:
        if cause not in before:
            raise ValueError(f"world.toml: {one.name}: no earlier variable is called {cause}")
        number = before.index(cause)
        if self.variable[number].tier > one.tier:
            raise ValueError(f"world.toml: {one.name}: {cause} lies in a later tier")
        return number


class Marginal(Group, frozen=True, dict=True):
    """Values at quantiles of a score; straight lines between them, times `scale`."""

    unit: str
    quantiles: tuple[float, ...]
    values: tuple[float, ...]
    scale: float = 1.0

    @cached_property
    def knots(self) -> tuple[float, ...]:
        """The scores of the quantiles."""
        return tuple(NORMAL.inv_cdf(quantile) for quantile in self.quantiles)

    def at(self, scores: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """The values of standard normal scores, shape (patients,), in `unit`."""
        found: np.ndarray[Any, Any] = np.interp(scores, self.knots, self.values) * self.scale
        return found


class Shares(Group, frozen=True):
    female: float
    unemployed: float
    housing: float


class Cuts(Group, frozen=True):
    """Where each indicator begins, in the unit of its measure."""

    gad7_from: int
    shaps_above: int
    months_half: float
    months_whole: float
    episodes_from: int
    onset_at_most: float
    executive_below: float
    executive_age: float
    executive_young: float
    isi_from: int
    crp_half_from: float
    crp_whole_above: float
    crp_ill_above: float
    bmi_from: float
    ace_from: int
    osss3_at_most: int
    pcl5_from: int
    criticism_from: int


class Body(Group, frozen=True):
    """Mean and sd of height, cm."""

    female_cm: tuple[float, float]
    male_cm: tuple[float, float]


class Planted(Group, frozen=True):
    """Log-odds of non-response of one adequate trial: intercept, effects by domain, spread of U."""

    intercept: float
    u_sd: float
    effect: dict[str, dict[str, float]]


class CourseRates(Group, frozen=True):
    """What was tried, how long, and what goes wrong with it. Days unless said otherwise."""

    fair: float
    low_dose: float
    too_short: float
    not_taken: float
    not_tolerated: float
    responds_if_unfair: float
    fair_days: Span
    extra_days_mean: float
    short_days: Span
    intolerance_days: Span
    supplies_days: tuple[int, ...]
    titration_days: Span
    missed_supplies: Span
    missed_days: Span
    late_days: Span
    late_share: float
    early_days: Span
    delay_days: Span
    gap_days: Span
    crossed_share: float
    crossed_days: Span
    at_most: int
    augmented_share: float
    augmented_days: Span
    responds_augmented: float
    combined_share: float
    lost_share: float
    lost_after_days: Span
    response_lasts_days: int
    stretch_months: float
    remits_share: float
    earlier_share: float
    earlier_failed: Span
    well_days: Span
    well_note: str
    beside_days: Span
    earlier_response_days: int
    sleep_share: float
    pain_share: float
    psychotherapy_share: float
    psychotherapy_sessions: Span
    ect_share: float
    ect_sessions: Span


class ScoreRates(Group, frozen=True):
    """How PHQ-9 totals move within a trial. Points, days, shares of the baseline."""

    responded_mean: float
    responded_sd: float
    responded_falls: tuple[float, float]
    failed_mean: float
    failed_sd: float
    failed_falls: tuple[float, float]
    days_to_most: float
    full_by_day: int
    within_sd: float
    visits_days: tuple[int, ...]
    then_every_days: int
    lowest_baseline: int
    last_visit_days: Span
    relapse_share: float
    remission_days: tuple[int, ...]


class Items(Group, frozen=True):
    """The nine answers behind a PHQ-9 total: one factor and small groups, cut at the real shares.

    `groups` are numbers of items, from 0, that share `group_share` of what the factor leaves.
    """

    at_most_0: tuple[float, ...]
    at_most_1: tuple[float, ...]
    at_most_2: tuple[float, ...]
    loadings: tuple[float, ...]
    groups: tuple[tuple[int, ...], ...]
    group_share: float
    drawn: int
    kept: int


class Agent(Struct, frozen=True, forbid_unknown_fields=True):
    """One drug: how often it is chosen early and late, the steps of its titration, a low dose."""

    id: str
    early: float
    late: float
    steps: tuple[float, ...]
    low: float


class Drugs(Group, frozen=True):
    agent: tuple[Agent, ...]
    augmenter: tuple[Agent, ...]
    sleep: Agent
    pain: Agent
    liquids: tuple[str, ...]
    pieces: tuple[float, ...]
    level_share: float
    levels: dict[str, tuple[float, float]]
    level_if_poor: tuple[float, float]


class Carrier(Struct, frozen=True, forbid_unknown_fields=True):
    """What in a record holds a mimic: a code, a laboratory value, or a drug."""

    code: str | None = None
    lab: str | None = None
    unit: str = ""
    low: float = 0.0
    high: float = 0.0
    drug: str | None = None
    dose: float = 0.0


class MimicRate(Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    share: float
    carried_by: tuple[Carrier, ...]
    excludes: bool = False
    from_age: float = 0.0


class Mimics(Group, frozen=True):
    missed: float
    missed_excluders: float
    mimic: tuple[MimicRate, ...]


class Genes(Group, frozen=True):
    tested: float
    CYP2C19: dict[str, float]
    CYP2D6: dict[str, float]


class RecordRates(Group, frozen=True):
    """How much of the truth a record holds, in shares."""

    whole_trials: float
    whole_diagnoses: float
    whole_medications: float
    left_out: float
    scored: float
    visit_kept: float
    items_kept: float
    reason_told: float
    dose_untold: float
    by_supply: float
    by_statement: float
    well_documented: float
    indication_told: float
    crp_lean: float
    crp_obese: float
    crp_in_mg_per_dl: float
    crp_ordinary: float
    il6_tested: float
    tsh_tested: float
    body_measured: float
    body_in_pounds: float
    asked: float
    coded: float
    told_in_form: float
    improvement_told: float
    adherence_told: float
    days_told: float
    dates_told: float
    months_told: float
    month_only: float
    instants: float
    duplicates: float
    in_error: float
    refuted: float
    cancelled: float
    inpatient: float
    snomed_share: float
    snomed_alone: float
    undotted: float
    allergies: float
    coded_every_days: int
    reference_share: float
    homeless: float
    measured_days: Span
    coded_days: int


class LabRates(Group, frozen=True):
    tsh: tuple[float, float]
    il6_p75: float


class CodeLists(Group, frozen=True):
    """ICD-10-CM of depression and of indicators; LOINC answers on work and housing."""

    single: tuple[str, ...]
    recurrent: tuple[str, ...]
    indicator: dict[str, tuple[str, ...]]
    answers: dict[str, str]


class World(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that is planted, and how it shows."""

    review: Review
    of_set: Set = field(name="set")
    causes: Causes
    marginal: dict[str, Marginal]
    cuts: Cuts
    body: Body
    shares: Shares
    planted: Planted
    course: CourseRates
    scores: ScoreRates
    items: Items
    drugs: Drugs
    mimics: Mimics
    genes: Genes
    record: RecordRates
    labs: LabRates
    codes: CodeLists

    def without(self, domain: str) -> World:
        """The same world in which a domain has no effect. ValueError where there is no such one."""
        effect = self.planted.effect
        if domain not in effect:
            raise ValueError(f"{domain}: no domain of the world page; one of {', '.join(effect)}")
        nothing = dict.fromkeys(effect[domain], 0.0)
        return replace(self, planted=replace(self.planted, effect={**effect, domain: nothing}))

    @property
    def thetas(self) -> dict[str, float]:
        """The planted log-odds of each indicator."""
        return {
            name: theta for part in self.planted.effect.values() for name, theta in part.items()
        }


@cache
def world() -> World:
    """The world page that comes with the package."""
    page = resources.files("euthymia.simulate").joinpath("world.toml").read_bytes()
    return msgspec.toml.decode(page, type=World)
