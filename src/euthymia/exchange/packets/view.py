"""What a request to a payer holds, ready to be set by any door. It is a draft and is never sent."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from euthymia.exchange.page.plans import PlanBox
from euthymia.exchange.page.sources import Source
from euthymia.exchange.page.statement import FactLine, Statement

MARK = "Draft, not sent. To be checked and signed by the psychiatrist who orders the treatment."
"""What stands on every sheet."""

State = Literal["in hand", "in part", "missing", "by hand"]
"""What there is of a document; `by hand`: the software does not look for it."""

Cause = Literal["safety", "payer", "criterion", "document", "signature"]


class Gap(Struct, frozen=True):
    """Something that would be asked back, and what to do about it."""

    cause: Cause
    what: str
    mend: str


class CriterionLine(Struct, frozen=True, kw_only=True):
    """One criterion of the payer, judged. `statement.says` is empty unless it is met."""

    id: str
    title: str
    verdict: Literal["met", "not met", "unknown"]
    statement: Statement
    note: str
    facts: tuple[FactLine, ...]
    asks: tuple[str, ...]


class Counted(Struct, frozen=True):
    """How many criteria are met, not met and unknown. `total` 0: they were not readable."""

    met: int
    not_met: int
    unknown: int

    @property
    def total(self) -> int:
        return self.met + self.not_met + self.unknown


class Held(Struct, frozen=True):
    """What is in hand of one thing that a document asks for, and what it lacks."""

    lines: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


class Document(Struct, frozen=True):
    """One document of the packet."""

    statement: Statement
    state: State
    held: Held


class TrialLine(Struct, frozen=True, kw_only=True):
    """One row of the table of trials. `lacks` are the columns that nobody recorded."""

    id: str
    drug: str
    family: str
    highest_dose: str
    dates: str
    weeks_at_dose: str
    adherence: str
    change: str
    stopped: str
    adequate: tuple[str, ...]
    lacks: tuple[str, ...]


class ScoreLine(Struct, frozen=True):
    """One rating: its form, its total as used, and its day."""

    scale: str
    total: str
    taken: str


class DiagnosisLine(Struct, frozen=True):
    """One diagnosis by its ICD-10-CM code."""

    code: str
    since: str


class PolicyBox(Struct, frozen=True, kw_only=True):
    """The policy as it was read. `readable`: whether its criteria were.

    `terms`: how much a consent would cover; `beside`: what else must be known of the policy.
    """

    id: str
    name: str
    statement: Statement
    basis: str
    effective: str
    jurisdiction: str
    readable: bool
    terms: tuple[Statement, ...]
    beside: tuple[Statement, ...]


class TherapyBox(Struct, frozen=True, kw_only=True):
    """The therapy asked for. `safety`: whether it could be given, in words."""

    id: str
    name: str
    suitability: str
    safety: str
    plan: PlanBox
    sessions: str


class SignatureLine(Struct, frozen=True):
    """A line that a person fills; the software never does."""

    who: str
    blank: str = "name, signature, date"


class PacketView(Struct, frozen=True, kw_only=True):
    """The whole request, gaps first. `patient` is an id and never a name.

    `billing`: codes of the sessions, each as the title of what it stands for; `usual`: what else
    requests for this therapy hold.
    """

    mark: str
    patient: str
    synthetic: bool
    as_of: str
    release: str
    gaps: tuple[Gap, ...]
    counted: Counted
    criteria: tuple[CriterionLine, ...]
    policy: PolicyBox
    therapy: TherapyBox
    documents: tuple[Document, ...]
    diagnoses: tuple[DiagnosisLine, ...]
    scores: tuple[ScoreLine, ...]
    trials: tuple[TrialLine, ...]
    billing: tuple[Statement, ...]
    usual: tuple[Statement, ...]
    signatures: tuple[SignatureLine, ...]
    sources: tuple[Source, ...] = ()
