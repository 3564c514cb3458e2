"""Rating scales: their range, bands, remission, items and what a change means."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from euthymia.knowledge.evidence import Evidence, Remark, Status
from euthymia.terms import Code


class Band(Struct, frozen=True, forbid_unknown_fields=True):
    """A named stretch of totals, both ends included."""

    name: str
    low: int
    high: int


Grade = Literal["thoughts", "plan", "attempt"]
"""What a danger sign tells of, from the least grave on: thoughts; a plan, an intent or the means;
an attempt or preparation for one."""


class SafetyStep(Struct, frozen=True, forbid_unknown_fields=True):
    """What is said instead, from a graver answer on.

    `at_least` is the answer; on a form of which any item counts, the number of the gravest item
    answered with yes (or the total, where nothing else is given).
    """

    at_least: int
    grade: Grade
    says: str
    status: Status
    evidence: tuple[Evidence, ...]


class SafetyItem(Struct, frozen=True, forbid_unknown_fields=True):
    """The item that asks about suicide. An answer of `positive_from` or more is a danger sign.

    `title` names the matter before it is known. `number` counts items from 1; None means any item
    of the form. `must_answer` are the items that must be answered before such a form can say no.
    `step` says more from a graver answer on.
    """

    positive_from: int
    title: str
    says: str
    ask: str
    status: Status
    evidence: tuple[Evidence, ...]
    number: int | None = None
    must_answer: tuple[int, ...] = ()
    step: tuple[SafetyStep, ...] = ()


class Intent(Struct, frozen=True, forbid_unknown_fields=True):
    """Injury codes that carry the intent in one sign, such as poisoning on purpose.

    Attributes:
        first, last: Three-character categories of ICD-10-CM, both included.
        mark: The sign for the intent: the sixth, or the fifth where the sixth is the filler X.
        sequela: Whether it speaks of a late effect (seventh sign S) or of the event.
    """

    first: str
    last: str
    mark: str
    sequela: bool = False

    def carried_by(self, code: Code) -> bool:
        """Whether the code is of these categories, with this intent."""
        signs = code.bare
        intent = signs[4:5] if signs[5:6] in ("", "X") else signs[5]
        late = signs[6:7] == "S"
        return self.first <= signs[:3] <= self.last and intent == self.mark and late is self.sequela


class CodedDanger(Struct, frozen=True, forbid_unknown_fields=True):
    """Codes of a diagnosis that tell of suicide.

    Attributes:
        codes: ICD-10-CM prefixes that carry it; `unless` are those below them that do not.
        conditions: Conditions by name, whose codes these are.
        intents: Injury codes that carry it by their intent.
        grade: What they tell of.
        history: Whether they speak of the past alone, however new the entry.
        says: Shown while it stands, `ask` when it lies back.
    """

    id: str
    title: str
    says: str
    ask: str
    grade: Grade
    status: Status
    evidence: tuple[Evidence, ...]
    codes: tuple[Code, ...]
    unless: tuple[Code, ...] = ()
    conditions: tuple[str, ...] = ()
    intents: tuple[Intent, ...] = ()
    history: bool = False

    def carried_by(self, code: Code) -> bool:
        """Whether a diagnosis with this code tells of it."""
        if any(one.covers(code) for one in self.unless):
            return False
        return any(one.covers(code) for one in self.codes) or (
            code.system == "icd10cm" and any(one.carried_by(code) for one in self.intents)
        )


class Instrument(Struct, frozen=True, forbid_unknown_fields=True):
    """One rating scale.

    Attributes:
        low, high: Range of the total, both ends included.
        items: Number of items that make up the total; None where the total is not their sum.
        item_high: Highest answer of one item; a tuple where items differ.
        measures: depression, anxiety or other; only depression totals carry a trial's outcome.
        remission_at_most: Highest total that still is remission.
        domains: Where the total is not the sum of the items: groups of item numbers, from 1; each
            group gives its highest answer.
        item_codes: LOINC of each item, in the order of the form.
        answers: LOINC answer codes and words, each with its points.
        wording: Item texts; only where the terms of the form allow it.
    """

    id: str
    name: str
    measures: str
    low: float
    high: float
    status: Status
    evidence: tuple[Evidence, ...]
    bands: tuple[Band, ...] = ()
    items: int | None = None
    domains: tuple[tuple[int, ...], ...] = ()
    item_low: int = 0
    item_high: tuple[int, ...] = ()
    codes: tuple[Code, ...] = ()
    codes_status: Status = "recalled"
    panel_codes: tuple[Code, ...] = ()
    item_codes: tuple[Code, ...] = ()
    answers: dict[str, int] = {}
    wording: tuple[str, ...] = ()
    terms_of_use: str | None = None
    remission_at_most: float | None = None
    remission_status: Status | None = None
    remission_evidence: tuple[Evidence, ...] = ()
    fractional: bool = False
    change: tuple[Remark, ...] = ()
    safety: SafetyItem | None = None
    note: str | None = None


class Crosswalk(Struct, frozen=True, forbid_unknown_fields=True):
    """Totals of one scale and the totals of another that stand for the same severity."""

    id: str
    source: str
    target: str
    rows: dict[str, tuple[int, int]]
    status: Status
    evidence: tuple[Evidence, ...]
    note: str | None = None


class CrisisLine(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to call in danger, by country (ISO 3166; `default` elsewhere)."""

    country: str
    says: str
    emergency: str
    status: Status
    evidence: tuple[Evidence, ...]
    checked: str
