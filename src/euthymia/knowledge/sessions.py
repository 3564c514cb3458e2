"""What holds while a treatment runs: its rules, the readings due, and what closes it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from euthymia.knowledge.criteria import Criterion
from euthymia.knowledge.evidence import Evidence, Status

SessionTherapy = Literal["ketamine_iv", "esketamine", "tms"]
Decision = Literal[
    "continue",
    "proceed",
    "resume",
    "alert",
    "oxygen_and_stimulate",
    "hold",
    "pause",
    "stop",
]
MILDEST_FIRST: tuple[Decision, ...] = (
    "continue",
    "proceed",
    "resume",
    "alert",
    "oxygen_and_stimulate",
    "hold",
    "pause",
    "stop",
)
"""The gravest rule met decides."""

Stage = Literal[
    "order", "gate", "observation", "resume", "withheld", "session", "discharge", "closing"
]
"""When a rule is judged.

On what was ordered, said at the first observation; before any pulse; at each observation; when the
pump is to run again; when somebody says that nothing was given; on the whole session; before going
home; before the session is closed.
"""

Seen = Literal["order_seen", "hold_seen", "event_seen", "pressure_judged", "alarm_judged"]
"""What a named person can say to have seen.

The order; what was given against a hold; an adverse event; the pressure, or an alarm, now.
"""


class SessionRule(Criterion, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """One criterion of a running session, and the decision it calls for.

    Attributes:
        therapies: The treatments it speaks of.
        decision: What to do when it is met; None: it decides nothing, and is only said.
        open_decision: What to do while nobody knows whether it is met.
        calm: Whether a reading may count as calm, before a pause ends: not while it is met; or
            only where it is known not to be met. None: it has nothing to say of that.
        remember: The key under which later observations know that it was met once.
        always_asked: Shown while open even if nothing of it was told.
        as_missing: The word under which a requirement that is not met is listed.
        seen_as: The key that tells whether a named person has seen it; None: nobody need.
    """

    stage: Stage
    therapies: tuple[SessionTherapy, ...]
    decision: Decision | None = None
    open_decision: Decision | None = None
    calm: Literal["not_met", "known"] | None = None
    remember: str | None = None
    always_asked: bool = False
    as_missing: str | None = None
    seen_as: Seen | None = None


class ReadingsDue(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which readings are due when; minutes count as the session's do.

    Attributes:
        readings: Fields of an observation.
        phase: While the pump runs or rests, after it has ended, or at any time.
        every_minutes: At most so long after the one before.
        at_minutes: At these minutes.
        grace_minutes: So much later (and, at fixed minutes, earlier) is still in time.
        until_minute: Not due any more after it.
        only_noted: An absent one gives no alert; the whole session says that it was never taken.
        if_missed: The rule of the whole session that is then met.
    """

    id: str
    title: str
    therapies: tuple[SessionTherapy, ...]
    readings: tuple[str, ...]
    status: Status
    evidence: tuple[Evidence, ...]
    phase: Literal["during", "after", "any"] = "any"
    every_minutes: float | None = None
    at_minutes: tuple[float, ...] = ()
    grace_minutes: float = 0
    until_minute: float | None = None
    only_noted: bool = False
    if_missed: str | None = None
    note: str | None = None


class PayerExclusion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Treatments beside which a payer does not pay for this one."""

    id: str
    name: str
    therapies: tuple[SessionTherapy, ...]
    excludes: tuple[str, ...]
    status: Status
    evidence: tuple[Evidence, ...]
    note: str | None = None


class MonitoringForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A form to be sent after a session.

    Attributes:
        region: Where it is asked for.
        due_days: Within so many days of a session that was ended well.
        fields: What it asks for, in words.
    """

    id: str
    title: str
    therapies: tuple[SessionTherapy, ...]
    region: str
    due_days: int
    fields: tuple[str, ...]
    status: Status
    evidence: tuple[Evidence, ...]
    note: str | None = None
