"""One patient's FHIR resources while they are written: ids, marks, dates, duplicates."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Raw

from euthymia.simulate.chance import Chance
from euthymia.simulate.coding import ADDRESS, UCUM, encoded
from euthymia.simulate.world import RecordRates

TEST_DATA = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
    "code": "HTEST",
    "display": "test health data",
}
"""The mark of HL7 for data of nobody real; it stands on every resource."""

COMPLETE = "urn:euthymia:complete"
"""The system of our own tags that name a section in which silence means no."""

META = encoded({"tag": [TEST_DATA]})
AGAIN = encoded({"versionId": "2", "tag": [TEST_DATA]})

_ENCODE = msgspec.json.Encoder().encode


@lru_cache(maxsize=65_536)
def iso(day: int) -> str:
    """A day as FHIR and the intake form write it."""
    return date.fromordinal(day).isoformat()


def tagged(complete: tuple[str, ...]) -> Raw:
    """The marks of a patient or Bundle: synthetic, and which sections are complete."""
    return encoded({"tag": [TEST_DATA, *({"system": COMPLETE, "code": one} for one in complete)]})


class Sheet:
    """The resources of one patient, each as its own JSON, with its type."""

    def __init__(self, patient: str, chance: Chance, rates: RecordRates) -> None:
        self.patient, self.chance, self.rates = patient, chance, rates
        self.subject = encoded({"reference": f"Patient/{patient}"})
        self.written: list[tuple[str, bytes]] = []
        self._count = 0

    def add(self, kind: str, parts: dict[str, Any], meta: Raw = META) -> str:
        """Write a resource; the reference to it. Some are written twice, as exports do."""
        self._count += 1
        name = f"{self.patient}-{self._count}"
        resource = {"resourceType": kind, "id": name, "meta": meta, **parts}
        self.written.append((kind, _ENCODE(resource)))
        if self.chance.befalls(self.rates.duplicates):
            self.written.append((kind, _ENCODE(resource | {"meta": AGAIN})))
        return f"{kind}/{name}"

    def moment(self, day: int) -> str:
        """A day, now and then with a time of day."""
        if self.chance.befalls(self.rates.instants):
            return f"{iso(day)}T09:30:00-05:00"
        return iso(day)

    def vague(self, day: int) -> str:
        """A day, now and then only its month."""
        return iso(day)[:7] if self.chance.befalls(self.rates.month_only) else iso(day)


def measured(loinc: Raw, value: float, unit: str, code: str) -> dict[str, Any]:
    """The code and value of an Observation."""
    quantity = {"value": value, "unit": unit, "system": UCUM, "code": code}
    return {"status": "final", "code": loinc, "valueQuantity": quantity}


@lru_cache(maxsize=256)
def loinc(code: str, text: str) -> Raw:
    """A LOINC concept, made once."""
    return encoded({"coding": [{"system": ADDRESS["loinc"], "code": code}], "text": text})
