"""Reads the intake form (contracts/intake.md) into a record."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from euthymia.exchange import intake_form as form
from euthymia.exchange.drug_names import drug_id
from euthymia.exchange.faults import SourceError
from euthymia.exchange.intake_faults import contradictions, explained
from euthymia.exchange.units import UnitError, convert
from euthymia.knowledge import Knowledge
from euthymia.knowledge.conditions import FactSource
from euthymia.record import Patient, Record
from euthymia.record.entries import (
    Diagnosis,
    Episode,
    Lab,
    Medication,
    NondrugTrial,
    Phase,
    Rating,
    ScaleChange,
    Trial,
)
from euthymia.record.quality import Reading, Skipped
from euthymia.terms import Code, Quantity

Value = TypeVar("Value")
CM_PER_M = 100
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _Top(msgspec.Struct):
    """What tells an intake form from FHIR."""

    intake: msgspec.Raw | UnsetType = UNSET
    resourceType: msgspec.Raw | UnsetType = UNSET  # noqa: N815 - the name FHIR gives it


def is_intake(content: bytes) -> bool:
    """Whether the content is an intake form: `intake` at the top, and no `resourceType`."""
    try:
        top = msgspec.json.decode(content.removeprefix(BYTE_ORDER_MARK), type=_Top)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return False
    return top.intake is not UNSET and top.resourceType is UNSET


def read_intake(name: str, content: bytes, knowledge: Knowledge) -> Record:
    """The record told by an intake form.

    Args:
        name: What to call the file in errors.
        content: The file as it lies, UTF-8 JSON.
        knowledge: The pages, for the names of drugs and the units of labs.

    Raises:
        SourceError: One line naming the place, the fault and the mend.
    """
    told = _decoded(name, content)
    for place, fault in contradictions(told, knowledge):
        raise SourceError(f"{name}: {place}: {fault}")
    return _record(name, told, knowledge)


def _decoded(name: str, content: bytes) -> form.IntakeForm:
    try:
        _refuse_doubled_fields(name, content)
        return msgspec.json.decode(content.removeprefix(BYTE_ORDER_MARK), type=form.IntakeForm)
    except msgspec.ValidationError as fault:
        raise SourceError(f"{name}: {explained(str(fault))}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, json.JSONDecodeError) as fault:
        raise SourceError(
            f"{name}: not JSON: {_where(fault)}; write the form as UTF-8 JSON"
        ) from None
    except RecursionError:
        raise SourceError(f"{name}: nested too deeply; the form is three levels deep") from None


def _where(fault: Exception) -> str:
    """The place and kind of a syntax fault, without the text around it."""
    if isinstance(fault, json.JSONDecodeError):
        return f"line {fault.lineno}, column {fault.colno}: {fault.msg.lower()}"
    if isinstance(fault, UnicodeDecodeError):
        return f"byte {fault.start} is not UTF-8"
    return str(fault).lower()


def _refuse_doubled_fields(name: str, content: bytes) -> None:
    """A field written twice would silently keep the last; it is an error here."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [key for key, _ in pairs]
        for key in names:
            if names.count(key) > 1:
                raise SourceError(f"{name}: {key}: written twice in one place; keep one of them")
        return dict(pairs)

    json.loads(content.decode("utf-8-sig"), object_pairs_hook=once)


def _record(name: str, told: form.IntakeForm, knowledge: Knowledge) -> Record:
    labs, refused = _labs(name, form.entries(told.labs), knowledge)
    return Record(
        as_of=told.as_of,
        patient=_patient(told.patient),
        region=_or(told.region, "US"),
        complete=frozenset(form.entries(told.complete)),
        diagnoses=tuple(_diagnosis(one) for one in form.entries(told.diagnoses)),
        episode=_episode(told.episode),
        antidepressants_failed=_known(told.antidepressants_failed),
        trials=tuple(_trial(one, knowledge) for one in form.entries(told.trials)),
        trials_given=told.trials is not UNSET,
        nondrug_trials=tuple(_nondrug(one) for one in form.entries(told.nondrug_trials)),
        medications=tuple(_medication(one, knowledge) for one in form.entries(told.medications)),
        labs=tuple(labs),
        ratings=tuple(_rating(one) for one in form.entries(told.scales)),
        body=_body(told.body),
        genes=_words(told.genes),
        context=_words(told.context),
        reading=_reading(name, told, refused),
    )


def _known(value: Value | UnsetType) -> Value | None:
    return None if value is UNSET else value


def _or(value: Value | UnsetType, default: Value) -> Value:
    return default if value is UNSET else value


def _words(part: form.GenesPart | form.ContextPart | UnsetType) -> dict[str, Any]:
    return {} if part is UNSET else msgspec.to_builtins(part)


def _patient(part: form.PatientPart | UnsetType) -> Patient:
    if part is UNSET:
        return Patient()
    return Patient(
        id=_known(part.id),
        sex=_known(part.sex),
        age_years=_known(part.age_years),
        birth_date=_known(part.birth_date),
        country=_known(part.country),
    )


def _diagnosis(part: form.DiagnosisPart) -> Diagnosis:
    return Diagnosis(Code("icd10cm", part.icd10cm), _known(part.onset), _known(part.resolved))


