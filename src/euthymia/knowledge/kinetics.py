"""Published models of how a drug moves through the body, and the band that is shown of them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from euthymia.knowledge.evidence import Evidence, Figure, Remark, Status

Drug = Literal["racemate", "s"]
"""Racemic ketamine, or S-ketamine alone (esketamine); their concentrations are never mixed."""

Sampling = Literal["arterial", "venous", "not told"]
"""Where the blood was drawn; arterial concentrations are higher during an infusion."""


class PerKilogram(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="by", tag="per_kilogram"
):
    """Micro-constants with a central volume linear in weight: mg/kg gives one curve for everybody.

    `out_per_min` and `back_per_min` hold one rate for each compartment beside the central one.
    """

    central_l_per_kg: float
    elimination_per_min: float
    out_per_min: tuple[float, ...]
    back_per_min: tuple[float, ...]


class AtWeight(Struct, frozen=True, forbid_unknown_fields=True, tag_field="by", tag="at_weight"):
    """Volumes (L) and clearances (L/h) of a person of `weight_kg`.

    Each grows with (weight / weight_kg) to its exponent; an exponent of 0 does not grow.
    """

    weight_kg: float
    central_l: float
    clearance_l_per_h: float
    other_l: tuple[float, ...]
    flow_l_per_h: tuple[float, ...]
    central_exponent: float
    clearance_exponent: float
    other_exponent: float
    flow_exponent: float


class Spread(Struct, frozen=True, forbid_unknown_fields=True):
    """Variances between people of the logarithms; what is left out was not published, and is 0."""

    central: float = 0.0
    clearance: float = 0.0
    central_with_clearance: float = 0.0
    other: tuple[float, ...] = ()
    flow: tuple[float, ...] = ()

    def covariance(self, others: int) -> tuple[tuple[float, ...], ...]:
        """Rows over central volume, clearance, then volume and flow of each other compartment."""
        beside = zip(self._filled(self.other, others), self._filled(self.flow, others), strict=True)
        variances = [self.central, self.clearance, *(one for pair in beside for one in pair)]
        rows = [[0.0] * len(variances) for _ in variances]
        for place, variance in enumerate(variances):
            rows[place][place] = variance
        rows[0][1] = rows[1][0] = self.central_with_clearance
        return tuple(tuple(row) for row in rows)

    @staticmethod
    def _filled(given: tuple[float, ...], others: int) -> tuple[float, ...]:
        return given or (0.0,) * others


class KineticModel(Struct, frozen=True, forbid_unknown_fields=True):
    """One published compartment model, for plasma alone.

    Attributes:
        drug: What its concentrations are of.
        people: In whom it was found.
        numbers: In the form in which they were published.
        spread: Between people; None where none is known.
        warnings: What must stand beside it wherever it is named.
    """

    id: str
    title: str
    drug: Drug
    sampling: Sampling
    people: str
    numbers: PerKilogram | AtWeight
    status: Status
    evidence: tuple[Evidence, ...]
    spread: Spread | None = None
    warnings: tuple[str, ...] = ()
    note: str | None = None

    def __post_init__(self) -> None:
        """Refuses numbers of which one is missing."""
        one, other = _sides(self.numbers)
        if not one or len(one) != len(other):
            raise ValueError("the other compartments need two numbers each; give as many of both")


def _sides(given: PerKilogram | AtWeight) -> tuple[tuple[float, ...], tuple[float, ...]]:
    if isinstance(given, PerKilogram):
        return given.out_per_min, given.back_per_min
    return given.other_l, given.flow_l_per_h


class NasalModel(Struct, frozen=True, forbid_unknown_fields=True):
    """A published model of a drug sprayed into the nose: part is taken up there, part swallowed.

    Attributes:
        other_l, flow_l_per_h: Of each compartment beside the central one.
        liver_l, liver_flow_l_per_h: What is swallowed passes the liver before it reaches the blood.
        liver_loss_per_h: Ways of elimination, all from the liver; they add up.
        device_mg: What one device sprays.
        nasal_share: Share of the first device that is taken up in the nose; of later ones it is
            `later_nasal_factor` times that.
        nasal_per_h, swallowed_per_h: Rates of uptake.
        swallowed_h: Over how long the rest is swallowed.
        gut_share: Share of what was swallowed that passes the gut.
    """

    id: str
    title: str
    people: str
    central_l: float
    other_l: tuple[float, ...]
    flow_l_per_h: tuple[float, ...]
    liver_l: float
    liver_flow_l_per_h: float
    liver_loss_per_h: tuple[float, ...]
    device_mg: float
    nasal_share: float
    later_nasal_factor: float
    nasal_per_h: float
    swallowed_h: float
    swallowed_per_h: float
    gut_share: float
    status: Status
    evidence: tuple[Evidence, ...]
    warnings: tuple[str, ...] = ()
    note: str | None = None


class Observed(Struct, frozen=True, forbid_unknown_fields=True):
    """A concentration that a study measured, in ng/mL; one value has both ends alike."""

    says: str
    low_ng_per_ml: float
    high_ng_per_ml: float
    status: Status
    evidence: tuple[Evidence, ...]


class ShownBand(Struct, frozen=True, forbid_unknown_fields=True):
    """Which models make the band that is shown of an infusion, and what stands beside it.

    Attributes:
        label: Stands on every picture and before every text of it.
        drug: What the pump holds.
        models: Ids of the kinetic models between which the band lies.
        s_share: Share of the dose that is S, for models of S.
        per_s: What a concentration of S is multiplied by to stand for the whole; an assumption.
            Without it models of S are left out.
        shown_min, step_min: How long the curve is, and how dense.
        says, may_not: What the curve shows, and what it must not be used for.
    """

    id: str
    title: str
    label: str
    drug: Drug
    models: tuple[str, ...]
    shown_min: Figure
    step_min: Figure
    says: tuple[Remark, ...]
    may_not: tuple[Remark, ...]
    observed: tuple[Observed, ...]
    status: Status
    evidence: tuple[Evidence, ...]
    s_share: Figure | None = None
    per_s: Figure | None = None
