"""Reads the parts of the intake form that speak of therapies: screens, devices, orders, wishes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from euthymia.exchange import intake_form as form
from euthymia.record.entries import Implant, Seizure, Told, Vitals
from euthymia.record.orders import (
    InfusionOrder,
    Orders,
    Override,
    Preferences,
    SprayOrder,
    StimulationOrder,
)
from euthymia.terms import Code

Value = TypeVar("Value")


def _known(value: Value | UnsetType) -> Value | None:
    return None if value is UNSET else value


def vitals_of(part: form.VitalsPart) -> Vitals:
    """Measures of one moment."""
    return Vitals(
        systolic_mmhg=_known(part.systolic_mmhg),
        diastolic_mmhg=_known(part.diastolic_mmhg),
        heart_rate_per_min=_known(part.heart_rate_per_min),
        spo2_pct=_known(part.spo2_pct),
        respiratory_rate_per_min=_known(part.respiratory_rate_per_min),
        taken=_known(part.date),
    )


def implant_of(part: form.ImplantPart) -> Implant:
    """A device by its code, or by words."""
    code = None if part.snomed is UNSET else Code("snomed", part.snomed)
    return Implant(
        code=code,
        text=_known(part.text),
        location=_known(part.location),
        material=_known(part.material),
        distance_to_coil_cm=_known(part.distance_to_coil_cm),
        mr_conditional_card=_known(part.mr_conditional_card),
    )


def seizure_of(part: form.SeizurePart) -> Seizure:
    """One seizure of the past."""
    return Seizure(
        kind=part.kind,
        months_ago=_known(part.months_ago),
        age_years=_known(part.age_years),
        complex=_known(part.complex),
    )


def screening_of(part: form.ScreeningPart | UnsetType) -> dict[str, Told]:
    """Every answer by its screen and key, as in tass.fainting."""
    return {} if part is UNSET else dict(_answers(part))


def _answers(part: form.ScreeningPart) -> Iterator[tuple[str, Told]]:
    for screen, answers in msgspec.to_builtins(part).items():
        for key, answer in answers.items():
            yield f"{screen}.{key}", Told(answer)


def orders_of(told: form.IntakeForm) -> Orders:
    """What is in mind for each therapy that is planned in numbers."""
    return Orders(
        tms=StimulationOrder() if told.tms is UNSET else _stimulation(told.tms),
        ketamine_iv=InfusionOrder() if told.ketamine_iv is UNSET else _infusion(told.ketamine_iv),
        esketamine=SprayOrder() if told.esketamine is UNSET else _spray(told.esketamine),
    )


def _stimulation(part: form.TmsPart) -> StimulationOrder:
    threshold, head, depth = part.motor_threshold, part.head, part.scalp_to_cortex
    tapes = form.HeadPart() if head is UNSET else head
    return StimulationOrder(
        stimulator=_known(part.stimulator),
        protocol=_known(part.protocol),
        motor_threshold_pct_mso=None if threshold is UNSET else threshold.pct_mso,
        threshold_method=None if threshold is UNSET else _known(threshold.method),
        threshold_day=None if threshold is UNSET else _known(threshold.date),
        tragus_to_tragus_cm=_known(tapes.tragus_to_tragus_cm),
        nasion_to_inion_cm=_known(tapes.nasion_to_inion_cm),
        circumference_cm=_known(tapes.circumference_cm),
        motor_mm=None if depth is UNSET else depth.motor_mm,
        target_mm=None if depth is UNSET else depth.target_mm,
    )


def _infusion(part: form.KetaminePart) -> InfusionOrder:
    return InfusionOrder(
        mg_per_kg=_known(part.mg_per_kg),
        minutes=_known(part.minutes),
        session_number=_known(part.session_number),
        previous_basis=_known(part.previous_basis),
    )


def _spray(part: form.EsketaminePart) -> SprayOrder:
    return SprayOrder(
        session_number=_known(part.session_number),
        previous_dose_mg=_known(part.previous_dose_mg),
        rems_enrolled=_known(part.rems_enrolled),
    )


def preferences_of(part: form.PreferencesPart | UnsetType) -> Preferences:
    """What the patient wants."""
    if part is UNSET:
        return Preferences()
    return Preferences(
        prefers=form.entries(part.prefers),
        declines=form.entries(part.declines),
        weights={str(merit): weight for merit, weight in _weights(part).items()},
    )


def _weights(part: form.PreferencesPart) -> Mapping[form.Weight, float]:
    return {} if part.weights is UNSET else part.weights


def override_of(part: form.OverridePart) -> Override:
    """A physician's word on one finding."""
    return Override(finding=part.finding, by=part.by, reason=part.reason, signed=_known(part.date))
