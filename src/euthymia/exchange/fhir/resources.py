"""The FHIR R4 resources we read, and of each only the fields we use; others are ignored."""

from __future__ import annotations

from msgspec import Raw, Struct, field

NOTHING = Raw(b"")
"""What an absent choice type holds, since any JSON value may stand there."""


class Part(Struct, frozen=True, gc=False, rename="camel"):
    """A data type inside a resource."""


class Meta(Part, frozen=True):
    version_id: str | None = None
    last_updated: str | None = None


class Extension(Part, frozen=True):
    url: str | None = None
    value_decimal: float | None = None
    value_integer: int | None = None


class Coding(Part, frozen=True):
    system: str | None = None
    code: str | None = None
    display: str | None = None
    extension: tuple[Extension, ...] = ()


class CodeableConcept(Part, frozen=True):
    coding: tuple[Coding, ...] = ()
    text: str | None = None


class Reference(Part, frozen=True):
    reference: str | None = None
    display: str | None = None


class Quantity(Part, frozen=True):
    value: float | None = None
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class Range(Part, frozen=True):
    low: Quantity | None = None
    high: Quantity | None = None


class Ratio(Part, frozen=True):
    numerator: Quantity | None = None
    denominator: Quantity | None = None


class Period(Part, frozen=True):
    start: str | None = None
    end: str | None = None


class Valued(Part, frozen=True):
    """Anything with value[x]: an observation, a component, an answer."""

    value_quantity: Quantity | None = None
    value_codeable_concept: CodeableConcept | None = None
    value_coding: Coding | None = None
    value_string: str | None = None
    value_integer: int | None = None
    value_decimal: float | None = None
    value_boolean: bool | None = None
    value_range: Raw = NOTHING
    value_ratio: Raw = NOTHING
    value_sampled_data: Raw = NOTHING
    value_time: Raw = NOTHING
    value_date: Raw = NOTHING
    value_date_time: Raw = NOTHING
    value_period: Raw = NOTHING
    value_uri: Raw = NOTHING
    value_attachment: Raw = NOTHING
    value_reference: Raw = NOTHING


class Component(Valued, frozen=True):
    code: CodeableConcept | None = None


class Answer(Valued, frozen=True):
    item: tuple[Item, ...] = ()


class Item(Part, frozen=True):
    link_id: str | None = None
    definition: str | None = None
    text: str | None = None
    answer: tuple[Answer, ...] = ()
    item: tuple[Item, ...] = ()


class Repeat(Part, frozen=True):
    bounds_duration: Quantity | None = None
    bounds_period: Period | None = None
    frequency: int | None = None
    frequency_max: int | None = None
    period: float | None = None
    period_max: float | None = None
    period_unit: str | None = None
    day_of_week: tuple[str, ...] = ()
    time_of_day: tuple[str, ...] = ()
    when: tuple[str, ...] = ()


class Timing(Part, frozen=True):
    repeat: Repeat | None = None
    code: CodeableConcept | None = None


class DoseAndRate(Part, frozen=True):
    dose_quantity: Quantity | None = None
    dose_range: Range | None = None


class Dosage(Part, frozen=True):
    sequence: int | None = None
    text: str | None = None
    patient_instruction: str | None = None
    timing: Timing | None = None
    as_needed_boolean: bool | None = None
    as_needed_codeable_concept: CodeableConcept | None = None
    route: CodeableConcept | None = None
    dose_and_rate: tuple[DoseAndRate, ...] = ()


class Resource(
    Struct, frozen=True, gc=False, kw_only=True, rename="camel", tag_field="resourceType"
):
    """What all resources share. `contained` ones are decoded when something refers to them."""

    id: str | None = None
    meta: Meta | None = None
    contained: tuple[Raw, ...] = ()


class Address(Part, frozen=True):
    country: str | None = None


class Patient(Resource, frozen=True, tag=True):
    gender: str | None = None
    birth_date: str | None = None
    address: tuple[Address, ...] = ()


class Condition(Resource, frozen=True, tag=True):
    subject: Reference | None = None
    clinical_status: CodeableConcept | None = None
    verification_status: CodeableConcept | None = None
    category: tuple[CodeableConcept, ...] = ()
    code: CodeableConcept | None = None
    onset_date_time: str | None = None
    onset_period: Period | None = None
    onset_age: Quantity | None = None
    onset_range: Range | None = None
    onset_string: str | None = None
    abatement_date_time: str | None = None
    abatement_period: Period | None = None
    recorded_date: str | None = None


class Ingredient(Part, frozen=True):
    item_codeable_concept: CodeableConcept | None = None
    strength: Ratio | None = None


class Medication(Resource, frozen=True, tag=True):
    status: str | None = None
    code: CodeableConcept | None = None
    ingredient: tuple[Ingredient, ...] = ()


