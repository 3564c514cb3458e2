"""Reads the intake form (contracts/intake.md) into a record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import count
from math import inf
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from euthymia.exchange import intake_form as form
from euthymia.exchange.bedside import body_of
from euthymia.exchange.drug_names import drug_id, drug_ids
from euthymia.exchange.faults import SourceError
from euthymia.exchange.form_json import BYTE_ORDER_MARK, decoded
from euthymia.exchange.intake_faults import contradictions, explained
from euthymia.exchange.intake_orders import (
    implant_of,
    orders_of,
    override_of,
    preferences_of,
    screening_of,
    seizure_of,
    vitals_of,
)
from euthymia.exchange.spellings import convert_as_spelt, spellings_of
from euthymia.exchange.units import UnitError
from euthymia.knowledge import Knowledge
from euthymia.knowledge.conditions import FactSource
from euthymia.record import Patient, Record, Section
from euthymia.record.days import known_on
from euthymia.record.entries import (
    Diagnosis,
    Episode,
    Lab,
    Medication,
    NondrugTrial,
    Phase,
    Rating,
    ScaleChange,
    Told,
    Trial,
)
from euthymia.record.quality import Doubt, Reading, Skipped
from euthymia.terms import Code, Quantity

Value = TypeVar("Value")
NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?", re.ASCII)
PARTS: Mapping[str, str] = {
    "diagnoses": "diagnoses",
    "trials": "trials",
    "nondrug_trials": "nondrug_trials",
    "labs": "labs",
    "scales": "ratings",
    "medications": "medications",
    "vitals": "vitals",
}
"""Parts of the form whose entries are dated, with the field of the record they become."""

NOT_SOUGHT = "no page looks for this test, and nothing rests on it; check the LOINC code"


class _Top(msgspec.Struct):
    """What tells an intake form from FHIR."""

    intake: msgspec.Raw | UnsetType = UNSET
    resourceType: msgspec.Raw | UnsetType = UNSET  # noqa: N815 - the name FHIR gives it
    as_of: msgspec.Raw | UnsetType = UNSET


def is_intake(content: bytes) -> bool:
    """Whether the content is an intake form: `intake` at the top, and no `resourceType`."""
    top = _top(content)
    return top.intake is not UNSET and top.resourceType is UNSET


def lacks_its_number(content: bytes) -> bool:
    """Whether it is a form by its fields, in which `intake` was forgotten."""
    top = _top(content)
    return top.as_of is not UNSET and top.intake is UNSET and top.resourceType is UNSET


def _top(content: bytes) -> _Top:
    try:
        return msgspec.json.decode(content.removeprefix(BYTE_ORDER_MARK), type=_Top)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return _Top()


def read_intake(
    name: str,
    content: bytes,
    knowledge: Knowledge,
    *,
    as_of: date | None = None,
    complete: frozenset[Section] = frozenset(),
) -> Record:
    """The record told by an intake form.

    Args:
        name: What to call the file in errors.
        content: The file as it lies, UTF-8 JSON.
        knowledge: The pages, for the names of drugs and the units of labs.
        as_of: The day of the assessment; entries dated later are not read. None: as the form says.
        complete: Sections in which silence means no, besides those the form names.

    Raises:
        SourceError: One line naming the place, the fault and the mend.
    """
    told = _decoded(name, content)
    for place, fault in contradictions(told, knowledge):
        raise SourceError(f"{name}: {place}: {fault}")
    day = as_of or told.as_of
    record, refused = _record(name, told, day, knowledge)
    asked = replace(record, as_of=day, complete=record.complete | complete)
    return _read_until(asked, refused, knowledge)


def _decoded(name: str, content: bytes) -> form.IntakeForm:
    return decoded(name, content, form.IntakeForm, explained, "three levels")


def _record(
    name: str, told: form.IntakeForm, day: date, knowledge: Knowledge
) -> tuple[Record, Sequence[Skipped]]:
    """The form whole, and the labs that could not be read."""
    labs, refused = _labs(name, form.entries(told.labs), day, knowledge)
    record = Record(
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
        medications=tuple(
            medication
            for one in form.entries(told.medications)
            for medication in _medications(one, knowledge)
        ),
        labs=tuple(labs),
        ratings=tuple(_rating(one) for one in form.entries(told.scales)),
        body=body_of(told.body),
        genes=_words(told.genes),
        vitals=tuple(vitals_of(one) for one in form.entries(told.vitals)),
        implants=tuple(implant_of(one) for one in form.entries(told.implants)),
        seizures=tuple(seizure_of(one) for one in form.entries(told.seizures)),
        screening=screening_of(told.screening),
        orders=orders_of(told),
        preferences=preferences_of(told.preferences),
        overrides=tuple(override_of(one) for one in form.entries(told.overrides)),
        context={name: Told(value) for name, value in _words(told.context).items()},
    )
    return record, refused


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
        value = convert_as_spelt(part.value, part.unit, page.level.unit, spellings_of(knowledge))
        return Quantity(value, page.level.unit)
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


def _medications(part: form.MedicationPart, knowledge: Knowledge) -> Iterator[Medication]:
    """One for each ingredient; whose the dose of a combination is, nobody told."""
    drugs = drug_ids(part.drug, knowledge)
    dose = _known(part.dose_mg_per_day) if len(drugs) == 1 else None
    for drug in drugs:
        yield Medication(drug, dose, _known(part.since))


def _rating(part: form.ScalePart) -> Rating:
    return Rating(part.instrument, _known(part.total), form.entries(part.items), _known(part.date))


def _labs(
    name: str, parts: Iterable[form.LabPart], day: date, knowledge: Knowledge
) -> tuple[list[Lab], list[Skipped]]:
    """Labs in the units of their pages; one that cannot be converted stands in its own unit.

    No page can read that one, so what it would tell stays open, and it is named as left out, as
    is a test that no page looks for. What is dated after the day is left out as a whole.
    """
    spellings, sought = spellings_of(knowledge), _sought(knowledge)
    labs, refused = [], []
    for number, part in enumerate(parts):
        late = part.date is not UNSET and part.date > day
        if not late and part.loinc not in sought:
            refused.append(Skipped(f"labs[{number}]", NOT_SOUGHT))
        try:
            labs.append(_lab(part, () if late else _measured_by(part.loinc, knowledge), spellings))
        except UnitError as fault:
            refused.append(Skipped(f"labs[{number}]", str(fault)))
            labs.append(_unread(part))
        except ValueError as fault:
            raise SourceError(f"{name}: labs[{number}].value: {fault}") from None
    return labs, refused


def _sought(knowledge: Knowledge) -> frozenset[str]:
    """The LOINC of every test that some page looks for."""
    tests = knowledge.facts_by_section["labs"].values()
    return frozenset(code.value for fact in tests for code in fact.codes)


def _unread(part: form.LabPart) -> Lab:
    """A lab as it was given: it says that something was measured, and nothing more."""
    value = part.value if isinstance(part.value, str) else Quantity(part.value, _or(part.unit, "1"))
    return Lab(Code("loinc", part.loinc), value, _known(part.date))


def _measured_by(loinc: str, knowledge: Knowledge) -> tuple[FactSource, ...]:
    """The facts of the pages that this test measures."""
    code = Code("loinc", loinc)
    return tuple(fact for fact in knowledge.facts.values() if fact.unit and code in fact.codes)


def _lab(part: form.LabPart, sources: Sequence[FactSource], spellings: Mapping[str, str]) -> Lab:
    """In the unit of its page. Raises UnitError; ValueError for a value that cannot be."""
    code, taken = Code("loinc", part.loinc), _known(part.date)
    if isinstance(part.value, str):
        return Lab(code, _told_in_words(part.value, sources), taken)
    given = _or(part.unit, "1")
    unit = next((source.unit for source in sources if source.unit), given)
    value = convert_as_spelt(part.value, given, unit, spellings)
    _refuse_impossible(value, unit, sources)
    top_quarter = _known(part.percentile_75)
    bound = None if top_quarter is None else convert_as_spelt(top_quarter, given, unit, spellings)
    return Lab(code, Quantity(value, unit), taken, percentile_75=bound)


def _told_in_words(value: str, sources: Sequence[FactSource]) -> str:
    """A result in words. Raises UnitError for a word where the pages compare a number."""
    if NUMBER.fullmatch(value.strip()):
        raise ValueError("a number in quotes; write it without them, with its unit")
    if sources:
        raise UnitError("a word, where a number is compared; give the number with its unit")
    return value


def _refuse_impossible(value: float, unit: str, sources: Sequence[FactSource]) -> None:
    """Raises ValueError."""
    for source in sources:
        least = source.refused_below
        most = inf if source.refused_above is None else source.refused_above
        if source.unit == unit and not least <= value <= most:
            limit = f"above {most:g}" if value > most else f"below {least:g}"
            raise ValueError(f"{limit} {unit}, which cannot be; check the value and its unit")


def _read_until(record: Record, refused: Sequence[Skipped], knowledge: Knowledge) -> Record:
    """The record without what is dated after its day, and the bookkeeping of what was read."""
    kept: dict[str, tuple[Any, ...]] = {}
    late: list[Skipped] = []
    for part, field in PARTS.items():
        entries = getattr(record, field)
        places = (f"{part}[{n}]" for n in count())
        late += [
            Skipped(place, "dated after the day of the assessment; it was not read")
            for place, entry in zip(places, entries, strict=False)
            if not known_on(entry, record.as_of)
        ]
        kept[field] = tuple(entry for entry in entries if known_on(entry, record.as_of))
    read = {part: len(kept[field]) for part, field in PARTS.items()}
    read["labs"] -= len(refused)
    reading = Reading(
        source="intake",
        read={part: entries for part, entries in read.items() if entries > 0},
        skipped=tuple(sorted([*refused, *late])),
        doubts=tuple(_slips(kept["labs"], knowledge)),
    )
    return replace(record, reading=reading, **kept)


def _slips(labs: Iterable[Lab], knowledge: Knowledge) -> Iterator[Doubt]:
    """Values that are read and look like a slip of the unit."""
    for lab in labs:
        for slip in knowledge.slips.values():
            if isinstance(lab.value, Quantity) and slip.fits(lab.code, lab.value):
                yield Doubt(f"labs ({lab.code.value})", slip.says)
