"""Antidepressants and what is added to them: the least that counts as a fair trial."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from euthymia.knowledge.evidence import Evidence, Figure, Remark, Status
from euthymia.terms import Code

Role = Literal["antidepressant", "augmenter"]
DoseProfile = Literal["atrq", "maudsley", "athf_long"]
"""Whose minimum dose: the ATRQ form, the Maudsley-like table, the ATHF long form."""


class Weeks(Struct, frozen=True, forbid_unknown_fields=True):
    """How long a trial of this agent must last at or above the minimum dose.

    With `own` the agent's number holds under every rule set; else the rule set's number holds.
    """

    value: float
    status: Status
    evidence: tuple[Evidence, ...]
    own: bool = False


class Level(Struct, frozen=True, forbid_unknown_fields=True):
    """A serum level that shows adequate exposure.

    Attributes:
        at_least: Lower bound in `unit`.
        at_most: Upper bound in `unit`, None where none is given.
        required: Without a level adequacy is unknown, whatever the dose (lithium).
    """

    at_least: float
    unit: str
    status: Status
    evidence: tuple[Evidence, ...]
    at_most: float | None = None
    required: bool = False


class Drug(Struct, frozen=True, forbid_unknown_fields=True):
    """One agent, and what sources say of its dose, duration and place.

    Attributes:
        counts: Whether a course is an antidepressant trial at all.
        unit: Unit of every dose here, most often mg/d.
        thase_rush_class: The class it stands for in Thase-Rush; None: outside the staging.
        minimum: The competing minimum doses, by whose they are.
        sleep_or_pain_below: Doses below this were not given for depression, in `unit`.
        parts: Ingredients of a fixed combination, by drug id or RxCUI.
        counts_as: The agent it is counted as, where a combination holds one that counts alone.
    """

    id: str
    name: str
    family: str
    role: Role
    counts: bool
    unit: str
    minimum: dict[DoseProfile, Figure]
    weeks: Weeks
    status: Status
    evidence: tuple[Evidence, ...]
    thase_rush_class: str | None = None
    thase_rush_status: Status = "derived"
    targets: tuple[str, ...] = ()
    mechanism: str | None = None
    codes: tuple[Code, ...] = ()
    codes_status: dict[str, Status] = {}
    names: tuple[str, ...] = ()
    maximum: Figure | None = None
    usual_from: Figure | None = None
    usual_to: Figure | None = None
    level: Level | None = None
    older_adults: Remark | None = None
    sleep_or_pain_below: Figure | None = None
    routes: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    counts_as: str | None = None
    missing: tuple[str, ...] = ()
    note: str | None = None

    def given_for_sleep_or_pain(self, doses: Sequence[float | None]) -> bool | None:
        """Whether every dose stayed below those for depression; None where one is not known."""
        below = self.sleep_or_pain_below
        known = [dose for dose in doses if dose is not None]
        if below is None or any(dose >= below.value for dose in known):
            return False
        return True if doses and len(known) == len(doses) else None


class NondrugTreatment(Struct, frozen=True, forbid_unknown_fields=True):
    """A course that is not a drug: what makes it adequate and which rule sets look at it."""

    id: str
    name: str
    kind: str
    status: Status
    evidence: tuple[Evidence, ...]
    adequate_sessions: int | None = None
    placements: tuple[str, ...] = ()
    rule: str | None = None
    counts_for: tuple[str, ...] = ()
    note: str | None = None


class Product(Struct, frozen=True):
    """One RxNorm product: which ingredient it holds and how much of it in one piece.

    Attributes:
        rxcui: RxNorm concept id.
        drug: Drug id.
        strength: Amount in one tablet, capsule, patch or mL, in the drug's unit (mg).
        route: oral, transdermal, nasal, intravenous.
    """

    rxcui: str
    drug: str
    strength: float
    route: str


class GeneRow(Struct, frozen=True, forbid_unknown_fields=True):
    """One CPIC line: what a metaboliser phenotype means for one drug."""

    gene: Literal["CYP2C19", "CYP2D6", "CYP2B6"]
    phenotype: str
    drug: str
    advice: str
    strength: str
    exposure: Literal["low", "slightly_low", "normal", "slightly_high", "high", "unknown"]
    status: Status
    evidence: tuple[Evidence, ...]
    note: str | None = None


class Inhibitor(Struct, frozen=True, forbid_unknown_fields=True):
    """A drug that blocks a metabolising enzyme, so that the phenotype shown is not the gene's."""

    drug: str
    gene: Literal["CYP2C19", "CYP2D6", "CYP2B6"]
    strength: Literal["strong", "moderate"]
    status: Status
    evidence: tuple[Evidence, ...]
