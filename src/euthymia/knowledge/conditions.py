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
    "screening",
    "vitals",
    "implants",
    "seizures",
    "allergies",
    "order",
    "complete",
    "answers",
    "session",
]
"""Where a fact is read.

`derived` facts come from the judged trials, `answers` from what was judged before the options,
`session` from one observation of a treatment session; `complete` tells whether a list is whole.
"""

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


class Hint(Struct, frozen=True, tag=True):
    """Not met when the fact is no; a yes alone leaves it open, such as a device of unknown kind."""

    fact: str


class AllOf(Struct, frozen=True, tag=True):
    """Met when every part is met."""

    parts: tuple[Condition, ...]


class AnyOf(Struct, frozen=True, tag=True):
    """Met when some part is met."""

    parts: tuple[Condition, ...]


class Not(Struct, frozen=True, tag=True):
    """Met when its part is not met; open when its part is open."""

    part: Condition


Condition = Is | Comparison | Hint | AllOf | AnyOf | Not


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """The conditions it is made of; a test of one fact has none."""
    match condition:
        case Not(part):
            return (part,)
        case AllOf(parts) | AnyOf(parts):
            return parts
        case _:
            return ()


def facts_of(condition: Condition) -> Iterator[str]:
    """The names of the facts a condition rests on, in reading order."""
    match condition:
        case Is(fact) | Comparison(fact) | Hint(fact):
            yield fact
        case _:
            pass
    for part in parts_of(condition):
        yield from facts_of(part)


class FactSource(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a named fact is read in a record, and what to ask when it is not there.

    Attributes:
        called: What a reader sees it called, where its name reads badly.
        codes: Diagnoses (ICD-10-CM prefixes), labs (LOINC) or devices that carry the fact.
        unless: Codes below `codes` that do not carry it, such as remission codes.
        conditions: Conditions by name, whose codes these are; `unless_conditions`: those left out.
        drugs: Ingredient names in lower case; any of them taken makes the fact true.
        instrument: The rating scale whose newest total is the fact.
        key: The field of its section that is read: of `body` or `patient`, of a screen (as in
            tass.fainting) or an order (as in tms.stimulator), or of the implant that was found.
        words: Words of a device's description or a free text that carry the fact.
        beside: Words of which the description of the same device must hold one; `not_beside`:
            words of which it must hold none; `aside`: phrases that are struck from it before.
        alone: The words carry it only where, but for `aside`, nothing else is said; of such a
            thing, as of glasses, no distance is asked.
        denials: Whole phrases that say of a device, written {}, that it is not there, or no more;
            `words`: what may stand in its name besides; `aside`: phrases that nothing is there.
        moot_when: A fact that, where it is yes, makes the question needless.
        kinds: Kinds of seizure that carry it; `codes` of one carry it by the age of its day.
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
        only_adds: Silence is no, since a question of a screen settles it: it can only add danger.
        unsure_is_yes: An answer of unsure counts as yes.
        event_within_days: The diagnosis must have begun within so many days.
        event_before_days: The diagnosis must have begun longer ago than that.
        within_months: The seizure must have been within so many months.
        is_complex: Whether the seizure must have been a complex one.
        child_below_years: Below that age a febrile seizure counts as simple unless it is told to
            be complex; from it on, it is none of childhood.
        lowest_counts: Of several measures of one day the lowest is read, else the highest.
        by_test: Only a test tells it, such as a gene or a drug level, though it is not in `labs`.
        beyond_cm: An implant known to be farther from the coil than this is not looked at.
        count: How many of what is counted, or listed, must be reached.
    """

    name: str
    section: Section
    ask: str
    called: str | None = None
    codes: tuple[Code, ...] = ()
    unless: tuple[Code, ...] = ()
    conditions: tuple[str, ...] = ()
    unless_conditions: tuple[str, ...] = ()
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
    words: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    not_beside: tuple[str, ...] = ()
    moot_when: str | None = None
    kinds: tuple[str, ...] = ()
    only_adds: bool = False
    unsure_is_yes: bool = False
    event_within_days: int | None = None
    event_before_days: int | None = None
    within_months: float | None = None
    is_complex: bool = False
    count: int = 1
    beyond_cm: float | None = None
    aside: tuple[str, ...] = ()
    alone: bool = False
    denials: tuple[str, ...] = ()
    child_below_years: float | None = None
    lowest_counts: bool = False
    by_test: bool = False

    @property
    def needs_a_test(self) -> bool:
        """Whether a laboratory must tell it; it is asked after what a person can say."""
        return self.by_test or self.section in ("labs", "genes")