class Medicated(Resource, frozen=True):
    """What every order, supply, administration or statement of a medicine shares."""

    subject: Reference | None = None
    status: str | None = None
    medication_codeable_concept: CodeableConcept | None = None
    medication_reference: Reference | None = None
    reason_code: tuple[CodeableConcept, ...] = ()
    reason_reference: tuple[Reference, ...] = ()


class DispenseRequest(Part, frozen=True):
    quantity: Quantity | None = None
    expected_supply_duration: Quantity | None = None
    number_of_repeats_allowed: int | None = None


class MedicationRequest(Medicated, frozen=True, tag=True):
    intent: str | None = None
    do_not_perform: bool | None = None
    reported_boolean: bool | None = None
    authored_on: str | None = None
    status_reason: CodeableConcept | None = None
    dosage_instruction: tuple[Dosage, ...] = ()
    dispense_request: DispenseRequest | None = None


class MedicationDispense(Medicated, frozen=True, tag=True):
    status_reason_codeable_concept: CodeableConcept | None = None
    authorizing_prescription: tuple[Reference, ...] = ()
    quantity: Quantity | None = None
    days_supply: Quantity | None = None
    when_prepared: str | None = None
    when_handed_over: str | None = None
    dosage_instruction: tuple[Dosage, ...] = ()


class MedicationStatement(Medicated, frozen=True, tag=True):
    status_reason: tuple[CodeableConcept, ...] = ()
    effective_date_time: str | None = None
    effective_period: Period | None = None
    date_asserted: str | None = None
    dosage: tuple[Dosage, ...] = ()


class AdministeredDosage(Part, frozen=True):
    dose: Quantity | None = None
    route: CodeableConcept | None = None


class MedicationAdministration(Medicated, frozen=True, tag=True):
    status_reason: tuple[CodeableConcept, ...] = ()
    effective_date_time: str | None = None
    effective_period: Period | None = None
    dosage: AdministeredDosage | None = None


class Observation(Valued, frozen=True, kw_only=True, tag_field="resourceType", tag=True):
    id: str | None = None
    meta: Meta | None = None
    contained: tuple[Raw, ...] = ()
    subject: Reference | None = None
    status: str | None = None
    code: CodeableConcept | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    effective_instant: str | None = None
    issued: str | None = None
    component: tuple[Component, ...] = ()
    has_member: tuple[Reference, ...] = ()


class QuestionnaireResponse(Resource, frozen=True, tag=True):
    subject: Reference | None = None
    status: str | None = None
    questionnaire: str | None = None
    authored: str | None = None
    item: tuple[Item, ...] = ()


class Procedure(Resource, frozen=True, tag=True):
    subject: Reference | None = None
    status: str | None = None
    code: CodeableConcept | None = None
    performed_date_time: str | None = None
    performed_period: Period | None = None
    body_site: tuple[CodeableConcept, ...] = ()


class DeviceName(Part, frozen=True):
    name: str = ""


class Device(Resource, frozen=True, tag=True):
    patient: Reference | None = None
    status: str | None = None
    kind: CodeableConcept | None = field(default=None, name="type")
    device_name: tuple[DeviceName, ...] = ()


class AllergyIntolerance(Resource, frozen=True, tag=True):
    patient: Reference | None = None
    clinical_status: CodeableConcept | None = None
    verification_status: CodeableConcept | None = None
    code: CodeableConcept | None = None
    onset_date_time: str | None = None
    recorded_date: str | None = None


class SuspectEntity(Part, frozen=True):
    instance: Reference | None = None


class AdverseEvent(Resource, frozen=True, tag=True):
    subject: Reference | None = None
    actuality: str | None = None
    date: str | None = None
    recorded_date: str | None = None
    suspect_entity: tuple[SuspectEntity, ...] = ()


class Encounter(Resource, frozen=True, tag=True):
    subject: Reference | None = None
    status: str | None = None
    kind: Coding | None = field(default=None, name="class")
    period: Period | None = None


class Entry(Part, frozen=True):
    full_url: str | None = None
    resource: Raw = NOTHING


class Bundle(Resource, frozen=True, tag=True):
    entry: tuple[Entry, ...] = ()


class Head(Struct, frozen=True, gc=False, rename="camel"):
    """What is read of a resource of a type we do not use: what it is, and whose."""

    resource_type: str | None = None
    id: str | None = None
    subject: Reference | None = None
    patient: Reference | None = None


Clinical = (
    Condition
    | MedicationRequest
    | MedicationDispense
    | MedicationStatement
    | MedicationAdministration
    | Observation
    | QuestionnaireResponse
    | Procedure
    | Device
    | AllergyIntolerance
    | AdverseEvent
    | Encounter
)
Ours = Clinical | Patient | Medication
