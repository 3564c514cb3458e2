"""The courses of a history as orders, supplies and statements."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from msgspec import Raw, Struct

from euthymia.simulate.chance import Chance
from euthymia.simulate.coding import (
    ADDRESS,
    BESIDE_WORDS,
    DEPRESSION_WORDS,
    STOPPED,
    Formulary,
    Written,
    encoded,
)
from euthymia.simulate.plan import CoursePlan
from euthymia.simulate.sheet import Sheet, iso
from euthymia.simulate.trials import Course, Fill
from euthymia.simulate.world import World

DAY = {"unit": "days", "system": "http://unitsofmeasure.org", "code": "d"}


class Pen(Struct, frozen=True):
    """What writing a course needs: the sheet, the names of drugs, chance, the world's rates."""

    sheet: Sheet
    formulary: Formulary
    chance: Chance
    world: World
    diagnosis: str | None
    """Reference to the Condition an order may name as its reason."""


def write_course(course: Course, told: CoursePlan, pen: Pen) -> None:
    """A course as the record holds it."""
    if told.trail == "statement":
        _statement(course, told, pen)
        return
    phases = [tuple(fills) for _, fills in groupby(course.fills, key=lambda fill: fill.dose)]
    for number, fills in enumerate(phases):
        written = pen.formulary.written(course.drug, fills[0].dose, pen.chance, told=told.dose)
        last = number == len(phases) - 1
        if told.trail == "supplies":
            _supplies(course, told, fills, written, last, pen)
        else:
            for fill in fills:
                _order(course, told, fill, written, last and fill is fills[-1], 0, pen)
    if not told.reason and course.stop == "intolerance":
        _allergy(course, pen)


def _supplies(  # noqa: PLR0913, PLR0917 - one phase, and what it is written with
    course: Course,
    told: CoursePlan,
    fills: tuple[Fill, ...],
    written: Written,
    last: bool,
    pen: Pen,
) -> None:
    """One order, and a supply for each fill; early refills of the same dose are kept for later."""
    order = _order(course, told, fills[0], written, last, len(fills) - 1, pen)
    before: Fill | None = None
    for fill in fills:
        early = 0
        if before is not None and before.end + 1 == fill.start:
            early = min(pen.chance.between(pen.world.course.early_days), before.days - 1)
        parts = {
            "status": "completed",
            "medicationCodeableConcept": written.concept,
            "subject": pen.sheet.subject,
            "authorizingPrescription": [{"reference": order}],
            "daysSupply": {"value": fill.days, **DAY},
            "whenHandedOver": pen.sheet.moment(fill.start - early),
        }
        if written.per_day is not None and told.dose:
            parts["quantity"] = _amount(written, fill)
        if written.dosage is not None:
            parts["dosageInstruction"] = written.dosage
        pen.sheet.add("MedicationDispense", parts)
        before = fill


def _amount(written: Written, fill: Fill) -> dict[str, Any]:
    whole = round((written.per_day or 0) * fill.days, 6)
    return {"value": int(whole) if whole == int(whole) else whole, "unit": written.unit}


def _order(  # noqa: PLR0913, PLR0917 - one order, and what it is written with
    course: Course,
    told: CoursePlan,
    fill: Fill,
    written: Written,
    last: bool,
    repeats: int,
    pen: Pen,
) -> str:
    ongoing = course.ongoing and last
    request: dict[str, Any] = {"expectedSupplyDuration": {"value": fill.days, **DAY}}
    if written.per_day is not None and told.dose:
        request["quantity"] = _amount(written, fill)
    if repeats:
        request["numberOfRepeatsAllowed"] = repeats
    parts: dict[str, Any] = {
        "status": "active" if ongoing else "stopped" if last else "completed",
        "intent": "order",
        "medicationCodeableConcept": written.concept,
        "subject": pen.sheet.subject,
        "authoredOn": pen.sheet.moment(fill.start),
        "dispenseRequest": request,
    }
    if written.dosage is not None:
        parts["dosageInstruction"] = written.dosage
    _say_why(course, told, parts, pen)
    if last and told.reason and course.stop is not None:
        parts["statusReason"] = {"text": pen.chance.one_of(STOPPED[course.stop])}
    return pen.sheet.add("MedicationRequest", parts)


