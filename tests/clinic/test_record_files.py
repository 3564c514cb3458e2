"""What brought files add to a chart, and that two hospitals do not hide each other's entries."""

from __future__ import annotations

import hashlib
import json
from datetime import date

import pytest

from euthymia import shipped
from euthymia.clinic.patients.models import Document, Patient
from euthymia.clinic.patients.record import form_of, record_of
from euthymia.clinic.people.models import Clinic
from tests.clinic.conftest import person

DAY = date(2026, 6, 30)


def bundle(patient_id: str, total: int) -> bytes:
    """A PHQ-9 total under an id that every hospital may use."""
    told = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"resource": {"resourceType": "Patient", "id": patient_id, "gender": "female"}},
            {
                "resource": {
                    "resourceType": "Observation",
                    "id": "1",
                    "status": "final",
                    "code": {"coding": [{"system": "http://loinc.org", "code": "44261-6"}]},
                    "subject": {"reference": f"Patient/{patient_id}"},
                    "effectiveDateTime": "2026-06-20",
                    "valueQuantity": {"value": total, "code": "{score}"},
                }
            },
        ],
    }
    return json.dumps(told).encode()


def brought(patient: Patient, content: bytes) -> Document:
    digest = hashlib.sha256(content).hexdigest()
    by = person(patient.clinic, "nurse").user
    return Document.objects.create(
        patient=patient, name="x.json", digest=digest, batch=digest, content=content, by=by
    )


def totals(patient: Patient) -> list[float | None]:
    found = record_of(patient, DAY, shipped()).ratings
    return sorted(one.total or 0 for one in found)


def test_two_hospitals_may_use_one_id_for_two_things(patient: Patient) -> None:
    brought(patient, bundle("a", 17))
    brought(patient, bundle("b", 9))
    assert totals(patient) == [9, 17]


def test_a_struck_file_is_no_longer_read(patient: Patient) -> None:
    first = brought(patient, bundle("a", 17))
    Document.objects.filter(pk=first.pk).update(struck="2026-06-21T00:00:00Z")
    assert totals(patient) == []


@pytest.mark.parametrize(("country", "region"), [("US", "US"), ("DE", "EU"), ("NO", "EU")])
def test_a_chart_is_judged_by_the_label_of_its_country(
    clinic: Clinic, patient: Patient, country: str, region: str
) -> None:
    clinic.country = country
    patient.clinic = clinic
    assert form_of(patient, DAY)["region"] == region
