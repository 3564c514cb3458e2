"""What a FHIR record tells of devices, seizures with fever, ages and tests before a therapy."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from euthymia import assess, shipped
from euthymia.engine.findings import Graded
from euthymia.exchange.fhir import read_fhir
from euthymia.record import Record
from euthymia.terms import Verdict

Json = dict[str, Any]
KNOWLEDGE = shipped()
TODAY = date(2026, 6, 30)
BORN = "1986-06-30"
ABOUT = {"reference": "Patient/p"}
SNOMED, LOINC = "http://snomed.info/sct", "http://loinc.org"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
MET, NOT_MET, OPEN = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN
GENERAL, COCHLEAR, PACEMAKER = "40388003", "43252007", "14106009"
"""An implant of any kind, which no page knows; a cochlear prosthesis; a cardiac pacemaker."""


def read(*entries: Json, born: str = BORN) -> Record:
    patient = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": born}
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": one} for one in (patient, *entries)],
    }
    content = json.dumps(bundle).encode()
    lists = frozenset({"diagnoses", "implants", "medications"})
    (record,) = read_fhir([("b.json", content)], KNOWLEDGE, as_of=TODAY, complete=lists)
    return record


def graded(record: Record, criterion: str, therapy: str = "tms") -> Graded:
    found = next(one for one in assess(record, KNOWLEDGE).options if one.therapy.id == therapy)
    return next(one for one in found.findings if one.finding.criterion.id == criterion)


def verdict(record: Record, criterion: str, therapy: str = "tms") -> Verdict:
    return graded(record, criterion, therapy).finding.verdict


def device(*codes: str, **more: Any) -> Json:
    coding = [{"system": SNOMED, "code": code} for code in codes]
    return {
        "resourceType": "Device",
        "id": "d",
        "patient": ABOUT,
        "type": {"coding": coding} | more,
    }


def condition(code: str, **more: Any) -> Json:
    return {
        "resourceType": "Condition",
        "id": "c",
        "subject": ABOUT,
        "code": {"coding": [{"system": ICD10CM, "code": code}]},
        "recordedDate": "2026-01-10",
    } | more


def measured(loinc: str, **value: Any) -> Json:
    return {
        "resourceType": "Observation",
        "id": "o",
        "status": "final",
        "subject": ABOUT,
        "effectiveDateTime": "2026-06-20",
        "code": {"coding": [{"system": LOINC, "code": loinc}]},
    } | value


# ---------------------------------------------------------------- devices


@pytest.mark.parametrize("codes", [(COCHLEAR,), (GENERAL, COCHLEAR), (PACEMAKER, COCHLEAR)])
def test_a_cochlear_prosthesis_is_found_wherever_its_code_stands(codes: tuple[str, ...]) -> None:
    assert verdict(read(device(*codes)), "cochlear_implant") is MET


def test_a_device_that_is_coded_as_two_is_both() -> None:
    record = read(device(PACEMAKER, COCHLEAR))

    assert verdict(record, "pacemaker_icd") is verdict(record, "cochlear_implant") is MET


def test_a_code_that_no_page_knows_leaves_open_what_it_is() -> None:
    assert verdict(read(device(GENERAL)), "implant_not_recognised") is OPEN
    assert verdict(read(device(GENERAL, COCHLEAR)), "implant_not_recognised") is NOT_MET


def test_a_device_in_words_that_only_its_work_denies_is_there() -> None:
    assert verdict(read(device(text="no working VNS")), "vns") is MET


# ---------------------------------------------------------------- seizures with fever

VISIT = {"category": [{"coding": [{"code": "encounter-diagnosis"}]}]}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, "information"),
        ({"onsetDateTime": "1988-03-01"}, "information"),
        ({"onsetDateTime": "1998-03-01"}, "precaution"),
        ({"onsetDateTime": "2026-01-10"}, "precaution"),
        (VISIT, "precaution"),
    ],
)
def test_a_seizure_with_fever_of_an_adult_is_none_of_childhood(told: Json, expected: str) -> None:
    found = graded(read(condition("R56.00", **told)), "epilepsy_seizure_history")

    assert found.finding.verdict is MET
    assert set(found.kinds.values()) == {expected}


def test_a_complex_seizure_with_fever_is_a_precaution_though_it_was_in_childhood() -> None:
    found = graded(
        read(condition("R56.01", onsetDateTime="1988-03-01")), "epilepsy_seizure_history"
    )
    assert set(found.kinds.values()) == {"precaution"}


YEARS = "a"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"onsetAge": {"value": 30, "code": YEARS}}, "precaution"),
        ({"onsetAge": {"value": 3, "code": YEARS}}, "information"),
        ({"onsetAge": {"value": 5, "code": YEARS}}, "information"),
        ({"onsetAge": {"value": 18, "code": "mo"}}, "information"),
        ({"onsetAge": {"value": 3, "unit": "furlongs"}}, "precaution"),
        ({"onsetAge": {"value": 3, "comparator": ">", "code": YEARS}}, "precaution"),
        ({"onsetRange": {"low": {"value": 2, "code": YEARS}}}, "information"),
        ({"onsetRange": {"high": {"value": 30, "code": YEARS}}}, "precaution"),
        ({"onsetString": "last year"}, "precaution"),
    ],
)
def test_an_onset_by_age_or_in_words_is_the_last_day_that_fits(told: Json, expected: str) -> None:
    record = read(condition("R56.00", **told))

    assert set(graded(record, "epilepsy_seizure_history").kinds.values()) == {expected}
    assert any("last day that fits" in one.what for one in record.reading.doubts)


def test_an_onset_by_age_is_never_later_than_its_record() -> None:
    record = read(condition("I63.9", onsetAge={"value": 39, "code": YEARS}))

    assert record.diagnoses[0].onset == date(2026, 1, 10)
    assert graded(record, "stroke_tbi_mass").kinds["guideline"] == "contraindication"


def test_without_a_day_of_birth_an_age_tells_no_more_than_the_record() -> None:
    told = condition("R56.00", onsetAge={"value": 3, "code": YEARS})
    assert read(told, born="1986").diagnoses[0].onset == date(2026, 1, 10)


# ---------------------------------------------------------------- ages


@pytest.mark.parametrize("therapy", ["ketamine_iv", "esketamine"])
@pytest.mark.parametrize(("born", "expected"), [("2008-07-01", MET), ("2008-06-30", NOT_MET)])
def test_the_eighteenth_birthday_ends_the_precaution(
    therapy: str, born: str, expected: Verdict
) -> None:
    assert verdict(read(born=born), "age_under_18", therapy) is expected


# ---------------------------------------------------------------- tests


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"valueQuantity": {"value": 5000, "unit": "m[IU]/mL"}}, OPEN),
        ({"valueQuantity": {"value": 1000, "unit": "m[IU]/mL", "comparator": ">"}}, OPEN),
        ({"valueString": "positive"}, MET),
    ],
)
@pytest.mark.parametrize("loinc", ["19080-1", "21198-7"])
@pytest.mark.parametrize("therapy", ["tms", "ketamine_iv", "esketamine"])
def test_an_hcg_of_the_laboratory_is_read(
    therapy: str, loinc: str, value: Json, expected: Verdict
) -> None:
    found = graded(read(measured(loinc, **value)), "pregnancy", therapy).finding
    told = {one.name: one.value for one in found.because}

    assert found.verdict is expected
    assert told["pregnancy_test_positive"] is (True if expected is MET else None)


def test_a_tsh_told_as_a_bound_leaves_an_overactive_thyroid_open() -> None:
    low = {"value": 0.01, "comparator": "<", "unit": "m[IU]/L"}
    found = graded(
        read(measured("3016-3", valueQuantity=low)), "uncontrolled_hyperthyroidism", "esketamine"
    )
    assert {one.name: one.value for one in found.finding.because}["tsh_measured"] is None
    assert "tsh_measured" in {one.name for one in found.finding.missing}


def test_a_test_that_no_page_looks_for_is_counted_as_not_read() -> None:
    reading = read(measured("99999-9", valueString="positive")).reading

    assert reading.unmapped == {"loinc": 1}
    assert "Observation" not in reading.read


# ---------------------------------------------------------------- measures at the bedside


@pytest.mark.parametrize("therapy", ["ketamine_iv", "esketamine"])
@pytest.mark.parametrize(
    ("loinc", "told", "criterion", "kind"),
    [
        ("8867-4", {"value": 140, "code": "/min"}, "arrhythmia_unstable", "precaution"),
        ("8867-4", {"value": 40, "code": "/min"}, "arrhythmia_unstable", "precaution"),
        ("2708-6", {"value": 85, "code": "%"}, "airway_or_respiratory_disease", "contraindication"),
        ("2708-6", {"value": 92, "code": "%"}, "airway_or_respiratory_disease", "precaution"),
    ],
)
def test_a_pulse_or_an_oxygen_of_today_is_read_by_the_codes_that_records_use(
    therapy: str, loinc: str, told: Json, criterion: str, kind: str
) -> None:
    today = {"effectiveDateTime": TODAY.isoformat(), "valueQuantity": told}
    found = graded(read(measured(loinc, **today)), criterion, therapy)

    assert found.finding.verdict is MET
    assert kind in found.kinds.values()
