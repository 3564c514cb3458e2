"""What can be said of a fact: a closed set of relations, combined by all, any and not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from euthymia.terms import Code, Quantity

Relation = Literal["above", "at_least", "below", "at_most"]

Section = Literal[
    "diagnoses",
    "labs",
    "scales",
    "medications",
    "body",
    "patient",
    "context",
    "episode",
    "genes",
    "derived",
]
"""Where a fact is read. `derived` facts come from the judged trials, not from an entry."""

Derived = Literal[
    "depressive_episode_diagnosed",
    "score_in_remission",
    "trial_not_taken",
    "trial_below_minimum_dose",
    "trial_too_short",
    "trial_stopped_for_side_effects",
    "trial_for_another_reason",
    "level_too_low",
    "genotype_lowers_exposure",
    "inhibitor_with_substrate",
]


class Is(Struct, frozen=True, tag=True):
    """A yes-or-no condition on one fact, such as postpartum is true."""

    fact: str
    expected: bool


class Comparison(Struct, frozen=True, tag=True):
    """A condition on one measured fact, such as tsh above 4.5 m[IU]/L."""

    fact: str
    relation: Relation
    bound: Quantity


class AllOf(Struct, frozen=True, tag=True):
    """Met when every part is met."""

    parts: tuple[Condition, ...]


class AnyOf(Struct, frozen=True, tag=True):
    """Met when some part is met."""

    parts: tuple[Condition, ...]


class Not(Struct, frozen=True, tag=True):
    """Met when its part is not met; open when its part is open."""

    part: Condition


Condition = Is | Comparison | AllOf | AnyOf | Not


def facts_of(condition: Condition) -> Iterator[str]:
    """The names of the facts a condition rests on, in reading order."""
    match condition:
        case Is(fact) | Comparison(fact):
            yield fact
        case Not(part):
            yield from facts_of(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from facts_of(part)


class FactSource(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a named fact is read in a record, and what to ask when it is not there.

    Attributes:
        codes: Diagnoses (ICD-10-CM prefixes) or labs (LOINC) that carry the fact.
        unless: Codes below `codes` that do not carry it, such as remission codes.
        drugs: Ingredient names in lower case; any of them taken makes the fact true.
        instrument: The rating scale whose newest total is the fact.
        key: The field of `body`, `patient`, `context`, `episode` or `genes`.
        unit: UCUM unit in which a measured fact is compared.
        within_days: An older entry is stale and the fact unknown; None: any time counts.
        visit_within_days: The same for a diagnosis that was only made for a visit.
        lasting: A diagnosis that speaks for life though it is resolved, such as bipolar disorder.
        only_hints: A drug taken says nothing certain, but makes the fact worth asking.
        contradicted_by: A fact that, where it is known to be no, leaves this one open.
        refused_above: A value above it, in `unit`, cannot be and is an error of a form.
        refused_below: The same of a value below it; most measures cannot be below zero.
        above_percentile: Whether a lab lies above the laboratory's own 75th percentile.
        times: How many entries are needed, the first and last `apart_days` days apart.
        before_onset_days: The drug must have been started within so many days before the
            episode began, and still be taken at its onset.
        with_trial_days: The drug must overlap an antidepressant trial by so many days.
    """

    name: str
    section: Section
    ask: str
    codes: tuple[Code, ...] = ()
    unless: tuple[Code, ...] = ()
    drugs: tuple[str, ...] = ()
    instrument: str | None = None
    key: str | None = None
    equals: str | None = None
    unit: str | None = None
    within_days: int | None = None
    visit_within_days: int | None = None
    lasting: bool = False
    only_hints: bool = False
    contradicted_by: str | None = None
    refused_above: float | None = None
    refused_below: float = 0
    above_percentile: bool = False
    times: int = 1
    apart_days: int = 0
    before_onset_days: int | None = None
    with_trial_days: int | None = None
