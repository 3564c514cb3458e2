"""An infusion of ketamine made out in numbers: weight, dose, rate and the programme of the pump."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from msgspec import Struct

from euthymia.knowledge import Knowledge
from euthymia.record import Patient, Record
from euthymia.record.orders import Basis

CM_PER_M = 100
NOISE = 1e-9
"""A difference of floats that is none: a body-mass index of 29.9999999999 is 30."""


class Body(Struct, frozen=True):
    """What a dose is reckoned from. kg and cm; `ideal_kg` None: sex is not known, or too short."""

    weight_kg: float
    height_cm: float | None
    bmi: float | None
    ideal_kg: float | None


class Series(Struct, frozen=True):
    """The infusions of an induction: how many, how often a week, at least so many hours apart."""

    sessions: int
    per_week: tuple[int, int]
    hours_apart: float
    total_mg: float


class InfusionPlan(Struct, frozen=True, kw_only=True):
    """One infusion. `volumes_ml`: what to draw, by the strength of the vial, mg/mL.

    `brisk`: faster than the usual rate, and to be looked at; `too_fast`: above the most allowed.
    """

    dose_mg: float
    mg_per_kg: float
    minutes: float
    rate_mg_per_min: float
    basis: Basis
    dosing_weight_kg: float
    body: Body
    volumes_ml: tuple[tuple[float, float], ...]
    rate_mg_per_kg_per_min: float
    brisk: bool
    too_fast: bool
    series: Series
    outside_range: bool
    above_first_dose: bool

    @property
    def arithmetic(self) -> str:
        """The sum, as it would be done by hand."""
        return (
            f"{self.mg_per_kg:g} mg/kg x {self.dosing_weight_kg:.4g} kg ({self.basis} weight) = "
            f"{self.dose_mg:.1f} mg; {self.dose_mg:.1f} mg / {self.minutes:g} min = "
            f"{self.rate_mg_per_min:.3g} mg/min"
        )


def infusion_plan(record: Record, knowledge: Knowledge) -> InfusionPlan | None:
    """The infusion in mind, else the standard one; None where nobody weighed the patient.

    Where the body-mass index asks for ideal weight and that is not known, no dose is given.
    """
    body = body_of(record, knowledge)
    basis = None if body is None else basis_of(body, knowledge)
    if body is None or basis is None:
        return None
    order = record.orders.ketamine_iv
    mg_per_kg = order.mg_per_kg or knowledge.number("ketamine_mg_per_kg")
    minutes = order.minutes or knowledge.number("ketamine_minutes")
    weight = body.ideal_kg if basis == "ideal" and body.ideal_kg is not None else body.weight_kg
    dose = to_step(mg_per_kg * weight, knowledge.number("ketamine_dose_step_mg"))
    rate = mg_per_kg / minutes
    return InfusionPlan(
        dose_mg=dose,
        mg_per_kg=mg_per_kg,
        minutes=minutes,
        rate_mg_per_min=dose / minutes,
        basis=basis,
        dosing_weight_kg=weight,
        body=body,
        volumes_ml=tuple((strength, dose / strength) for strength in _strengths(knowledge)),
        rate_mg_per_kg_per_min=rate,
        brisk=rate > knowledge.number("ketamine_rate_review_mg_per_kg_per_min") + NOISE,
        too_fast=rate > knowledge.number("ketamine_rate_max_mg_per_kg_per_min") + NOISE,
        series=_series(dose, knowledge),
        outside_range=not _in_range(mg_per_kg, minutes, knowledge),
        above_first_dose=order.session_number == 1
        and mg_per_kg > knowledge.number("ketamine_first_dose_max_mg_per_kg"),
    )


def infusion_waits_for(record: Record, knowledge: Knowledge) -> Iterator[str]:
    """The questions without which no dose is known."""
    body = body_of(record, knowledge)
    if body is None:
        yield "weight"
    if body is None or basis_of(body, knowledge) is not None:
        return
    if body.height_cm is None:
        yield "height"
    if record.patient.sex is None:
        yield "sex"


def body_of(record: Record, knowledge: Knowledge) -> Body | None:
    """Weight, height and what follows from them; None where the weight is not known."""
    weight, height = _measure(record, "weight_kg"), _measure(record, "height_cm")
    if weight is None:
        return None
    bmi = None if height is None else weight / (height / CM_PER_M) ** 2
    told = bmi if bmi is not None else _measure(record, "bmi_kg_per_m2")
    return Body(weight, height, told, _ideal(record.patient, height, knowledge))


def _measure(record: Record, name: str) -> float | None:
    told = record.body.get(name)
    return told.value if told is not None and isinstance(told.value, float | int) else None


def _ideal(patient: Patient, height_cm: float | None, knowledge: Knowledge) -> float | None:
    """Devine's weight: by sex and the inches above sixty; not meant for a shorter person."""
    least = knowledge.number("ideal_weight_from_cm")
    if patient.sex is None or height_cm is None or height_cm < least:
        return None
    inches = (height_cm - least) / knowledge.number("cm_per_inch")
    start = knowledge.number(f"ideal_weight_kg_{patient.sex}")
    return start + knowledge.number("ideal_weight_kg_per_inch") * inches


