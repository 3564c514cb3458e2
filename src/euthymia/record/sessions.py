"""One treatment session as it was ordered, logged and observed. None: not told."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

Happening = Literal[
    "pump_start",
    "pump_stop",
    "rate_change",
    "resume_ordered",
    "dose_withheld",
    "seen",
    "oxygen",
    "oxygen_off",
    "rethreshold",
    "missed_session",
    "adverse_event",
]


class SessionOrder(Struct, frozen=True, kw_only=True):
    """What was ordered.

    Attributes:
        dose_mg: Of ketamine or esketamine, mg.
        minutes: Planned length of the infusion, min.
        motor_threshold_pct_mso: Percent of maximum stimulator output.
        intensity_pct_mt: Percent of the motor threshold.
    """

    dose_mg: float | None = None
    minutes: float | None = None
    protocol: str | None = None
    motor_threshold_pct_mso: float | None = None
    motor_threshold_date: date | None = None
    intensity_pct_mt: float | None = None


class PreviousSession(Struct, frozen=True):
    """A session of the same day, by the minutes since it ended."""

    ended_minutes_ago: float


class Gate(Struct, frozen=True, kw_only=True):
    """What is asked before any pulse."""

    sleep_hours: float | None = None
    alcohol_24h: bool | None = None
    drug_change: bool | None = None
    new_implant: bool | None = None
    seizure_or_syncope_since: bool | None = None
    pregnancy_possible: bool | None = None
    metal_removed: bool | None = None
    hearing_protection: bool | None = None
    consent_valid: bool | None = None


class Observation(Struct, frozen=True, kw_only=True):
    """What was read at one minute. Fields carry their units; sedation (MOAA/S) 5 is awake.

    `symptoms` empty: asked, and there are none. None: not asked.
    """

    minute: float
    systolic_mmhg: float | None = None
    diastolic_mmhg: float | None = None
    heart_rate_per_min: float | None = None
    spo2_pct: float | None = None
    respiratory_rate_per_min: float | None = None
    moaas: int | None = None
    cadss: float | None = None
    symptoms: tuple[str, ...] | None = None


class Logged(Struct, frozen=True, kw_only=True):
    """One line of the log: the pump, an order, or something that happened.

    Attributes:
        by: Who ordered, withheld or saw it.
        of: The id of the finding that was seen.
    """

    minute: float
    kind: Happening
    by: str | None = None
    of: str | None = None
    rate_mg_per_min: float | None = None
    text: str | None = None


class Delivered(Struct, frozen=True, kw_only=True):
    """What was given of a stimulation session, as told afterwards."""

    pulses: int | None = None
    output_pct_mso: float | None = None
    operator: str | None = None
    adverse_events_reviewed: bool | None = None


class Leaving(Struct, frozen=True, kw_only=True):
    """What is asked before going home."""

    escort_present: bool | None = None
    oriented: bool | None = None
    walks_steadily: bool | None = None
    nausea_controlled: bool | None = None
    new_suicidal_intent: bool | None = None
    advice_given: bool | None = None


class Session(Struct, frozen=True, kw_only=True):
    """One treatment, whole. `region` is that of the label, US where nothing is told."""

    therapy: Literal["ketamine_iv", "esketamine", "tms"]
    day: date | None = None
    region: str = "US"
    order: SessionOrder = SessionOrder()
    previous_today: tuple[PreviousSession, ...] | None = None
    gate: Gate | None = None
    observations: tuple[Observation, ...] = ()
    delivered: Delivered | None = None
    leaving: Leaving | None = None
    concurrent_treatments: tuple[str, ...] | None = None
    payer: str | None = None
    log: tuple[Logged, ...] = ()
