"""Sessions for tests: a form in, the public document out."""

from __future__ import annotations

import json
from typing import Any

from euthymia import shipped
from euthymia.engine.sessions import SessionAnswer, replay
from euthymia.exchange.session import read_session
from euthymia.exchange.session_document import document

Form = dict[str, Any]

CALM: Form = {
    "systolic_mmhg": 130,
    "diastolic_mmhg": 80,
    "heart_rate_per_min": 75,
    "spo2_pct": 98,
    "respiratory_rate_per_min": 14,
    "moaas": 5,
    "cadss": 0,
    "symptoms": [],
}
"""Readings of which none calls for anything."""

READY: Form = {
    "escort_present": True,
    "oriented": True,
    "walks_steadily": True,
    "nausea_controlled": True,
    "new_suicidal_intent": False,
    "advice_given": True,
}
SAFE_GATE: Form = {
    "sleep_hours": 7,
    "alcohol_24h": False,
    "drug_change": False,
    "new_implant": False,
    "seizure_or_syncope_since": False,
    "pregnancy_possible": False,
    "metal_removed": True,
    "hearing_protection": True,
    "consent_valid": True,
}


def at(minute: float, **readings: object) -> Form:
    """An observation: calm, but for what is given; None leaves a reading out."""
    told = {"minute": minute, **CALM, **readings}
    return {field: value for field, value in told.items() if value is not None}


def infusion(*observations: Form, **parts: object) -> Form:
    """An infusion of 40 mg over 40 minutes."""
    form: Form = {
        "session": 1,
        "therapy": "ketamine_iv",
        "order": {"dose_mg": 40, "minutes": 40},
        "observations": list(observations),
        **parts,
    }
    return form


def spray(*observations: Form, **parts: object) -> Form:
    """A dose of 56 mg of esketamine."""
    form: Form = {
        "session": 1,
        "therapy": "esketamine",
        "order": {"dose_mg": 56},
        "observations": list(observations),
        **parts,
    }
    return form


def stimulation(protocol: str = "itbs_600", **parts: object) -> Form:
    """A session at the protocol's intensity and a threshold of 50 %, before any pulse; all safe."""
    intensity = shipped().protocols[protocol].intensity_pct_mt
    order = {"protocol": protocol, "motor_threshold_pct_mso": 50, "intensity_pct_mt": intensity}
    form: Form = {"session": 1, "therapy": "tms", "order": order, "gate": SAFE_GATE, **parts}
    return form


def replayed(form: Form) -> SessionAnswer:
    """The session as the engine judged it."""
    return replay(read_session("session.json", json.dumps(form).encode(), shipped()), shipped())


def answer(form: Form) -> dict[str, Any]:
    """The public document, as a program reads it."""
    told: dict[str, Any] = json.loads(json.dumps(document(replayed(form))))
    return told


def decision(form: Form, minute: str) -> str:
    """The word for what is to be done at a minute."""
    word: str = answer(form)["decisions"][minute]["decision"]
    return word


def rules(form: Form, minute: str) -> set[str]:
    """The ids of the findings at a minute."""
    return set(answer(form)["decisions"][minute]["findings"])
