"""Is a treatment working? How the course of a rating scale is read, state by state."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from euthymia.knowledge.evidence import Evidence, Status

StateName = Literal[
    "response",
    "remission",
    "reliable_change",
    "worsening",
    "response_lost",
    "relapse",
    "early_non_response",
    "plateau",
    "maintenance_due",
    "score_due",
]
"""What can be said of a course. Suicidality is not among them: it stands before everything."""


class CourseState(Struct, frozen=True, forbid_unknown_fields=True):
    """What one state says where it is met, and what to do where nobody knows.

    `alert`: it is a warning. Once met it stands, however old the score, until a newer one.
    """

    id: StateName
    title: str
    says: str
    ask: str
    status: Status
    evidence: tuple[Evidence, ...]
    alert: bool = False


class Reliability(Struct, frozen=True, forbid_unknown_fields=True):
    """From how many points on a change of one scale exceeds its error of measurement.

    Attributes:
        id: The rating scale.
        points: The smallest reliable change as published, in points of the total.
        sd: Standard deviation of totals, in points, where no change was published.
        reliability: Reliability coefficient, 0 to 1, of the same people as `sd`.
    """

    id: str
    status: Status
    evidence: tuple[Evidence, ...]
    points: float | None = None
    sd: float | None = None
    reliability: float | None = None
    note: str | None = None


class RelapseRule(Struct, frozen=True, forbid_unknown_fields=True):
    """From when on a scale shows a relapse after a response or remission.

    Attributes:
        id: The rating scale.
        at_least: A total so high, once a lower one was reached.
        rise_points: A rise of so many points above the lowest total reached.
        for_days: How many days scores must stay there; 0: one score is enough.
    """

    id: str
    at_least: float
    rise_points: float
    for_days: int
    status: Status
    evidence: tuple[Evidence, ...]
    note: str | None = None


class NonResponse(Struct, frozen=True, forbid_unknown_fields=True):
    """A point of a treatment at which too small a fall is a reason to decide anew.

    Attributes:
        after_days: Days from the start; an earlier score decides nothing.
        after_sessions: Sessions that must have been given, where their number is known.
        below_pct: A fall of less is non-response, in percent of what could fall.
        enough_from_pct: A fall of so much is not; between the two it stays open.
    """

    after_days: int
    below_pct: float
    enough_from_pct: float
    says: str
    status: Status
    evidence: tuple[Evidence, ...]
    after_sessions: int | None = None


class Maintenance(Struct, frozen=True, forbid_unknown_fields=True):
    """When keeping a response up falls due: days after the last session, and from the start."""

    from_days: int
    until_days: int
    says: str
    status: Status
    evidence: tuple[Evidence, ...]
    after_days: int = 0


class ScorePlan(Struct, frozen=True, forbid_unknown_fields=True):
    """How often these scales are filled in: every so many days, and months after the end."""

    instruments: tuple[str, ...]
    every_days: int
    after_end_months: tuple[float, ...]
    status: Status
    evidence: tuple[Evidence, ...]


class TherapyCourse(Struct, frozen=True, forbid_unknown_fields=True):
    """How a treatment is followed.

    Attributes:
        kind: The kind of treatment that is not a drug, as a record names it.
        drugs: Drug ids; given in sessions, so that its course matters after its end too.
    """

    id: str
    name: str
    kind: str | None = None
    drugs: tuple[str, ...] = ()
    non_response: tuple[NonResponse, ...] = ()
    maintenance: Maintenance | None = None
    scores: tuple[ScorePlan, ...] = ()
