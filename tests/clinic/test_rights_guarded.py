"""What counts as a record of care for substance use, and so stays here without consent to share."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from euthymia.clinic.patients.models import Entry, Patient
from euthymia.clinic.rights.consent_forms import consent_forms
from euthymia.clinic.rights.export import copy_for_others
from euthymia.clinic.rights.guarded import SUBSTANCE_USE, is_unread, record_tells_of_it, tells_of_it
from euthymia.exchange.drug_names import brands
from euthymia.exchange.fhir import NONE, read_fhir
from euthymia.library import shipped
from tests.clinic import brought as f
from tests.clinic.conftest import Staff

GUARDS = consent_forms()[SUBSTANCE_USE].guards
TREATING = ("buprenorphine", "methadone", "naltrexone", "disulfiram", "acamprosate")
CARE = [
    *(("medications", {"drug": name}) for name in TREATING),
    ("medications", {"drug": "Suboxone"}),
    ("medications", {"drug": "Antabuse"}),
    ("medications", {"drug": "buprenorphine/naloxone"}),
    ("medications", {"drug": "naltrexone-bupropion"}),
    ("trials", {"id": "t1", "drug": "buprenorphine", "dose_mg": 8}),
    ("diagnoses", {"icd10cm": "K70.30"}),
    ("diagnoses", {"icd10cm": "Z71.41"}),
    ("diagnoses", {"icd10cm": "Z7151"}),
    ("diagnoses", {"icd10cm": "T40.1X1A"}),
]
OTHER = [
    ("medications", {"drug": "sertraline"}),
    ("trials", {"id": "t1", "drug": "bupropion"}),
    ("diagnoses", {"icd10cm": "F33.2"}),
    ("diagnoses", {"icd10cm": "Z71.3"}),
    ("diagnoses", {"icd10cm": "K71.0"}),
    ("diagnoses", {"icd10cm": "F17.210"}),
]


@pytest.mark.parametrize(("part", "told"), CARE)
def test_care_for_substance_use_stays_out_of_a_copy_for_others(
    patient: Patient, part: str, told: dict[str, Any]
) -> None:
    entry = Entry.objects.create(patient=patient, part=part, told=told)
    assert tells_of_it(entry)
    copy = copy_for_others(patient)
    assert copy["entries_left_out_or_cut_for_want_of_consent"] == 1
    words = [one for one in told.values() if isinstance(one, str) and len(one) > 2]
    assert [one for one in words if one in json.dumps(copy)] == []


@pytest.mark.parametrize(("part", "told"), OTHER)
def test_other_care_goes_without_that_consent(
    patient: Patient, part: str, told: dict[str, Any]
) -> None:
    entry = Entry.objects.create(patient=patient, part=part, told=told)
    assert not tells_of_it(entry)
    assert copy_for_others(patient)["entries_left_out_or_cut_for_want_of_consent"] == 0


UNREAD = [
    ("diagnoses", {"icd10cm": "F33.2", "note": "drinks since his divorce"}),
    ("trials", {"id": "t1", "drug": "bupropion", "indication": "to drink less"}),
    ("nondrug_trials", {"kind": "psychotherapy", "name": "twelve-step facilitation"}),
    ("medications", {"drug": "a patch from abroad"}),
    ("implants", {"snomed": "14106009", "text": "naltrexone pellet"}),
    ("overrides", {"finding": "tms/alcohol", "by": "Dr. Moreau", "reason": "sober for a year"}),
]


@pytest.mark.parametrize(("part", "told"), UNREAD)
def test_what_nothing_here_can_read_stays_out_of_a_copy_for_others(
    patient: Patient, part: str, told: dict[str, Any]
) -> None:
    entry = Entry.objects.create(patient=patient, part=part, told=told)
    assert is_unread(entry)
    copy = copy_for_others(patient)
    assert copy["entries_left_out_or_cut_for_want_of_consent"] == 1
    words = [one for one in told.values() if isinstance(one, str) and " " in one]
    assert [one for one in words if one in json.dumps(copy)] == []


def test_a_list_of_which_only_notes_were_cut_is_still_told_as_whole(patient: Patient) -> None:
    Entry.objects.create(patient=patient, part="complete", told=["diagnoses", "medications"])
    told = {"icd10cm": "F33.2", "note": "drinks since his divorce"}
    Entry.objects.create(patient=patient, part="diagnoses", told=told)
    Entry.objects.create(patient=patient, part="medications", told={"drug": "methadone"})
    assert copy_for_others(patient)["intake"]["complete"] == ["diagnoses"]


def prescribed(name: str, kind: str = "MedicationRequest") -> f.Json:
    return {
        "resourceType": kind,
        "id": "m1",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/ana"},
        "authoredOn": "2026-11-01",
        "effectiveDateTime": "2026-11-01",
        "medicationCodeableConcept": {"text": name},
    }


@pytest.mark.parametrize(
    ("name", "tells"),
    [
        ("buprenorphine-naloxone 8-2 mg sublingual film", True),
        ("Naltrexone 380 MG Injection [Vivitrol]", True),
        ("Sublocade", True),
        ("Acamprosate calcium 333 mg", True),
        ("sertraline 50 mg tablet", False),
    ],
)
def test_a_medicine_for_addiction_in_a_brought_file_asks_for_consent(
    name: str, *, tells: bool
) -> None:
    for kind in ("MedicationRequest", "MedicationStatement"):
        content = f.bundle(f.person(), prescribed(name, kind))
        files, today = [("a.json", content)], date(2026, 12, 1)
        [record] = read_fhir(files, shipped(), as_of=today, terminology=NONE)
        assert record_tells_of_it(record) is tells


def test_every_brand_that_the_pages_know_of_a_guarded_medicine_is_guarded_too() -> None:
    known = {brand for brand, means in brands(shipped()).items() if means in TREATING}
    assert known
    assert known <= set(GUARDS.medicines)
    assert set(TREATING) <= set(GUARDS.medicines)


def test_the_director_reads_what_is_held_back_and_why(staff: Staff) -> None:
    page = staff("director").get("/clinic/knowledge/").content.decode()
    assert "counts whatever it was prescribed for" in page
    assert "acamprosate" in page
    assert "Z71.4" in page


CHANGED_BY_A_CUT = [
    ("trials", {"id": "t1", "drug": "amitriptyline", "indication": "migraine"}),
    ("implants", {"text": "cochlear implant"}),
    ("labs", {"loinc": "3426-4", "value": "positive"}),
    ("labs", {"loinc": "3016-3", "value": "methadone clinic, positive"}),
]


@pytest.mark.parametrize(("part", "told"), CHANGED_BY_A_CUT)
def test_an_entry_that_a_cut_would_change_is_left_out_and_its_list_is_not_whole(
    patient: Patient, part: str, told: dict[str, Any]
) -> None:
    Entry.objects.create(patient=patient, part="complete", told=[part, "diagnoses"])
    Entry.objects.create(patient=patient, part=part, told=told)
    intake = copy_for_others(patient)["intake"]
    assert part not in intake
    assert intake["complete"] == ["diagnoses"]


def test_a_test_that_the_pages_read_goes_with_its_value(patient: Patient) -> None:
    told = {"loinc": "3016-3", "value": 2.1, "unit": "m[IU]/L"}
    Entry.objects.create(patient=patient, part="labs", told=told)
    assert copy_for_others(patient)["intake"]["labs"] == [told]
