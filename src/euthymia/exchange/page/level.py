"""The level in the blood an infusion would make: a band of models, folded, never a rule."""

from __future__ import annotations

from msgspec import Struct

from euthymia.engine.plans import InfusionPlan, Plan
from euthymia.exchange.kinetics import PlannedInfusion, exposure_band, told
from euthymia.exchange.kinetics_picture import NARROW, exposure_picture
from euthymia.exchange.page.statement import Statement, said
from euthymia.knowledge import Knowledge


class LevelBox(Struct, frozen=True):
    """The picture, its sentences, and what it must not be used for."""

    label: str
    picture: str
    told: tuple[str, ...]
    whole: Statement
    may_not: tuple[Statement, ...]


def level_box(plan: Plan, knowledge: Knowledge) -> LevelBox | None:
    """The band of an infusion at the weight that was measured; None for any other plan."""
    if not isinstance(plan, InfusionPlan):
        return None
    planned = PlannedInfusion(
        dose_mg=plan.dose_mg, minutes=plan.minutes, weight_kg=plan.body.weight_kg
    )
    band = exposure_band(planned, knowledge)
    if band is None:
        return None
    label, *sentences = told(band)
    return LevelBox(
        label=label,
        picture=exposure_picture(band, NARROW),
        told=tuple(sentences),
        whole=Statement("", band.status, band.evidence),
        may_not=tuple(said(one) for one in band.may_not),
    )