def basis_of(body: Body, knowledge: Knowledge) -> Basis | None:
    """Ideal weight from the body-mass index of the page, where it is the lower; else actual.

    Actual as well for a person too short for the formula. None where the index is not known, or
    asks for an ideal weight that is not known.
    """
    if body.bmi is None:
        return None
    if not asks_for_ideal(body, knowledge) or below_formula(body, knowledge):
        return "actual"
    if body.ideal_kg is None:
        return None
    return "ideal" if body.ideal_kg < body.weight_kg else "actual"


def asks_for_ideal(body: Body, knowledge: Knowledge) -> bool:
    """Whether the body-mass index is one from which the page doses by ideal weight."""
    boundary = knowledge.number("ketamine_ideal_weight_from_bmi")
    return body.bmi is not None and body.bmi >= boundary - NOISE


def below_formula(body: Body, knowledge: Knowledge) -> bool:
    """Whether the person is shorter than the formula of ideal weight is meant for."""
    least = knowledge.number("ideal_weight_from_cm")
    return body.height_cm is not None and body.height_cm < least


def near_boundary(body: Body, knowledge: Knowledge) -> bool | None:
    """Whether a small change of weight would change the basis of the dose."""
    if body.bmi is None:
        return None
    boundary = knowledge.number("ketamine_ideal_weight_from_bmi")
    return abs(body.bmi - boundary) <= knowledge.number("ketamine_near_bmi_boundary") + NOISE


def to_step(dose_mg: float, step_mg: float) -> float:
    """To the step of the pump, half up, in exact decimals of what is shown: 35.25 is 35.3."""
    step = Decimal(str(step_mg))
    steps = (Decimal(f"{dose_mg:.9f}") / step).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return float(steps * step)


def _series(dose_mg: float, knowledge: Knowledge) -> Series:
    number = knowledge.number
    sessions = int(number("ketamine_sessions"))
    often = (
        int(number("ketamine_sessions_per_week_min")),
        int(number("ketamine_sessions_per_week_max")),
    )
    return Series(sessions, often, number("ketamine_min_interval_hours"), sessions * dose_mg)


def _strengths(knowledge: Knowledge) -> list[float]:
    return [
        one.value
        for name, one in sorted(knowledge.parameters.items(), key=lambda item: item[1].value)
        if name.startswith("ketamine_vial_mg_per_ml")
    ]


def _in_range(mg_per_kg: float, minutes: float, knowledge: Knowledge) -> bool:
    number = knowledge.number
    dose_fits = number("ketamine_mg_per_kg_min") <= mg_per_kg <= number("ketamine_mg_per_kg_max")
    return dose_fits and number("ketamine_minutes_min") <= minutes <= number("ketamine_minutes_max")
