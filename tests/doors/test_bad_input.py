"""What a bad source is told: one line with the file, the place, the fault and the mend."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from euthymia import shipped
from euthymia.exchange.fhir import SourceError, read_fhir, read_terminology

KNOWLEDGE = shipped()
PATIENT = {"resourceType": "Patient", "id": "p"}
OBSERVATION = {
    "resourceType": "Observation",
    "id": "o",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "44261-6"}]},
    "effectiveDateTime": "2026-01-01",
    "valueInteger": 9,
}
MIB = 1024 * 1024


def told(*contents, name="record.json"):
    """The one line that these contents are answered with."""
    with pytest.raises(SourceError) as answer:
        read_fhir([(name, content) for content in contents], KNOWLEDGE)
    line = str(answer.value)
    assert "\n" not in line
    return line


def observed(**fields):
    return json.dumps({**OBSERVATION, **fields}).encode()


def bundled(*resources):
    entries = [{"resource": json.loads(one)} for one in resources]
    return json.dumps({"resourceType": "Bundle", "entry": entries}).encode()


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (b"", "record.json: is empty; fetch it again, or leave it out"),
        (b" \n", "record.json: is empty; fetch it again, or leave it out"),
        (
            b"Dear colleague,",
            "record.json: line 1, byte 0: not JSON; write the source as UTF-8 JSON",
        ),
        (b"<Bundle/>", "record.json: is XML or HTML; export the record as FHIR JSON"),
        (b"\x1f\x8b\x08", "record.json: is packed with gzip; unpack it first"),
        (
            json.dumps(PATIENT).encode("utf-16"),
            "record.json: is UTF-16; save the file as UTF-8",
        ),
        (
            json.dumps(PATIENT).encode("utf-16-le"),
            "record.json: is UTF-16; save the file as UTF-8",
        ),
        (
            '{"resourceType": "Patient",\n "id": "Zoë"}'.encode("latin-1"),
            "record.json: line 2: byte 38 is not UTF-8; save the file as UTF-8",
        ),
        (
            b'{"resourceType": "Patient",\n "id": "p"',
            "record.json: line 2, byte 38: ends in the middle of a value; fetch the source again",
        ),
        (
            b'{"resourceType": "Patient",\n "id": p}',
            "record.json: line 2, byte 35: not JSON; write the source as UTF-8 JSON",
        ),
        (
            b'{"resourceType": "Patient"} {}',
            "record.json: line 1, byte 29: more follows the end of the value; "
            "write one resource a line, or a list of them",
        ),
        (
            b'{"id": "p"}',
            "record.json: resourceType: not that of a FHIR resource; "
            "every resource must name its type",
        ),
        (
            b'[{"resourceType": "Patient"}, 5]',
            "record.json: entry[1]: an object is needed, and a whole number stands there; "
            "correct it at the source",
        ),
    ],
)
def test_a_file_that_is_no_fhir_is_told_why_and_how_to_mend_it(content, answer):
    assert told(content) == answer


def test_a_line_of_ndjson_is_named_by_its_number():
    lines = json.dumps(PATIENT).encode() + b"\n\n" + b'{"resourceType": "Condition"'

    assert told(lines) == (
        "record.json: line 3: ends in the middle of a value; fetch the source again"
    )


def test_the_file_at_fault_is_named_among_many():
    with pytest.raises(SourceError, match=r"^second\.json: "):
        read_fhir([("first.json", json.dumps(PATIENT).encode()), ("second.json", b"{")], KNOWLEDGE)


def test_the_log_of_a_bulk_export_is_passed_over():
    log = (
        b'{"exportId": "1", "eventId": "kickoff"}\n{"exportId": "1", "eventId": "status_complete"}'
    )
    files = [("log.ndjson", log), ("o.json", observed())]

    assert len(read_fhir(files, KNOWLEDGE)) == 1


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        (
            {"valueInteger": "9"},
            "valueInteger: a whole number is needed, and text stands there; "
            "correct it at the source",
        ),
        (
            {"valueInteger": 9.5},
            "valueInteger: a whole number is needed, and a number stands there; "
            "correct it at the source",
        ),
        (
            {"code": {"coding": {}}},
            "code.coding: a list is needed, and an object stands there; correct it at the source",
        ),
        (
            {"valueQuantity": {"value": 9}},
            "value[x]: two values in one element; keep one",
        ),
        (
            {"valuePeriod": {}},
            "value[x]: two values in one element; keep one",
        ),
        (
            {"effectiveDateTime": "2026-02-30"},
            "effectiveDateTime: no date of the calendar; "
            "write YYYY, YYYY-MM, YYYY-MM-DD or an instant",
        ),
    ],
)
def test_a_field_that_is_wrong_is_named_by_resource_and_path(fields, answer):
    assert told(bundled(observed(**fields))) == f"record.json: Observation/o: {answer}"


@pytest.mark.parametrize(
    "text",
    [
        "2026-13-01",
        "2026-2-3",
        "01.02.2026",
        "2026-W01-1",
        "20260101",
        "0000-01-01",
        "tomorrow",
        "2026-01-01T25:00:00Z",
        "2026-01-01 10:00",
        "2026-01-01T10:00:00+99:00",
    ],
)
def test_a_date_that_does_not_exist_is_an_error(text):
    assert "effectiveDateTime: no date of the calendar" in told(observed(effectiveDateTime=text))


def test_an_entry_without_an_id_is_named_by_its_place():
    nameless = json.dumps({**OBSERVATION, "id": None, "valueQuantity": {}}).encode()

    assert told(bundled(json.dumps(PATIENT), nameless)).startswith(
        "record.json: entry[1] (Observation): value[x]: "
    )


def test_a_place_inside_nested_bundles_is_named_whole():
    inner = bundled(json.dumps({"id": "x"}))

    assert told(bundled(json.dumps(PATIENT), inner)).startswith(
        "record.json: entry[1].entry[0]: resourceType: "
    )


def test_two_medications_in_one_order_are_an_error():
    order = {
        "resourceType": "MedicationRequest",
        "id": "m",
        "status": "active",
        "authoredOn": "2026-01-01",
        "medicationCodeableConcept": {"text": "sertraline"},
        "medicationReference": {"reference": "Medication/x"},
    }

    assert told(json.dumps(order).encode()) == (
        "record.json: MedicationRequest/m: medication[x]: two choices of one element; keep one"
    )


def test_a_record_without_any_date_asks_for_the_day():
    assert told(json.dumps(PATIENT).encode()) == (
        "record.json: Patient/p: no entry has a date; give the day of the assessment (--as-of)"
    )


def test_one_string_of_200_mb_is_refused():
    long = (
        b'{"resourceType": "Observation", "id": "o", "valueString": "' + b"x" * (200 * MIB) + b'"}'
    )

    assert told(long) == (
        "record.json: Observation/o: longer than 16 MiB; take out what is attached to it"
    )


def test_a_long_attachment_of_a_type_we_do_not_read_does_no_harm():
    scan = b'{"resourceType": "Binary", "id": "b", "data": "' + b"x" * (17 * MIB) + b'"}'

    assert len(read_fhir([("scan.json", scan), ("o.json", observed())], KNOWLEDGE)) == 1


@pytest.mark.parametrize("depth", [1_000, 10_000, 100_000])
def test_nesting_without_end_is_refused(depth):
    deep = b'{"resourceType": "Patient", "x": ' + b"[" * depth + b"]" * depth + b"}"

    assert told(deep) == ("record.json: nested too deep to be a FHIR resource; take the entry out")


def test_questions_within_questions_without_end_are_refused():
    form = b'{"resourceType": "QuestionnaireResponse", "id": "q", "item": ['
    deep = form + b'{"item": [' * 5_000 + b"]}" * 5_000 + b"]}"

    assert "nested too deep" in told(deep)


def test_no_answer_repeats_what_the_record_says():
    name = "Jane Example"
    faults = (
        observed(valueInteger=name),
        observed(effectiveDateTime=name),
        observed(status={"text": name}),
        observed(valueString=name),
        json.dumps({"resourceType": "Patient", "id": "p", "name": name, "birthDate": name}).encode()
        + b"\n"
        + observed(),
        f'{{"resourceType": "Patient", "name": "{name}'.encode(),
    )

    for fault in faults:
        assert name not in told(fault)


def test_an_id_that_breaks_lines_stays_on_one():
    assert told(observed(id="a\nb" + "c" * 500, valueString="x")).count("c") < 100


# Whatever comes

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def _never_anything_else(content):
    try:
        answer: object = read_fhir([("f", content)], KNOWLEDGE)
    except SourceError as fault:
        answer = str(fault)

    assert isinstance(answer, tuple | str)
    assert "\n" not in answer


@given(st.binary(max_size=200))
def test_no_bytes_give_anything_but_records_or_an_answer(content):
    _never_anything_else(content)


@given(st.integers(0, 2_000), st.binary(min_size=1, max_size=3))
def test_a_record_with_broken_bytes_gives_nothing_else_either(at, noise):
    whole = bundled(json.dumps({**PATIENT, "birthDate": "1980-01-01"}), observed())
    at %= len(whole)

    _never_anything_else(whole[:at] + noise + whole[at + len(noise) :])
    _never_anything_else(whole[:at])


FIELDS = sorted(
    [
        "id",
        "status",
        "code",
        "subject",
        "effectiveDateTime",
        "valueQuantity",
        "valueInteger",
        "component",
        "hasMember",
        "dosageInstruction",
        "dispenseRequest",
        "medicationCodeableConcept",
        "medicationReference",
        "authoredOn",
        "daysSupply",
        "quantity",
        "whenHandedOver",
        "item",
        "questionnaire",
        "authored",
        "performedPeriod",
        "patient",
        "clinicalStatus",
        "onsetDateTime",
        "effectivePeriod",
        "dosage",
        "contained",
        "meta",
        "class",
        "period",
    ]
)
KINDS = st.sampled_from(
    [
        "Patient",
        "Condition",
        "MedicationRequest",
        "MedicationDispense",
        "MedicationStatement",
        "Medication",
        "MedicationAdministration",
        "Observation",
        "QuestionnaireResponse",
        "Procedure",
        "Device",
        "Encounter",
        "AllergyIntolerance",
        "AdverseEvent",
        "Bundle",
        "Immunization",
    ]
)


@given(KINDS, st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=4))
def test_no_value_in_any_field_gives_anything_else(kind, fields):
    resource = {"resourceType": kind, **fields}

    _never_anything_else(json.dumps(resource).encode("utf-8", "surrogatepass"))


# The user's terminology


@pytest.mark.parametrize(
    ("table", "answer"),
    [
        (b"a,b\n1,2\n", "t.csv: line 1: not a table we know; write system,code,icd10cm or "),
        (b"system,code,icd10cm\nsnomed,1\n", "t.csv: line 2: a cell is empty or too many; write "),
        (b"system,code,icd10cm\nsnomed,1,sad\n", "t.csv: line 2: icd10cm: not an ICD-10-CM code; "),
        (
            b"system,code,drug,strength,route\nndc,1,sertraline,some,oral\n",
            "t.csv: line 2: strength: not a number; write the mg in one piece or mL",
        ),
        (b"\xff", "t.csv: byte 0 is not UTF-8; save the file as UTF-8"),
    ],
)
def test_a_table_of_the_user_that_cannot_be_read_is_told_why(table, answer):
    with pytest.raises(SourceError) as fault:
        read_terminology([("t.csv", table)])

    assert str(fault.value).startswith(answer)
