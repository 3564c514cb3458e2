"""What is not read of a FHIR record is named, and so is the entry that set the day."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from euthymia import Record, assess, shipped
from euthymia.cli.html import html_report
from euthymia.exchange.document import document
from euthymia.exchange.fhir import read_fhir
from euthymia.exchange.text import report
from euthymia.terms import Verdict

KNOWLEDGE = shipped()
WHO = "http://hl7.org/fhir/sid/icd-10"
TODAY = date(2026, 6, 30)
PATIENT = {"resourceType": "Patient", "id": "p"}


def condition(identity: str = "c", day: str = "2026-05-01", **code: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": identity,
        "subject": {"reference": "Patient/p"},
        "recordedDate": day,
        "code": code,
    }


def who(code: str) -> dict[str, Any]:
    return condition(coding=[{"system": WHO, "code": code}])


def read(*entries: dict[str, Any], as_of: date | None = TODAY) -> Record:
    whole = [one if "resourc" in one else {"resource": one} for one in (PATIENT, *entries)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": whole}
    (record,) = read_fhir([("r.json", json.dumps(bundle).encode())], KNOWLEDGE, as_of=as_of)
    return record


# ------------------------------------------------------------------ the WHO's classification


@pytest.mark.parametrize(
    ("code", "mimic"),
    [("F31.3", "bipolar"), ("F20.0", "psychosis"), ("F25.0", "psychosis"), ("F00.1", "dementia")],
)
def test_a_category_that_means_the_same_in_both_classifications_is_read(
    code: str, mimic: str
) -> None:
    found = assess(read(who(code)), KNOWLEDGE)

    assert {one.criterion.id: one.verdict for one in found.mimics}[mimic] is Verdict.MET
    assert any("WHO" in one.what for one in found.quality.doubts)


def test_what_stands_after_the_dot_of_the_who_is_not_read() -> None:
    found = assess(read(who("F25.0"), who("F33.4")), KNOWLEDGE)
    mimics = {one.criterion.id: one.verdict for one in found.mimics}

    assert mimics["bipolar"] is Verdict.UNKNOWN
    assert mimics["remission_now"] is Verdict.UNKNOWN


@pytest.mark.parametrize("code", ["F11.2", "E03.9", "F99"])
def test_a_category_that_may_mean_something_else_stays_unread(code: str) -> None:
    record = read(who(code))

    assert record.diagnoses == ()
    assert record.reading.unmapped == {"icd10": 1}


# ------------------------------------------------------------------ diagnoses not read


CAREFUL = ("tms", "ketamine_iv", "esketamine")
SNOMED = {"coding": [{"system": "http://snomed.info/sct", "code": "58214004"}]}
ICD9 = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-9-cm", "code": "295.30"}]}
WORDS = {"text": "hears voices"}


def status(word: str) -> dict[str, Any]:
    return {"clinicalStatus": {"coding": [{"code": word}]}}


AT_A_VISIT = {"category": [{"coding": [{"code": "encounter-diagnosis"}]}]}


def told_unread(record: Record) -> dict[str, Verdict]:
    """What each option says of a diagnosis that could not be read."""
    return {
        option.therapy.id: one.finding.verdict
        for option in assess(record, KNOWLEDGE).options
        for one in option.findings
        if one.finding.criterion.id == "diagnosis_unread"
    }


@pytest.mark.parametrize("code", [SNOMED, ICD9, WORDS])
def test_a_diagnosis_that_could_not_be_read_asks_for_care(code: dict[str, Any]) -> None:
    found = told_unread(read(condition(**code)))

    assert found == dict.fromkeys(CAREFUL, Verdict.MET)


@pytest.mark.parametrize(
    "over",
    [
        status("resolved"),
        status("inactive"),
        {"abatementDateTime": "2026-05-20"},
        AT_A_VISIT,
        {**AT_A_VISIT, **status("remission")},
    ],
)
def test_one_that_is_over_or_of_a_past_visit_asks_for_none(over: dict[str, Any]) -> None:
    found = told_unread(read({**condition(**SNOMED), **over}))

    assert found == dict.fromkeys(CAREFUL, Verdict.NOT_MET)


def test_one_of_a_visit_that_is_said_to_hold_asks_for_care() -> None:
    found = told_unread(read({**condition(**SNOMED), **AT_A_VISIT, **status("active")}))

    assert set(found.values()) == {Verdict.MET}


def test_a_code_of_icd10cm_that_no_page_names_asks_for_nothing() -> None:
    coding = [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "L60.0"}]
    found = told_unread(read(condition(coding=coding)))

    assert set(found.values()) == {Verdict.NOT_MET}


def test_the_words_of_a_diagnosis_are_told_nowhere() -> None:
    record = read(condition(**WORDS))

    assert "hears voices" not in json.dumps(document(assess(record, KNOWLEDGE)))


def test_a_diagnosis_that_is_not_read_is_named_once_by_its_code() -> None:
    coding = [{"system": "http://snomed.info/sct", "code": "38341003", "display": "Hypertension"}]
    record = read(condition("a", coding=coding), condition("b", coding=coding))
    (skipped,) = record.reading.skipped

    assert skipped.resource == "Condition"
    assert skipped.why.startswith("diagnosis not read: snomed 38341003 (Hypertension), 2 times")


def test_the_words_of_a_diagnosis_are_counted_and_never_repeated() -> None:
    record = read(condition(text="Mrs Example is sad"))
    (skipped,) = record.reading.skipped

    assert skipped.why == "1 diagnosis in words only; give a code"


def test_a_code_that_no_page_knows_is_doubted_and_what_was_read_is_named() -> None:
    coding = [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F99.99"}]
    (record,) = read_fhir(
        [("c.json", json.dumps(condition(coding=coding)).encode())],
        KNOWLEDGE,
        as_of=TODAY,
        complete=frozenset({"diagnoses"}),
    )
    doubts = {one.resource: one.what for one in assess(record, KNOWLEDGE).quality.doubts}

    assert "no page knows this diagnosis" in doubts["Condition/c"]
    assert doubts["diagnoses"].endswith("among those read: F99.99")


# ------------------------------------------------------------------ entries without a resource


def test_an_entry_without_a_resource_is_left_out_by_its_place() -> None:
    record = read({"resourc": condition()}, who("F32.1"))
    (skipped,) = record.reading.skipped

    assert skipped.resource == "entry[1]"
    assert skipped.why == "has no resource; 'resourc' is no field of it: did you mean resource?"


def test_an_entry_that_only_answers_a_request_has_no_slip() -> None:
    bundle = {
        "resourceType": "Bundle",
        "entry": [{"resource": PATIENT}, {"response": {"status": "204"}}],
    }
    (record,) = read_fhir([("r.json", json.dumps(bundle).encode())], KNOWLEDGE, as_of=TODAY)

    assert [one.why for one in record.reading.skipped] == ["has no resource"]


# ------------------------------------------------------------------ the day


def test_the_entry_that_set_the_day_is_named() -> None:
    entries = (condition("a", "2026-05-01", text="x"), condition("b", "2026-06-01", text="x"))
    record = read(*entries, as_of=None)

    assert (record.as_of, record.reading.day_set_by) == (date(2026, 6, 1), "Condition/b")
    assert record.reading.doubts == ()
    found = document(assess(record, KNOWLEDGE))
    assert found["data_quality"]["day_set_by"] == "Condition/b"


def test_a_day_that_was_given_was_set_by_no_entry() -> None:
    assert read(condition(text="x")).reading.day_set_by is None


@pytest.mark.parametrize(("day", "doubted"), [("2027-05-01", False), ("2027-05-02", True)])
def test_a_lone_entry_more_than_a_year_after_every_other_is_doubted(
    day: str, doubted: bool
) -> None:
    entries = (condition("a", "2026-05-01", text="x"), condition("b", day, text="x"))

    assert bool(read(*entries, as_of=None).reading.doubts) is doubted


def test_a_country_written_as_uk_is_read_as_gb_and_doubted() -> None:
    patient = PATIENT | {"address": [{"country": "UK"}]}
    (record,) = read_fhir([("p.json", json.dumps(patient).encode())], KNOWLEDGE, as_of=TODAY)

    assert record.patient.country == "GB"
    assert [one.what for one in record.reading.doubts] == [
        "address.country: not a country code of ISO 3166; did you mean GB?"
    ]


# ------------------------------------------------------------------ named where it counts


def snomed(number: int) -> dict[str, Any]:
    coding = [{"system": "http://snomed.info/sct", "code": f"5821400{number}", "display": "Bad"}]
    return condition(f"c{number}", f"2026-05-0{number + 1}", coding=coding)


def page_of(record: Record) -> str:
    page = html_report(assess(record, KNOWLEDGE), KNOWLEDGE)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def text_of(record: Record) -> str:
    return " ".join(report(assess(record, KNOWLEDGE), KNOWLEDGE).split())


def because(record: Record) -> list[Any]:
    found = document(assess(record, KNOWLEDGE))["options"]["tms"]["findings"]["diagnosis_unread"]
    return [one["value"] for one in found["because"] if one["fact"] == "diagnosis"]


@pytest.mark.parametrize("told", [text_of, page_of])
def test_what_could_not_be_read_is_named_in_the_reason(told: Callable[[Record], str]) -> None:
    record = read(snomed(0), condition(**WORDS))

    assert "that could not be read: yes, snomed 58214000 (Bad), in words only" in told(record)
    assert "hears voices" not in told(record)


@pytest.mark.parametrize("told", [text_of, page_of])
def test_of_many_five_are_named_and_the_rest_counted(told: Callable[[Record], str]) -> None:
    record = read(*(snomed(number) for number in range(7)))

    assert "58214002 (Bad) and 2 more" in told(record)
    assert "58214001 (Bad), snomed 58214000 (Bad)" not in told(record)


def test_a_document_names_what_could_not_be_read_as_diagnoses() -> None:
    assert because(read(snomed(0), condition(**WORDS))) == [
        "snomed 58214000 (Bad)",
        "in words only",
    ]
    assert because(read(*(snomed(number) for number in range(7))))[-1] == "and 2 more"


@pytest.mark.parametrize("told", [text_of, page_of])
def test_what_could_not_be_read_is_to_be_read_and_coded_first(
    told: Callable[[Record], str],
) -> None:
    assert "read the diagnosis that could not be read, and write its ICD-10-CM code" in (
        told(read(snomed(0)))
    )
