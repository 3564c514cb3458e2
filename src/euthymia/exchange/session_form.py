"""The shape of the session form, version 1, field by field (contracts/session.schema.json).

Absent means not told; `null` is not a value of this form, so absent fields are UNSET here.
"""

from __future__ import annotations

from datetime import date as Day  # noqa: N812 - `date` is the name of a field here
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from euthymia.knowledge.sessions import SessionTherapy
from euthymia.record.sessions import Happening

Text = Annotated[str, Meta(min_length=1)]
Positive = Annotated[float, Meta(gt=0)]
NotNegative = Annotated[float, Meta(ge=0)]
Percent = Annotated[float, Meta(ge=0, le=100)]
Hours = Annotated[float, Meta(ge=0, le=24)]
Sedation = Annotated[int, Meta(ge=0, le=5)]
Dissociation = Annotated[float, Meta(ge=0, le=92)]
Number = Annotated[int, Meta(ge=0)]
Protocol = Literal[
    "hf10_left_std",
    "hf10_left_short",
    "itbs_600",
    "lf1_right",
    "bilateral_seq",
    "bilateral_tbs",
    "ctbs_600",
    "dtms_h1",
    "snt_saint",
]
Symptom = Literal[
    "chest pain",
    "dyspnoea",
    "severe headache",
    "visual loss",
    "neurological deficit",
    "seizure",
    "syncope",
    "asks to stop",
    "severe agitation",
    "psychosis",
    "allergic reaction",
    "iv infiltration",
]
Concurrent = Literal["tms", "ect", "vns", "dbs", "ketamine"]


class Part(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One part of the form."""


class OrderPart(Part, frozen=True, kw_only=True):
    dose_mg: Positive | UnsetType = UNSET
    minutes: Positive | UnsetType = UNSET
    protocol: Protocol | UnsetType = UNSET
    motor_threshold_pct_mso: Positive | UnsetType = UNSET
    motor_threshold_date: Day | UnsetType = UNSET
    intensity_pct_mt: Positive | UnsetType = UNSET


class PreviousPart(Part, frozen=True, kw_only=True):
    ended_minutes_ago: NotNegative


class GatePart(Part, frozen=True, kw_only=True):
    sleep_hours: Hours | UnsetType = UNSET
    alcohol_24h: bool | UnsetType = UNSET
    drug_change: bool | UnsetType = UNSET
    new_implant: bool | UnsetType = UNSET
    seizure_or_syncope_since: bool | UnsetType = UNSET
    pregnancy_possible: bool | UnsetType = UNSET
    metal_removed: bool | UnsetType = UNSET
    hearing_protection: bool | UnsetType = UNSET
    consent_valid: bool | UnsetType = UNSET


class ObservationPart(Part, frozen=True, kw_only=True):
    minute: float
    systolic_mmhg: Positive | UnsetType = UNSET
    diastolic_mmhg: Positive | UnsetType = UNSET
    heart_rate_per_min: NotNegative | UnsetType = UNSET
    spo2_pct: Percent | UnsetType = UNSET
    respiratory_rate_per_min: NotNegative | UnsetType = UNSET
    moaas: Sedation | UnsetType = UNSET
    cadss: Dissociation | UnsetType = UNSET
    symptoms: tuple[Symptom, ...] | UnsetType = UNSET


class DeliveredPart(Part, frozen=True, kw_only=True):
    pulses: Number | UnsetType = UNSET
    output_pct_mso: NotNegative | UnsetType = UNSET
    operator: Text | UnsetType = UNSET
    adverse_events_reviewed: bool | UnsetType = UNSET


class LeavingPart(Part, frozen=True, kw_only=True):
    escort_present: bool | UnsetType = UNSET
    oriented: bool | UnsetType = UNSET
    walks_steadily: bool | UnsetType = UNSET
    nausea_controlled: bool | UnsetType = UNSET
    new_suicidal_intent: bool | UnsetType = UNSET
    advice_given: bool | UnsetType = UNSET


class EventPart(Part, frozen=True, kw_only=True):
    minute: float
    kind: Happening
    by: str | UnsetType = UNSET
    of: Text | UnsetType = UNSET
    rate_mg_per_min: NotNegative | UnsetType = UNSET
    text: str | UnsetType = UNSET


class SessionForm(Part, frozen=True, kw_only=True):
    """The whole form."""

    session: Literal[1]
    therapy: SessionTherapy
    date: Day | UnsetType = UNSET
    region: Literal["US", "EU"] | UnsetType = UNSET
    order: OrderPart | UnsetType = UNSET
    previous_sessions_today: tuple[PreviousPart, ...] | UnsetType = UNSET
    gate: GatePart | UnsetType = UNSET
    observations: tuple[ObservationPart, ...] | UnsetType = UNSET
    delivered: DeliveredPart | UnsetType = UNSET
    leaving: LeavingPart | UnsetType = UNSET
    concurrent_treatments: tuple[Concurrent, ...] | UnsetType = UNSET
    payer: Text | UnsetType = UNSET
    events: tuple[EventPart, ...] | UnsetType = UNSET
