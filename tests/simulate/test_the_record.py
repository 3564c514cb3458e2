"""What is written of a synthetic patient: marks, codes, units, what is missing."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pytest

from euthymia import shipped
from euthymia.exchange.fhir import Terminology, read_fhir
from euthymia.exchange.fhir.bundles import Unread, resources
from euthymia.exchange.intake import read_intake
from euthymia.knowledge import Knowledge
from euthymia.simulate import Patient, simulate
from euthymia.simulate.chance import Chance
from euthymia.simulate.coding import Written
from euthymia.simulate.cohort import Maker
from euthymia.simulate.scores import answers
from euthymia.simulate.world import world

FEW = 150
ADDRESSES = {
    "http://hl7.org/fhir/sid/icd-10-cm",
    "http://loinc.org",
    "http://www.nlm.nih.gov/research/umls/rxnorm",
}
SNOMED = "http://snomed.info/sct"
OWN = Terminology(
    conditions={"snomed:1000004": "F33.1", "snomed:1000005": "F33.2", "snomed:1000006": "F33.9"},
    procedures={"snomed:1000007": "ect"},
)


@cache
def patients() -> tuple[Patient, ...]:
    return tuple(simulate(FEW, seed=11))


@cache
def written() -> tuple[tuple[str, dict[str, Any]], ...]:
    return tuple(
        (kind, json.loads(one)) for patient in patients() for kind, one in patient.resources
    )


def systems(part: object) -> set[str]:
    """Every address of a code system in a resource."""
    if isinstance(part, list):
        return {one for inner in part for one in systems(inner)}
    if not isinstance(part, dict):
        return set()
    own = {part["system"]} if "code" in part and "system" in part else set()
    return own | {one for inner in part.values() for one in systems(inner)}


def test_every_resource_says_that_nobody_is_real() -> None:
    for _, resource in written():
        assert "HTEST" in [tag["code"] for tag in resource["meta"]["tag"]]
    bundle = json.loads(patients()[0].bundle())
    assert bundle["meta"]["tag"][0]["code"] == "HTEST"


def test_every_resource_is_read_without_a_fault() -> None:
    for patient in patients():
        found = list(resources("bundle.json", patient.bundle()))
        assert not [one for one in found if isinstance(one, Unread)]
        assert len(found) == len(patient.resources)


def test_every_intake_form_is_accepted() -> None:
    for patient in patients():
        record = read_intake("form.json", patient.form, shipped())
        assert record.patient.id == patient.id
        assert record.complete == frozenset(patient.plan.complete)


def test_the_patient_and_the_bundle_say_which_sections_are_complete() -> None:
    for patient in patients():
        tags = json.loads(patient.bundle())["meta"]["tag"]
        assert [tag["code"] for tag in tags[1:]] == list(patient.plan.complete)


def test_without_a_terminology_there_is_no_snomed() -> None:
    assert SNOMED not in {one for _, resource in written() for one in systems(resource)}


def test_with_a_terminology_snomed_is_written_and_means_the_same() -> None:
    maker = Maker(world(), OWN, shipped())
    told = list(maker.block(11, 0, 40))
    assert any(
        SNOMED in systems(json.loads(one)) for patient in told for _, one in patient.resources
    )
    for patient, plain in zip(told, patients(), strict=False):
        assert patient.truth == plain.truth
        [with_codes] = read_fhir(
            [("b", patient.bundle())], shipped(), as_of=patient.as_of, terminology=OWN
        )
        [without] = read_fhir([("b", plain.bundle())], shipped(), as_of=patient.as_of)
        depressed = [
            {one.code for one in r.diagnoses if one.code.value < "F34"}
            for r in (with_codes, without)
        ]
        assert bool(depressed[0]) == bool(depressed[1])


def test_clinical_codes_come_from_open_systems_only() -> None:
    kinds = {"Condition", "MedicationRequest", "MedicationDispense", "Observation"}
    for kind, resource in written():
        if kind in kinds and "code" in resource:
            assert systems(resource["code"]) <= ADDRESSES


def test_crp_is_missing_more_often_in_the_lean() -> None:
    asked: Counter[tuple[bool, bool]] = Counter()
    for patient in simulate(600, seed=4):
        asked[patient.person.bmi >= 30, "crp" in patient.plan.asked] += 1
    obese = asked[True, True] / (asked[True, True] + asked[True, False])
    lean = asked[False, True] / (asked[False, True] + asked[False, False])
    assert obese - lean > 0.2


def test_the_same_dose_is_written_in_many_ways_and_read_as_the_same() -> None:
    maker = Maker(world(), Terminology(), shipped())
    knowledge = shipped()
    for agent in (*world().drugs.agent, *world().drugs.augmenter):
        for dose in {*agent.steps, agent.low} - {0}:
            ways = maker.book.formulary.ways(agent.id, dose)
            assert len(ways) > 2, (agent.id, dose)
            for way in ways:
                assert _read(way, knowledge) == pytest.approx(dose), (agent.id, dose, way)


def _read(way: Written, knowledge: Knowledge) -> float | None:
    supply = {"quantity": {"value": way.per_day * 30, "unit": way.unit}} if way.per_day else {}
    order = {
        "resourceType": "MedicationRequest",
        "id": "r",
        "status": "completed",
        "intent": "order",
        "subject": {"reference": "Patient/p"},
        "medicationCodeableConcept": json.loads(bytes(way.concept)),
        "authoredOn": "2026-01-01",
        "dispenseRequest": {
            "expectedSupplyDuration": {"value": 30, "unit": "days", "code": "d"},
            **supply,
        },
        "dosageInstruction": json.loads(bytes(way.dosage)) if way.dosage else [],
    }
    [record] = read_fhir([("o.json", json.dumps(order).encode())], knowledge)
    return record.exposures[0].dose


def test_a_dose_that_is_withheld_cannot_be_read() -> None:
    maker = Maker(world(), Terminology(), shipped())
    chance = Chance(np.random.default_rng(0))
    for _ in range(30):
        way = maker.book.formulary.written("sertraline", 100, chance, told=False)
        assert way.per_day is None
        assert _read(way, shipped()) is None


def test_several_hundred_ways_of_naming_medicines_are_used() -> None:
    named = {
        json.dumps(resource["medicationCodeableConcept"], sort_keys=True)
        for kind, resource in written()
        if kind in ("MedicationRequest", "MedicationDispense")
    }
    maker = Maker(world(), Terminology(), shipped())
    known = {
        str(one.concept) for products in maker.book.formulary.products.values() for one in products
    }
    assert len(known) > 200
    assert len(named) > 60


def test_doses_are_written_in_mg_and_in_ug() -> None:
    text = " ".join(
        one.decode() for patient in simulate(400, seed=2) for _, one in patient.resources
    )
    assert '"code":"ug"' in text
    assert '"code":"mg"' in text


def test_crp_is_written_in_both_units() -> None:
    units = {
        resource["valueQuantity"]["code"]
        for kind, resource in written()
        if kind == "Observation" and resource["code"]["coding"][0]["code"] == "30522-7"
    }
    assert units == {"mg/L", "mg/dL"}


def test_records_hold_what_must_not_count() -> None:
    statuses = Counter(str(resource.get("status")) for _, resource in written())
    assert statuses["entered-in-error"] > 0
    assert statuses["cancelled"] > 0
    refuted = [
        one for kind, one in written() if kind == "Condition" and "refuted" in json.dumps(one)
    ]
    assert refuted
    ids = Counter((kind, one["id"]) for kind, one in written())
    assert max(ids.values()) == 2, "some entries are exported twice"


def test_the_answers_behind_a_total_add_up_to_it() -> None:
    for total, sets in enumerate(answers(world().items)):
        assert sets
        assert all(sum(one) == total and max(one) <= 3 for one in sets)
