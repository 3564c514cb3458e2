"""FHIR as other systems send it, for tests that bring it in."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from typing import Any

import zstandard
from django.core.files.uploadedfile import SimpleUploadedFile

Json = dict[str, Any]
LOINC = "http://loinc.org"
NUMBERS = "urn:example:numbers"


def person(
    identity: str = "ana",
    family: str = "Ferreira",
    given: str = "Ana",
    born: str | None = "1981-03-14",
    gender: str | None = "female",
    **more: Any,
) -> Json:
    told = {
        "resourceType": "Patient",
        "id": identity,
        "name": [{"use": "official", "family": family, "given": [given]}],
        "birthDate": born,
        "gender": gender,
        **more,
    }
    return {name: value for name, value in told.items() if value is not None}


def diagnosis(identity: str = "d1", code: str = "F33.1", whose: str = "ana", **more: Any) -> Json:
    return {
        "resourceType": "Condition",
        "id": identity,
        "subject": {"reference": f"Patient/{whose}"},
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code}]},
        "recordedDate": "2026-01-15",
        **more,
    }


def score(
    identity: str = "s1", value: Any = 17, day: str = "2026-05-01", whose: str = "ana"
) -> Json:
    return {
        "resourceType": "Observation",
        "id": identity,
        "status": "final",
        "subject": {"reference": f"Patient/{whose}"},
        "code": {"coding": [{"system": LOINC, "code": "44261-6"}]},
        "effectiveDateTime": day,
        "valueInteger": value,
    }


def item_nine(points: int = 2, day: str = "2026-11-25", whose: str = "ana") -> Json:
    code = {"coding": [{"system": LOINC, "code": "44260-8"}]}
    return {**score("i9", points, day, whose), "code": code}


def bundle(*resources: Json) -> bytes:
    entries = [{"resource": one} for one in resources]
    told = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return json.dumps(told, indent=1).encode()


def lines(*resources: Json) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in resources)


def upload(content: bytes, name: str = "export.json") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def gzipped(content: bytes) -> bytes:
    return gzip.compress(content)


def zstandarded(content: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(content)


def zipped(**files: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return held.getvalue()
