"""Which resources count: what their status says, and why the others are left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from euthymia.exchange.fhir.codes import first_code
from euthymia.exchange.fhir.resources import (
    AdverseEvent,
    AllergyIntolerance,
    Condition,
    Device,
    Encounter,
    Medicated,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
    Observation,
    Ours,
    Procedure,
    QuestionnaireResponse,
)

ERROR = "was entered in error"
UNKNOWN = "its status is unknown"
NOT_DONE = "was not done"
CANCELLED = "was cancelled"
NOT_TAKEN = "whether it was taken is not known"

LEFT_OUT: Mapping[type[Ours], Mapping[str, str]] = {
    Observation: {
        "entered-in-error": ERROR,
        "cancelled": CANCELLED,
        "registered": "has no result yet",
        "unknown": UNKNOWN,
    },
    QuestionnaireResponse: {"entered-in-error": ERROR},
    Procedure: {
        "entered-in-error": ERROR,
        "not-done": NOT_DONE,
        "preparation": "is only being prepared",
        "on-hold": "is on hold",
        "stopped": "was broken off",
        "unknown": UNKNOWN,
    },
    Encounter: {
        "entered-in-error": ERROR,
        "cancelled": CANCELLED,
        "planned": "is only planned",
        "unknown": UNKNOWN,
    },
    Device: {"entered-in-error": ERROR},
    MedicationRequest: {
        "entered-in-error": ERROR,
        "cancelled": CANCELLED,
        "draft": "is a draft",
    },
    MedicationDispense: {
        "entered-in-error": ERROR,
        "cancelled": CANCELLED,
        "declined": "was declined",
        "preparation": "was not handed over yet",
        "stopped": "was not handed over",
    },
    MedicationStatement: {
        "entered-in-error": ERROR,
        "not-taken": "was not taken",
        "intended": "is only intended",
    },
    MedicationAdministration: {"entered-in-error": ERROR, "not-done": NOT_DONE},
}
"""By type and status, why an entry does not count. A status not listed here counts."""

DOUBTED: Mapping[str, str] = {"unknown": NOT_TAKEN, "on-hold": "it is on hold: " + NOT_TAKEN}
"""Status of a medicine that is noted, while nothing is taken from it."""

NO_ORDER: Mapping[str, str] = {
    "proposal": "is a proposal, not an order",
    "plan": "is a plan, not an order",
    "option": "is an option, not an order",
}

UNCERTAIN: Mapping[str, str] = {
    "entered-in-error": ERROR,
    "refuted": "was refuted",
    "unconfirmed": "is not confirmed",
    "differential": "is one of several possible diagnoses",
}


def reason_to_skip(resource: Ours) -> str | None:
    """Why a resource does not count; None where it does."""
    special = SPECIAL.get(type(resource))
    return (special(resource) if special else None) or _by_status(resource)


def reason_to_doubt(resource: Medicated) -> str | None:
    """Why nothing is taken from an entry about a medicine, though it is no error."""
    return DOUBTED.get(resource.status or "")


def _by_status(resource: Ours) -> str | None:
    reasons = LEFT_OUT.get(type(resource))
    return reasons.get(getattr(resource, "status", None) or "") if reasons else None


def _certainty(resource: Ours) -> str | None:
    if isinstance(resource, Condition | AllergyIntolerance):
        return UNCERTAIN.get(first_code(resource.verification_status))
    return None


def _order(resource: Ours) -> str | None:
    """A plan that the patient reported is how US Core writes down what is taken at home."""
    if not isinstance(resource, MedicationRequest):
        return None
    if resource.do_not_perform:
        return "says that it must not be given"
    if resource.intent == "plan" and resource.reported_boolean:
        return None
    return NO_ORDER.get(resource.intent or "")


def _handed_over(resource: Ours) -> str | None:
    if isinstance(resource, MedicationDispense) and resource.status == "in-progress":
        return None if resource.when_handed_over else "was not handed over yet"
    return None


def _happened(resource: Ours) -> str | None:
    potential = isinstance(resource, AdverseEvent) and resource.actuality == "potential"
    return "is a possible event, not one that happened" if potential else None


SPECIAL: Mapping[type[Ours], Callable[[Ours], str | None]] = {
    Condition: _certainty,
    AllergyIntolerance: _certainty,
    MedicationRequest: _order,
    MedicationDispense: _handed_over,
    AdverseEvent: _happened,
}
