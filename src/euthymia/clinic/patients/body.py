"""Weight and height as they were read, in both units, so that a slip of the unit is seen."""

from __future__ import annotations

from typing import Any

import msgspec
from django.utils.translation import gettext as _

from euthymia.exchange.bedside import body_of
from euthymia.exchange.intake_form import BodyPart

KG_PER_LB = 0.45359237
CM_PER_INCH = 2.54
INCHES_PER_FOOT = 12


def as_read(told: Any) -> str:
    """A body in kilograms and pounds, metric and feet, with the mass index of the reader."""
    body = body_of(msgspec.convert(told, BodyPart))
    parts = []
    if "weight_kg" in body:
        kilograms = float(body["weight_kg"].value)
        told_in = {"kg": f"{kilograms:g}", "lb": f"{kilograms / KG_PER_LB:.0f}"}
        parts.append(_("%(kg)s kg = %(lb)s lb") % told_in)
    if "height_cm" in body:
        parts.append(_height(float(body["height_cm"].value)))
    if "bmi_kg_per_m2" in body:
        index = {"index": f"{float(body['bmi_kg_per_m2'].value):.1f}"}
        parts.append(_("body mass index %(index)s kg/m2") % index)
    return ", ".join(parts)


def _height(centimetres: float) -> str:
    feet, inches = divmod(round(centimetres / CM_PER_INCH), INCHES_PER_FOOT)
    told_in = {"cm": f"{centimetres:g}", "ft": feet, "in": inches}
    return _("%(cm)s cm = %(ft)s ft %(in)s in") % told_in