def _say_why(course: Course, told: CoursePlan, parts: dict[str, Any], pen: Pen) -> None:
    """What it was given for, by code, by words, or by the diagnosis it names."""
    if not told.purpose:
        return
    if course.kind in BESIDE_WORDS:
        parts["reasonCode"] = [{"text": BESIDE_WORDS[course.kind]}]
    elif pen.diagnosis and pen.chance.befalls(pen.world.record.reference_share):
        parts["reasonReference"] = [{"reference": pen.diagnosis}]
    else:
        parts["reasonCode"] = [{"text": pen.chance.one_of(DEPRESSION_WORDS)}]


def _statement(course: Course, told: CoursePlan, pen: Pen) -> None:
    """A course as the patient told it: its dose, its days, why it stopped."""
    written = pen.formulary.written(
        course.drug, course.highest, pen.chance, told=told.dose, supplied=False
    )
    period = {"start": iso(course.start)} | ({} if course.ongoing else {"end": iso(course.end)})
    parts: dict[str, Any] = {
        "status": "active" if course.ongoing else "stopped",
        "medicationCodeableConcept": written.concept,
        "subject": pen.sheet.subject,
        "effectivePeriod": period,
    }
    if written.dosage is not None:
        parts["dosage"] = written.dosage
    _say_why(course, told, parts, pen)
    if told.reason and course.stop is not None:
        parts["statusReason"] = [{"text": pen.chance.one_of(STOPPED[course.stop])}]
    pen.sheet.add("MedicationStatement", parts)


def _allergy(course: Course, pen: Pen) -> None:
    """An intolerance on the allergy list, near the day it was stopped."""
    if not pen.chance.befalls(pen.world.record.allergies):
        return
    pen.sheet.add(
        "AllergyIntolerance",
        {
            "clinicalStatus": STATUS["active"],
            "verificationStatus": STATUS["confirmed"],
            "type": "intolerance",
            "category": ["medication"],
            "code": pen.formulary.ingredient(course.drug),
            "patient": pen.sheet.subject,
            "recordedDate": iso(course.end),
        },
    )


STATUS: dict[str, Raw] = {
    code: encoded(
        {
            "coding": [
                {
                    "system": f"http://terminology.hl7.org/CodeSystem/allergyintolerance-{kind}",
                    "code": code,
                }
            ]
        }
    )
    for kind, code in (("clinical", "active"), ("verification", "confirmed"))
}


def write_taken(drug: str, dose: float, since: int, pen: Pen) -> None:
    """A medicine taken now, as stated."""
    pen.sheet.add(
        "MedicationStatement",
        {
            "status": "active",
            "medicationCodeableConcept": {"text": f"{drug} {dose:g} mg"},
            "subject": pen.sheet.subject,
            "effectivePeriod": {"start": iso(since)},
            "dosage": [{"text": f"Take {dose:g} mg by mouth daily"}],
        },
    )


def write_noise(free: str, day: int, pen: Pen) -> None:
    """Orders that never were: cancelled, or entered in error."""
    rates, chance = pen.world.record, pen.chance
    for status, share in (("cancelled", rates.cancelled), ("entered-in-error", rates.in_error / 2)):
        if chance.befalls(share):
            pen.sheet.add(
                "MedicationRequest",
                {
                    "status": status,
                    "intent": "order",
                    "medicationCodeableConcept": pen.formulary.ingredient(free),
                    "subject": pen.sheet.subject,
                    "authoredOn": iso(day),
                    "dispenseRequest": {"expectedSupplyDuration": {"value": 90, **DAY}},
                    "reasonCode": [{"coding": [{"system": ADDRESS["icd10cm"], "code": "F33.1"}]}],
                },
            )
