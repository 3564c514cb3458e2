"""How long one patient takes: a FHIR Bundle of 50 resources, decoded, read and judged in process.

Run: python benchmarks/one_patient.py [ROUNDS]

The bundle is built here by code, so the figure can be had anywhere. CPU seconds (user and system)
of this process are counted, so that other work on the machine matters little; the median of many
rounds is told. The first round also builds the indexes over the pages and is told apart.
"""

from __future__ import annotations

import json
import platform
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

from euthymia import assess, shipped
from euthymia.exchange.fhir import read_fhir
from euthymia.exchange.fhir.bundles import resources

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
FIRST = date(2024, 1, 8)
DIAGNOSES = ("F33.1", "F41.1", "E03.9", "G47.33", "I10")
DRUGS = (
    ("312938", "sertraline 100 MG Oral Tablet", 2),
    ("313585", "venlafaxine 75 MG Oral Tablet", 2),
)
MEASURED = (
    ("44261-6", "PHQ-9 total score", 19, "{score}"),
    ("3016-3", "Thyrotropin", 2.1, "m[IU]/L"),
    ("8480-6", "Systolic blood pressure", 128, "mm[Hg]"),
    ("39156-5", "Body mass index", 27.4, "kg/m2"),
)


def resource(kind: str, number: int, **fields: object) -> dict[str, object]:
    """A resource with the metadata and narrative that servers add."""
    return {
        "resourceType": kind,
        "id": f"{kind.lower()}-{number}",
        "meta": {
            "versionId": "1",
            "lastUpdated": "2026-06-30T12:00:00.000+00:00",
            "profile": [f"{US_CORE}us-core-{kind.lower()}"],
        },
        "text": {"status": "generated", "div": f"<div><p>{'narrative ' * 20}</p></div>"},
        "subject": {"reference": "Patient/patient-0"},
        **fields,
    }


def concept(system: str, code: str, display: str) -> dict[str, object]:
    return {"coding": [{"system": system, "code": code, "display": display}], "text": display}


def patient() -> dict[str, object]:
    return {
        "resourceType": "Patient",
        "id": "patient-0",
        "gender": "female",
        "birthDate": "1980-02-29",
    }


def condition(number: int, code: str) -> dict[str, object]:
    return resource(
        "Condition",
        number,
        clinicalStatus=concept(f"{US_CORE}clinical", "active", "Active"),
        verificationStatus=concept(f"{US_CORE}verification", "confirmed", "Confirmed"),
        category=[concept(f"{US_CORE}category", "problem-list-item", "Problem list item")],
        code=concept("http://hl7.org/fhir/sid/icd-10-cm", code, code),
        onsetDateTime="2024-01-02T09:00:00-05:00",
        recordedDate="2024-01-02T09:00:00-05:00",
    )


def order(number: int) -> dict[str, object]:
    code, display, pieces = DRUGS[number // 10]
    day = FIRST + timedelta(days=30 * number)
    quantity = {"value": pieces, "unit": "tablet"}
    return resource(
        "MedicationRequest",
        number,
        status="completed",
        intent="order",
        medicationCodeableConcept=concept(RXNORM, code, display),
        authoredOn=f"{day}T09:30:00-05:00",
        reasonReference=[{"reference": "Condition/condition-0"}],
        dosageInstruction=[
            {
                "text": f"Take {pieces} tablets by mouth once daily",
                "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
                "doseAndRate": [{"doseQuantity": quantity}],
            }
        ],
        dispenseRequest={
            "quantity": {"value": 30 * pieces, "unit": "tablet"},
            "expectedSupplyDuration": {"value": 30, "unit": "days", "system": UCUM, "code": "d"},
        },
    )


def observation(number: int) -> dict[str, object]:
    code, display, value, unit = MEASURED[number % len(MEASURED)]
    day = FIRST + timedelta(days=24 * number)
    return resource(
        "Observation",
        number,
        status="final",
        category=[concept(f"{US_CORE}category", "survey", "Survey")],
        code=concept(LOINC, code, display),
        effectiveDateTime=f"{day}T10:00:00-05:00",
        valueQuantity={"value": value, "unit": unit, "system": UCUM, "code": unit},
    )


def bundle() -> bytes:
    """One patient, 5 diagnoses, 20 monthly orders of two drugs, 24 observations."""
    whole = [
        patient(),
        *(condition(number, code) for number, code in enumerate(DIAGNOSES)),
        *(order(number) for number in range(20)),
        *(observation(number) for number in range(24)),
    ]
    entries = [
        {"fullUrl": f"https://example.org/{one['resourceType']}/{one['id']}", "resource": one}
        for one in whole
    ]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    """Median CPU time of one round, ms."""
    spent = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        spent.append(1000 * (time.process_time() - start))
    return statistics.median(spent)


def main(rounds: int = 300) -> None:
    content = bundle()
    sources = [("bundle.json", content)]
    knowledge = shipped()
    start = time.process_time()
    [record] = read_fhir(sources, knowledge)
    assess(record, knowledge)
    first = 1000 * (time.process_time() - start)

    decode = milliseconds(lambda: list(resources("bundle.json", content)), rounds)
    read = milliseconds(lambda: read_fhir(sources, knowledge), rounds)
    judge = milliseconds(lambda: assess(record, knowledge), rounds)
    whole = milliseconds(
        lambda: [assess(one, knowledge) for one in read_fhir(sources, knowledge)], rounds
    )
    print(f"one patient, 50 resources, {len(content)} bytes; Python {platform.python_version()}")
    print(f"CPU time of one process, median of {rounds} rounds, ms")
    print(f"  decode                 {decode:8.3f}")
    print(f"  decode and read        {read:8.3f}")
    print(f"  judge                  {judge:8.3f}")
    print(f"  decode, read and judge {whole:8.3f}   (aim: 2 or less)")
    print(f"  the very first time    {first:8.3f}")
    print("run again: python benchmarks/one_patient.py")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:2]))
