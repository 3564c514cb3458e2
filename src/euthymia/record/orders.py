"""What is in mind: orders for stimulation, infusion or spray, and what the patient wants."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import Struct

Basis = Literal["actual", "ideal"]
"""The weight a dose is reckoned by."""


class StimulationOrder(Struct, frozen=True, kw_only=True):
    """What is known for a plan of TMS.

    Attributes:
        stimulator: Its name as written.
        protocol: Id of a protocol of the knowledge.
        motor_threshold_pct_mso: Percent of maximum stimulator output; above 100: not obtainable.
        threshold_method: How a response was seen; `visual` reads higher than `emg`.
        motor_mm: Scalp to motor cortex, mm, by MRI; `target_mm`: scalp to the target.
    """

    stimulator: str | None = None
    protocol: str | None = None
    motor_threshold_pct_mso: float | None = None
    threshold_method: Literal["visual", "emg"] | None = None
    threshold_day: date | None = None
    tragus_to_tragus_cm: float | None = None
    nasion_to_inion_cm: float | None = None
    circumference_cm: float | None = None
    motor_mm: float | None = None
    target_mm: float | None = None


class InfusionOrder(Struct, frozen=True, kw_only=True):
    """What is known for a plan of infused ketamine."""

    mg_per_kg: float | None = None
    minutes: float | None = None
    session_number: int | None = None
    previous_basis: Basis | None = None


class SprayOrder(Struct, frozen=True, kw_only=True):
    """What is known for a plan of esketamine spray."""

    session_number: int | None = None
    previous_dose_mg: float | None = None
    rems_enrolled: bool | None = None


class Orders(Struct, frozen=True, kw_only=True):
    """The orders in mind, by the id of the option; an order nobody spoke of is empty."""

    tms: StimulationOrder = StimulationOrder()
    ketamine_iv: InfusionOrder = InfusionOrder()
    esketamine: SprayOrder = SprayOrder()


class Preferences(Struct, frozen=True, kw_only=True):
    """What the patient wants. Weights are 0 to 10 by merit; they order, and change no finding."""

    prefers: tuple[str, ...] = ()
    declines: tuple[str, ...] = ()
    weights: Mapping[str, float] = {}


class Override(Struct, frozen=True, kw_only=True):
    """A named physician takes the milder of two verdicts on one finding, and says why."""

    finding: str
    by: str
    reason: str
    signed: date | None = None
