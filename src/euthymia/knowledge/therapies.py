"""What studies saw of each therapy: the arms from which an outlook starts."""

from __future__ import annotations

from msgspec import Struct

from euthymia.knowledge.evidence import Evidence, Status


class Rate(Struct, frozen=True, forbid_unknown_fields=True):
    """Percent of an arm that reached an outcome, with its 95 % interval."""

    pct: float
    interval_95: tuple[float, float]


class Arm(Struct, frozen=True, forbid_unknown_fields=True):
    """One arm of one study.

    Attributes:
        option: The option whose outlook it seeds, such as tms.
        protocols: The protocols that it stands for.
        n: People in the arm.
        blinded: Whether patients were blinded; arms of both kinds are never mixed unmarked.
        scale: By which response and remission were told.
    """

    id: str
    option: str
    protocols: tuple[str, ...]
    therapy: str
    study: str
    n: int
    response: Rate
    remission: Rate
    blinded: bool
    scale: str
    status: Status
    evidence: tuple[Evidence, ...]
    weeks: str | None = None
    note: str | None = None
