"""Writes a plan in numbers, as the public document has it."""

from __future__ import annotations

from typing import Any

import msgspec

from euthymia.engine.plans import InfusionPlan, Plan, SprayPlan, StimulationPlan
from euthymia.engine.plans.stimulation import Coil

Json = dict[str, Any]
RULE = "beam_f3_web"


def plan_of(plan: Plan | None) -> Json | None:
    """The plan by its kind; None where none is made."""
    match plan:
        case None:
            return None
        case StimulationPlan():
            return _stimulation(plan)
        case InfusionPlan():
            return _infusion(plan)
        case SprayPlan():
            return {"dose_mg": plan.dose_mg, "devices": plan.devices}


def _stimulation(plan: StimulationPlan) -> Json:
    protocol = plan.protocol
    several = protocol.sessions_per_day > 1
    per_day = {"pulses_per_day": plan.pulses_per_session * protocol.sessions_per_day}
    parts = {"parts": msgspec.to_builtins(protocol.parts)} if len(protocol.parts) > 1 else {}
    return {
        "protocol": protocol.id,
        "motor_threshold_pct_mso": plan.motor_threshold_pct_mso,
        "intensity_pct_mt": protocol.intensity_pct_mt,
        "output_exact_pct_mso": plan.output_exact_pct_mso,
        "output_set_pct_mso": plan.output_set_pct_mso,
        "achieved_pct_mt": plan.achieved_pct_mt,
        "deliverable": plan.deliverable,
        "pulses_per_session": plan.pulses_per_session,
        "session_seconds": plan.session_seconds,
        "session_seconds_exact": plan.session_seconds_exact,
        "duty_cycle": plan.duty_cycle,
        "sessions": protocol.sessions,
        "course_pulses": plan.course_pulses,
        **(per_day if several else {}),
        "depth": plan.depth and msgspec.to_builtins(plan.depth),
        "ceiling": plan.ceiling and msgspec.to_builtins(plan.ceiling),
        "train": msgspec.to_builtins(plan.train),
        "coil": plan.coil and _coil(plan.coil),
        **parts,
    }


def _coil(coil: Coil) -> Json:
    return {
        "rule": RULE,
        "side": coil.side,
        "x_cm": coil.point.x_cm,
        "y_cm": coil.point.y_cm,
        "y_adjusted_2015_cm": coil.y_adjusted_2015_cm,
    }


def _infusion(plan: InfusionPlan) -> Json:
    bmi = {} if plan.body.bmi is None else {"bmi_kg_per_m2": plan.body.bmi}
    return {
        "dose_mg": plan.dose_mg,
        "mg_per_kg": plan.mg_per_kg,
        **bmi,
        "ideal_weight_kg": plan.body.ideal_kg,
        "basis": plan.basis,
        "dosing_weight_kg": plan.dosing_weight_kg,
        "rate_mg_per_min": plan.rate_mg_per_min,
        "minutes": plan.minutes,
        "arithmetic": plan.arithmetic,
    }