def _episode(part: form.EpisodePart | UnsetType) -> Episode:
    if part is UNSET:
        return Episode()
    return Episode(
        months=_known(part.months),
        severity=_known(part.severity),
        longest_well_period_days=_known(part.longest_well_period_days),
        lifetime_episodes=_known(part.lifetime_episodes),
        first_onset_age_years=_known(part.first_onset_age_years),
    )


def _change(part: form.ScaleChangePart | UnsetType) -> ScaleChange | None:
    return None if part is UNSET else ScaleChange(part.instrument, part.before, part.after)


def _trial(part: form.TrialPart, knowledge: Knowledge) -> Trial:
    told = Phase(_known(part.dose_mg), _known(part.days_at_dose))
    drug = drug_id(part.drug, knowledge)
    return Trial(
        id=part.id,
        drug=drug,
        phases=(told,),
        start=_known(part.start),
        end=_known(part.end),
        pdc=_known(part.pdc),
        improvement_pct=_known(part.improvement_pct),
        scale_change=_change(part.scale_change),
        peak_improvement_pct=_known(part.peak_improvement_pct),
        stop_reason=_known(part.stop_reason),
        episode=_known(part.episode),
        indication=_known(part.indication),
        augments=_known(part.augments),
        added_to=_known(part.added_to),
        combination=_known(part.combination),
        optimised=_known(part.optimised),
        serum_level=_level(part.serum_level, drug, knowledge),
    )


def _level(part: form.LevelPart | UnsetType, drug: str, knowledge: Knowledge) -> Quantity | None:
    """The serum level in the unit of the drug's page, or as given where none is known."""
    if part is UNSET:
        return None
    page = knowledge.drugs.get(drug)
    if page is None or page.level is None:
        return Quantity(part.value, part.unit)
    try:
        return Quantity(convert(part.value, part.unit, page.level.unit), page.level.unit)
    except UnitError:
        return Quantity(part.value, part.unit)


def _nondrug(part: form.NondrugPart) -> NondrugTrial:
    return NondrugTrial(
        id=_known(part.id),
        kind=part.kind,
        placement=_known(part.placement),
        sessions=_known(part.sessions),
        improvement_pct=_known(part.improvement_pct),
        scale_change=_change(part.scale_change),
        start=_known(part.start),
        end=_known(part.end),
        episode=_known(part.episode),
        name=_known(part.name),
    )


def _medication(part: form.MedicationPart, knowledge: Knowledge) -> Medication:
    return Medication(
        drug_id(part.drug, knowledge), _known(part.dose_mg_per_day), _known(part.since)
    )


def _rating(part: form.ScalePart) -> Rating:
    return Rating(part.instrument, _known(part.total), form.entries(part.items), _known(part.date))


def _labs(
    name: str, parts: Iterable[form.LabPart], knowledge: Knowledge
) -> tuple[list[Lab], list[Skipped]]:
    """Labs in the units of their pages; what cannot be converted is left out by name."""
    sources = {code: fact for fact in knowledge.facts.values() for code in fact.codes}
    labs, refused = [], []
    for number, part in enumerate(parts):
        code = Code("loinc", part.loinc)
        try:
            value = _lab_value(part, sources.get(code))
        except UnitError as fault:
            refused.append(Skipped(f"labs[{number}]", str(fault)))
        except ValueError as fault:
            raise SourceError(f"{name}: labs[{number}].value: {fault}") from None
        else:
            labs.append(Lab(code, value, _known(part.date)))
    return labs, refused


def _lab_value(part: form.LabPart, source: FactSource | None) -> Quantity | str:
    if isinstance(part.value, str):
        return part.value
    given = _or(part.unit, "1")
    if source is None or source.unit is None:
        return Quantity(part.value, given)
    value = convert(part.value, given, source.unit)
    if source.refused_above is not None and value > source.refused_above:
        raise ValueError(
            f"above {source.refused_above:g} {source.unit}, which cannot be; "
            "check the value and its unit"
        )
    return Quantity(value, source.unit)


def _body(part: form.BodyPart | UnsetType) -> dict[str, float]:
    """The body as measured; the mass index from weight and height where both are known."""
    if part is UNSET:
        return {}
    body: dict[str, float] = msgspec.to_builtins(part)
    square = (body.get("height_cm", 0) / CM_PER_M) ** 2
    if "weight_kg" in body and square > 0:
        body["bmi_kg_per_m2"] = body["weight_kg"] / square
    return body


def _reading(name: str, told: form.IntakeForm, refused: list[Skipped]) -> Reading:
    """How much of the form was filled in, and what of it lies after the day."""
    parts = ("diagnoses", "trials", "nondrug_trials", "labs", "scales", "medications")
    read = {part: len(entries) for part in parts if (entries := form.entries(getattr(told, part)))}
    late = [
        Skipped(f"{part}[{number}]", "dated after as_of; it was not read")
        for part in parts
        for number, entry in enumerate(form.entries(getattr(told, part)))
        if _day_of(entry) > told.as_of
    ]
    return Reading(source="intake", read=read, skipped=tuple(sorted([*refused, *late])))


def _day_of(entry: object) -> Any:
    days = (getattr(entry, field, UNSET) for field in ("onset", "start", "date", "since"))
    return next((day for day in days if day is not UNSET), date.min)
