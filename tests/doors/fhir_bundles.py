"""FHIR that says the same as an intake form: dispenses, scores before and after, diagnoses."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from msgspec import Struct

from tests.laws.strategies import KNOWLEDGE, TODAY

Json = dict[str, Any]
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
LOINC = "http://loinc.org"
PHQ9_TOTAL = "44261-6"
ONSET = "2026-01-15"
NAMES = ("sertraline", "venlafaxine", "mirtazapine", "bupropion", "nortriptyline", "citalopram")
PRODUCTS = {
    name: sorted(
        (one for one in KNOWLEDGE.products.values() if one.drug == name and one.route == "oral"),
        key=lambda one: (one.strength, one.rxcui),
    )
    for name in NAMES
}


class Taken(Struct, frozen=True):
    """One course that ended: two fills of one product, and the score on its first and last day."""

    drug: str
    rxcui: str
    strength: float
    tablets_per_day: int
    days_per_fill: int
    start: date
    before: int
    after: int

    @property
    def dose(self) -> float:
        return self.strength * self.tablets_per_day

    @property
    def days(self) -> int:
        return 2 * self.days_per_fill

    @property
    def end(self) -> date:
        return self.start + timedelta(days=self.days - 1)


def _tablets(drug: str, strength: float) -> st.SearchStrategy[int]:
    """A day's tablets, up to four, of a plausible dose."""
    largest = KNOWLEDGE.drugs[drug].maximum
    most = KNOWLEDGE.number("implausible_dose_factor") * (largest.value if largest else 0)
    return st.integers(1, max(1, min(4, int(most / strength))))


@st.composite
def courses(draw: DrawFn) -> tuple[Taken, ...]:
    """Up to three courses of different drugs, one after the other, the last of them over.

    No pause is long enough to leave open whether they belong to the same episode.
    """
    told: list[Taken] = []
    ended = TODAY
    for name in draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True)):
        product = draw(st.sampled_from(PRODUCTS[name]))
        days_per_fill = draw(st.sampled_from([10, 14, 20, 21, 28, 30]))
        start = ended - timedelta(days=2 * days_per_fill + draw(st.integers(1, 60)))
        one = Taken(
            drug=name,
            rxcui=product.rxcui,
            strength=product.strength,
            tablets_per_day=draw(_tablets(name, product.strength)),
            days_per_fill=days_per_fill,
            start=start,
            before=draw(st.integers(10, 27)),
            after=draw(st.integers(5, 27)),
        )
        told.insert(0, one)
        ended = start - timedelta(days=1)
    return tuple(told)


# ---------------------------------------------------------------- the two ways to say it


def as_intake(told: tuple[Taken, ...], codes: list[str], complete: list[str]) -> Json:
    """What a clinician would have written of these courses."""
    return {
        "intake": 1,
        "as_of": TODAY.isoformat(),
        "complete": complete,
        "diagnoses": [{"icd10cm": code, "onset": ONSET} for code in codes],
        "trials": [_trial(number, one) for number, one in enumerate(told, start=1)],
        "scales": [score for one in told for score in _scores(one)],
    }


def _trial(number: int, one: Taken) -> Json:
    return {
        "id": f"t{number}",
        "drug": one.drug,
        "dose_mg": one.dose,
        "days_at_dose": one.days,
        "start": one.start.isoformat(),
        "end": one.end.isoformat(),
        "pdc": 1,
        "scale_change": {"instrument": "phq9", "before": one.before, "after": one.after},
        "episode": "current",
    }


def _scores(one: Taken) -> list[Json]:
    return [
        {"instrument": "phq9", "total": one.before, "date": one.start.isoformat()},
        {"instrument": "phq9", "total": one.after, "date": one.end.isoformat()},
    ]


def as_bundle(told: tuple[Taken, ...], codes: list[str]) -> bytes:
    """The same as a pharmacy, a rating form and a problem list recorded it."""
    resources: list[Json] = [
        {"resourceType": "Patient", "id": "p"},
        *(_condition(number, code) for number, code in enumerate(codes)),
        *(fill for one in told for fill in _fills(one)),
        *(score for one in told for score in _observations(one)),
    ]
    entries = [{"resource": resource} for resource in resources]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return json.dumps(bundle).encode()


def _condition(number: int, code: str) -> Json:
    return {
        "resourceType": "Condition",
        "id": f"condition{number}",
        "subject": {"reference": "Patient/p"},
        "clinicalStatus": _coded(
            "http://terminology.hl7.org/CodeSystem/condition-clinical", "active"
        ),
        "category": [
            _coded("http://terminology.hl7.org/CodeSystem/condition-category", "problem-list-item")
        ],
        "code": _coded(ICD10CM, code),
        "onsetDateTime": ONSET,
    }


def _coded(system: str, code: str) -> Json:
    return {"coding": [{"system": system, "code": code}]}


def _fills(one: Taken) -> list[Json]:
    starts = (one.start, one.start + timedelta(days=one.days_per_fill))
    return [
        {
            "resourceType": "MedicationDispense",
            "id": f"{one.drug}{number}",
            "status": "completed",
            "subject": {"reference": "Patient/p"},
            "medicationCodeableConcept": _coded(RXNORM, one.rxcui),
            "quantity": {"value": one.tablets_per_day * one.days_per_fill},
            "daysSupply": {"value": one.days_per_fill, "unit": "d"},
            "whenHandedOver": start.isoformat(),
        }
        for number, start in enumerate(starts, start=1)
    ]


def _observations(one: Taken) -> list[Json]:
    return [
        {
            "resourceType": "Observation",
            "id": f"{one.drug}-{when}",
            "status": "final",
            "subject": {"reference": "Patient/p"},
            "code": _coded(LOINC, PHQ9_TOTAL),
            "effectiveDateTime": day.isoformat(),
            "valueQuantity": {"value": total, "unit": "{score}"},
        }
        for when, day, total in (("before", one.start, one.before), ("after", one.end, one.after))
    ]
