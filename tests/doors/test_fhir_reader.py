"""FHIR R4 in: what each resource becomes, and what is left out and said so."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from euthymia import assess, shipped
from euthymia.cli.html import html_report
from euthymia.engine.facts import read_facts
from euthymia.engine.seen import look_at
from euthymia.exchange.fhir import Terminology, read_fhir, read_terminology
from euthymia.exchange.timeline.history import history
from euthymia.terms import Code, Quantity

KNOWLEDGE = shipped()
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC = "http://www.whocc.no/atc"
LOINC = "http://loinc.org"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
SNOMED = "http://snomed.info/sct"
SUBJECT = {"reference": "Patient/p"}
PATIENT = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1980-02-29"}
TODAY = date(2026, 6, 30)


def coded(system, code, display=None):
    return {"coding": [{"system": system, "code": code, "display": display}]}


def entry(kind, identity="x", **fields):
    return {"resourceType": kind, "id": identity, "subject": SUBJECT, **fields}


def order(identity="m", name="sertraline 50 MG Oral Tablet", **fields):
    ordered = {
        "status": "active",
        "intent": "order",
        "authoredOn": "2026-01-10",
        "medicationCodeableConcept": {"text": name},
    }
    return entry("MedicationRequest", identity, **{**ordered, **fields})


def supply(identity="d", name="sertraline 50 MG Oral Tablet", **fields):
    given_out = {
        "status": "completed",
        "whenHandedOver": "2026-01-10",
        "medicationCodeableConcept": {"text": name},
    }
    return entry("MedicationDispense", identity, **{**given_out, **fields})


def value(code, identity="o", day="2026-05-01", **fields):
    measured = {"status": "final", "code": coded(LOINC, code), "effectiveDateTime": day}
    return entry("Observation", identity, **{**measured, **fields})


def dosage(mg, **timing):
    repeat = {"frequency": 1, "period": 1, "periodUnit": "d", **timing}
    return {
        "timing": {"repeat": repeat},
        "doseAndRate": [{"doseQuantity": {"value": mg, "unit": "mg"}}],
    }


def bundle(*resources, kind="collection"):
    return json.dumps(
        {
            "resourceType": "Bundle",
            "type": kind,
            "entry": [
                {"fullUrl": f"http://s/{one['resourceType']}/{one.get('id')}", "resource": one}
                for one in resources
            ],
        }
    ).encode()


def read(*resources, as_of=TODAY, **options):
    [record] = read_fhir([("bundle.json", bundle(*resources))], KNOWLEDGE, as_of=as_of, **options)
    return record


def doubts(record):
    return " ".join(doubt.what for doubt in record.reading.doubts)


def skipped(record):
    return {one.resource: one.why for one in record.reading.skipped}


# The record set


def test_a_bundle_a_list_ndjson_and_files_side_by_side_are_the_same_record():
    resources = [PATIENT, order(), value("44261-6", valueInteger=12)]
    lines = [json.dumps(one).encode() for one in resources]
    listed = json.dumps(resources).encode()
    nested = bundle(json.loads(bundle(*resources)), kind="searchset")

    whole = read(*resources)

    for sources in (
        [("list.json", listed)],
        [("lines", b"\n".join(lines))],
        [("windows.txt", b"\r\n".join(lines) + b"\r\n\r\n")],
        [(f"{number}.json", line) for number, line in enumerate(lines)],
        [("nested.json", nested)],
        [("bom.json", b"\xef\xbb\xbf" + listed)],
    ):
        assert read_fhir(sources, KNOWLEDGE, as_of=TODAY) == (whole,)


def test_each_patient_gets_a_record_in_the_order_of_the_ids():
    other = {"reference": "Patient/a"}
    records = read_fhir([("b", bundle(PATIENT, order(subject=other)))], KNOWLEDGE, as_of=TODAY)

    assert [one.patient.id for one in records] == ["a", "p"]
    assert len(records[0].exposures) == 1
    assert records[1].exposures == ()


def test_entries_without_any_patient_are_one_record_without_a_name():
    record = read(order(subject=None))

    assert record.patient.id is None
    assert len(record.exposures) == 1


def test_entries_that_name_nobody_belong_to_the_only_patient():
    assert len(read(PATIENT, order(subject=None)).exposures) == 1


def test_among_several_patients_entries_that_name_nobody_are_counted_and_not_read():
    second = {"resourceType": "Patient", "id": "q"}
    records = read_fhir(
        [("b", bundle(PATIENT, second, order(subject=None)))], KNOWLEDGE, as_of=TODAY
    )

    assert all(one.exposures == () for one in records)
    assert all(skipped(one)["entries"] == "1 of the set name no patient" for one in records)


def test_a_set_without_patients_and_entries_gives_no_record():
    hospital = {"resourceType": "Organization", "id": "h", "name": "Invented Hospital"}

    assert read_fhir([("b", bundle(hospital))], KNOWLEDGE) == ()


def test_references_by_urn_by_address_and_to_contained_resources_are_followed():
    drug = {
        "resourceType": "Medication",
        "id": "c",
        "code": {"text": "sertraline 50 MG Oral Tablet"},
    }
    inside = order("inside", contained=[drug], medicationReference={"reference": "#c"})
    outside = order("outside", medicationReference={"reference": "urn:uuid:1"})
    for one in (inside, outside):
        del one["medicationCodeableConcept"]
        one["subject"] = {"reference": "http://server/fhir/Patient/p/_history/3"}
    body = json.loads(bundle(PATIENT, inside, outside))
    body["entry"].append({"fullUrl": "urn:uuid:1", "resource": {**drug, "id": "m9"}})

    [record] = read_fhir([("b", json.dumps(body).encode())], KNOWLEDGE, as_of=TODAY)

    assert [one.drug for one in record.exposures] == ["sertraline", "sertraline"]


def test_a_reference_to_nothing_is_a_doubt_and_no_error():
    lost = order(medicationReference={"reference": "Medication/gone"})
    del lost["medicationCodeableConcept"]

    record = read(PATIENT, lost)

    assert record.exposures == ()
    assert "refers to a medication that the source does not hold" in doubts(record)


def test_an_entry_met_twice_is_read_once_and_of_two_versions_the_newest():
    old = order(meta={"versionId": "1"}, status="active")
    new = order(meta={"versionId": "2"}, status="entered-in-error")

    for pair in ((old, new, new), (new, new, old)):
        record = read(PATIENT, *pair)
        assert record.exposures == ()
        assert record.reading.duplicates == 2


def test_types_we_do_not_read_are_counted_by_type():
    shot = entry("Immunization", "i", patient=SUBJECT)

    assert skipped(read(PATIENT, shot)) == {
        "Immunization": "1 of this type, which this release does not judge"
    }


COCHLEAR = {"coding": [{"system": "http://snomed.info/sct", "code": "43252007"}]}


@pytest.mark.parametrize("status", ["active", "inactive", "unknown"])
def test_a_device_counts_as_there_whatever_its_status(status):
    device = entry("Device", "v", patient=SUBJECT, status=status, type=COCHLEAR)

    (implant,) = read(PATIENT, device).implants

    assert str(implant.code) == "snomed:43252007"


def test_a_device_entered_in_error_is_no_device():
    device = entry("Device", "v", patient=SUBJECT, status="entered-in-error", type=COCHLEAR)

    assert read(PATIENT, device).implants == ()


def test_a_device_is_found_by_its_words():
    device = entry("Device", "v", patient=SUBJECT, deviceName=[{"name": "VNS generator"}])

    (implant,) = read(PATIENT, device).implants

    assert "vns generator" in implant.words


def test_a_pressure_in_kilopascal_is_turned_into_millimetres():
    pressure = value("8480-6", valueQuantity={"value": 20, "unit": "kPa", "code": "kPa"})

    (vitals,) = read(PATIENT, pressure).vitals

    assert vitals.systolic_mmhg == pytest.approx(150.01, abs=0.01)


def test_the_patient_is_read_without_guessing():
    home = {"address": [{"country": "US"}]}

    assert read({**PATIENT, **home}).patient.country == "US"
    assert read({**PATIENT, "address": [{"country": "United States"}]}).patient.country is None
    assert read({**PATIENT, "gender": "other"}).patient.sex is None
    assert read({**PATIENT, "birthDate": "1980"}).patient.birth_date is None


def test_complete_sections_are_handed_on():
    sections = frozenset({"diagnoses", "trials"})

    assert read(PATIENT, order(), complete=sections).complete == sections


# Days


def test_without_a_day_the_newest_entry_gives_it():
    record = read(PATIENT, order(), value("44261-6", day="2026-03-04", valueInteger=9), as_of=None)

    assert record.as_of == date(2026, 3, 4)


def test_a_planned_end_does_not_give_the_day():
    until = {"timing": {"repeat": {"boundsPeriod": {"end": "2030-01-01"}}}}

    assert read(PATIENT, order(dosageInstruction=[until]), as_of=None).as_of == date(2026, 1, 10)


def test_an_error_does_not_give_the_day():
    wrong = value("44261-6", day="2027-01-01", valueInteger=9, status="entered-in-error")

    assert read(PATIENT, order(), wrong, as_of=None).as_of == date(2026, 1, 10)


def test_what_came_later_is_not_read_and_says_so():
    late = value("44261-6", "late", day="2026-07-01", valueInteger=9)

    record = read(PATIENT, late)

    assert record.ratings == ()
    assert skipped(record) == {"Observation/late": "is dated after the day of the assessment"}


def test_an_instant_is_the_day_its_own_text_shows():
    record = read(PATIENT, value("44261-6", day="2026-05-01T23:30:00-05:00", valueInteger=9))

    assert record.ratings[0].taken == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("text", "day"), [("2026", date(2026, 1, 1)), ("2026-05", date(2026, 5, 1))]
)
def test_a_month_or_year_is_taken_at_its_first_day_with_a_doubt(text, day):
    record = read(PATIENT, value("44261-6", day=text, valueInteger=9))

    assert record.ratings[0].taken == day
    assert "effectiveDateTime gives no day" in doubts(record)


def test_a_course_between_months_has_no_known_length():
    period = {"start": "2025-01", "end": "2025-03"}
    told = entry(
        "MedicationStatement",
        status="completed",
        medicationCodeableConcept={"text": "sertraline"},
        effectivePeriod=period,
    )

    [exposure] = read(PATIENT, told).exposures

    assert (exposure.start, exposure.end, exposure.days_supply) == (date(2025, 1, 1), None, None)


def test_a_course_open_since_a_year_is_sure_only_from_its_last_day():
    told = entry(
        "MedicationStatement",
        status="active",
        medicationCodeableConcept={"text": "sertraline"},
        effectivePeriod={"start": "2025"},
    )

    assert read(PATIENT, told).exposures[0].start == date(2025, 12, 31)


# Diagnoses


def problem(code, system=ICD10CM, **fields):
    return entry("Condition", fields.pop("identity", "c"), code=coded(system, code), **fields)


def test_a_condition_in_icd10cm_is_a_diagnosis_with_its_dot():
    [diagnosis] = read(PATIENT, problem("F331", onsetDateTime="2025-01-02")).diagnoses

    assert diagnosis.code == Code("icd10cm", "F33.1")
    assert (diagnosis.onset, diagnosis.source) == (date(2025, 1, 2), "problem")


def test_an_encounter_diagnosis_is_told_apart():
    visit = [{"coding": [{"code": "encounter-diagnosis"}]}]

    assert read(PATIENT, problem("F33.1", category=visit)).diagnoses[0].source == "encounter"


def test_a_condition_of_another_system_needs_the_users_terminology():
    maps = read_terminology([("m.csv", b"system,code,icd10cm\nsnomed,370143000,F33.9\n")])
    condition = problem("370143000", SNOMED)

    assert read(PATIENT, condition).diagnoses == ()
    assert read(PATIENT, condition).reading.unmapped == {"snomed": 1}
    assert read(PATIENT, condition, terminology=maps).diagnoses[0].code.value == "F33.9"


@pytest.mark.parametrize("status", ["refuted", "unconfirmed", "differential", "entered-in-error"])
def test_a_condition_that_is_not_confirmed_is_left_out_with_its_reason(status):
    record = read(PATIENT, problem("F31.9", verificationStatus={"coding": [{"code": status}]}))

    assert record.diagnoses == ()
    assert "Condition/c" in skipped(record)


def test_a_provisional_diagnosis_is_read_with_a_doubt():
    record = read(
        PATIENT, problem("F31.9", verificationStatus={"coding": [{"code": "provisional"}]})
    )

    assert len(record.diagnoses) == 1
    assert "provisional" in doubts(record)


def test_a_condition_over_since_an_unknown_day_ends_on_its_last_day_on_record():
    over = {"clinicalStatus": {"coding": [{"code": "resolved"}]}}

    [dated] = read(PATIENT, problem("F33.1", recordedDate="2025-03-04", **over)).diagnoses

    assert dated.resolved == date(2025, 3, 4)


def test_of_a_month_of_abatement_the_last_day_is_taken():
    assert read(PATIENT, problem("F33.1", abatementDateTime="2025-02")).diagnoses[
        0
    ].resolved == date(2025, 2, 28)


# Medicines: which drug


def drug_of(*names, concept=None, **fields):
    record = read(PATIENT, order(medicationCodeableConcept=concept or {"text": names[0]}, **fields))
    return record.exposures[0].drug, [one.drug for one in record.medications]


@pytest.mark.parametrize(
    ("name", "drug"),
    [
        ("escitalopram 10 MG Oral Tablet", "escitalopram"),
        ("citalopram 20 mg", "citalopram"),
        ("24 HR desvenlafaxine 50 MG Extended Release Oral Tablet", "desvenlafaxine"),
        ("24 HR venlafaxine 75 MG Extended Release Oral Capsule", "venlafaxine"),
        ("levomilnacipran 40 MG Extended Release Oral Capsule", "levomilnacipran"),
        ("Milnacipran hydrochloride 100 MG Oral Tablet", "milnacipran"),
        ("buPROPion (WELLBUTRIN XL) 300 MG 24 hr tablet", "bupropion"),
        ("St. John's Wort", "st_johns_wort"),
        ("lithium carbonate 300 MG Oral Capsule", "lithium"),
    ],
)
def test_a_drug_is_known_by_its_whole_name(name, drug):
    assert drug_of(name)[0] == drug


@pytest.mark.parametrize(
    ("system", "code", "drug"),
    [
        (RXNORM, "36437", "sertraline"),
        (RXNORM, "312938", "sertraline"),
        (RXNORM, "865206", "selegiline"),
        (ATC, "N06AX12", "bupropion"),
        ("urn:oid:2.16.840.1.113883.6.88", "36437", "sertraline"),
    ],
)
def test_a_drug_is_known_by_its_code_alone(system, code, drug):
    assert drug_of(concept=coded(system, code))[0] == drug


def test_the_code_of_a_product_outweighs_its_wording():
    assert drug_of(concept=coded(RXNORM, "312938", "citalopram 20 MG"))[0] == "sertraline"


@pytest.mark.parametrize(
    "name",
    [
        "12 HR bupropion hydrochloride 90 MG / naltrexone hydrochloride 8 MG Oral Tablet",
        "naltrexone-bupropion",
        "Naltrexone/Bupropion",
        "bupropion and naltrexone",
    ],
)
def test_naltrexone_bupropion_is_no_trial_of_bupropion_but_holds_it(name):
    assert drug_of(name) == ("bupropion / naltrexone", ["bupropion", "naltrexone"])


def test_smoking_cessation_is_no_trial_of_bupropion():
    assert drug_of("bupropion (Zyban) 150 mg")[0] == "bupropion (zyban)"
    assert drug_of(concept=coded(ATC, "N07BA02", "bupropion"))[0] == "bupropion (atc n07ba02)"


def test_selegiline_by_mouth_is_not_the_patch():
    assert drug_of("selegiline 6 mg/24h patch")[0] == "selegiline"
    assert (
        drug_of("selegiline", dosageInstruction=[{"route": {"text": "Transdermal"}}])[0]
        == "selegiline"
    )
    exposure, now = drug_of(
        concept=coded(RXNORM, "859186", "selegiline hydrochloride 5 MG Oral Capsule")
    )
    assert exposure == "selegiline (not known to be transdermal)"
    assert now == ["selegiline"]


def test_the_antidepressant_of_a_pair_counts_by_its_own_dose():
    name = "amitriptyline hydrochloride 25 MG / perphenazine 4 MG Oral Tablet"
    record = read(PATIENT, order(name=name, dosageInstruction=[{"text": "2 tabs daily"}]))

    [exposure] = record.exposures
    assert (exposure.drug, exposure.dose) == ("amitriptyline", 50)
    assert [one.drug for one in record.medications] == ["amitriptyline", "perphenazine"]


@pytest.mark.parametrize(
    ("name", "drug", "dose"),
    [
        ("fluoxetine 25 MG / olanzapine 6 MG Oral Capsule", "olanzapine_fluoxetine", 6),
        (
            "bupropion hydrochloride 105 MG / dextromethorphan hydrobromide 45 MG Oral Tablet",
            "dextromethorphan_bupropion",
            45,
        ),
    ],
)
def test_a_pair_with_a_page_is_dosed_by_its_first_part(name, drug, dose):
    [exposure] = read(PATIENT, order(name=name, dosageInstruction=[{"text": "1 cap qd"}])).exposures

    assert (exposure.drug, exposure.dose) == (drug, dose)


def test_a_drug_no_page_knows_keeps_its_ingredient_without_the_salt():
    record = read(PATIENT, order(name="metformin hydrochloride 500 MG Oral Tablet"))

    assert record.exposures[0].drug == "metformin"


def test_a_users_product_is_known_by_its_own_code():
    table = b"system,code,drug,strength,route\nndc,0001-0002,sertraline,25,oral\n"
    concept = coded("http://hl7.org/fhir/sid/ndc", "0001-0002")
    instructions = [{"text": "2 tabs daily"}]

    [exposure] = read(
        PATIENT,
        order(medicationCodeableConcept=concept, dosageInstruction=instructions),
        terminology=read_terminology([("p.csv", table)]),
    ).exposures

    assert (exposure.drug, exposure.dose) == ("sertraline", 50)


def test_the_strength_may_stand_in_the_medication_itself():
    strength = {"numerator": {"value": 50, "unit": "mg"}, "denominator": {"value": 1}}
    product = {
        "resourceType": "Medication",
        "id": "m",
        "code": {"text": "sertraline"},
        "ingredient": [{"itemCodeableConcept": {"text": "sertraline"}, "strength": strength}],
    }
    asked = order(
        medicationReference={"reference": "Medication/m"}, dosageInstruction=[{"text": "2 tabs qd"}]
    )
    del asked["medicationCodeableConcept"]

    assert read(PATIENT, product, asked).exposures[0].dose == 100


# Medicines: how much


def dose_of(**fields):
    [exposure] = read(PATIENT, order(**fields)).exposures
    return exposure.dose, exposure.dose_basis


@pytest.mark.parametrize(
    ("timing", "dose"),
    [
        ({}, 50),
        ({"frequency": 2}, 100),
        ({"period": 12, "periodUnit": "h"}, 100),
        ({"period": 2}, 25),
        ({"frequency": 1, "period": 1, "periodUnit": "wk"}, 50 / 7),
        ({"frequencyMax": 2}, None),
        ({"periodMax": 2}, None),
        ({"period": 1, "periodUnit": "mo"}, None),
    ],
)
def test_a_structured_dose_is_amount_times_how_often(timing, dose):
    found, _ = dose_of(dosageInstruction=[dosage(50, **timing)])

    assert found == (None if dose is None else pytest.approx(dose, 1e-5))


@pytest.mark.parametrize(
    ("timing", "dose"),
    [
        ({"code": {"coding": [{"code": "BID"}]}}, 100),
        ({"code": {"text": "once daily"}}, 50),
        ({"repeat": {"when": ["MORN", "HS"]}}, 100),
        ({"repeat": {"when": ["C"]}}, None),
        ({"repeat": {"timeOfDay": ["08:00:00"]}}, 50),
        ({"repeat": {"dayOfWeek": ["mon", "thu"]}}, 100 / 7),
        ({"code": {"coding": [{"code": "MO"}]}}, None),
    ],
)
def test_how_often_may_be_a_code_or_times_of_the_day(timing, dose):
    line = {**dosage(50), "timing": timing}

    found, _ = dose_of(dosageInstruction=[line])
    assert found == (None if dose is None else pytest.approx(dose, 1e-5))


def test_pieces_take_the_strength_of_the_product():
    line = {**dosage(0), "doseAndRate": [{"doseQuantity": {"value": 1.5, "unit": "tablet"}}]}

    assert dose_of(dosageInstruction=[line]) == (75, "structured")


def test_morning_and_evening_lines_add_up_but_steps_in_time_do_not():
    lines = [dosage(50), dosage(100)]

    assert dose_of(dosageInstruction=lines)[0] == 150
    steps = [{**line, "sequence": number} for number, line in enumerate(lines)]
    assert dose_of(dosageInstruction=steps) == (None, "none")


def test_as_needed_is_an_unknown_dose_whatever_else_is_given():
    line = {**dosage(50), "asNeededBoolean": True}

    assert dose_of(dosageInstruction=[line]) == (None, "none")


def test_a_range_of_doses_is_an_unknown_dose():
    span = {"doseRange": {"low": {"value": 50, "unit": "mg"}, "high": {"value": 100, "unit": "mg"}}}

    assert dose_of(dosageInstruction=[{**dosage(50), "doseAndRate": [span]}]) == (None, "none")


def test_a_supply_gives_the_dose_where_no_line_does():
    handed_out = {
        "quantity": {"value": 45, "unit": "tablet"},
        "daysSupply": {"value": 30, "unit": "days"},
    }

    [exposure] = read(PATIENT, supply(name="sertraline 100 MG Oral Tablet", **handed_out)).exposures

    assert (exposure.dose, exposure.dose_basis, exposure.days_supply) == (150, "supply", 30)


def test_the_structured_line_comes_before_the_supply_and_that_before_the_words():
    asked = {"quantity": {"value": 30}, "expectedSupplyDuration": {"value": 30, "unit": "d"}}
    words = {"text": "3 tabs daily"}

    assert dose_of(dosageInstruction=[{**dosage(25), **words}], dispenseRequest=asked) == (
        25,
        "structured",
    )
    assert dose_of(dosageInstruction=[words], dispenseRequest=asked) == (50, "supply")
    assert dose_of(dosageInstruction=[words]) == (150, "sig")


def test_a_dose_in_a_unit_nobody_knows_is_unknown_and_named():
    line = {**dosage(1), "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "dollop"}}]}

    record = read(PATIENT, order(dosageInstruction=[line]))

    assert record.exposures[0].dose is None
    assert "in a unit that is not known" in doubts(record)


def test_a_dose_far_above_the_maximum_is_an_error_not_a_dose():
    record = read(PATIENT, order(dosageInstruction=[dosage(5000)]))

    assert record.exposures[0].dose is None
    assert "more than 2 times the maximum of sertraline" in doubts(record)


def test_nobody_takes_the_minimum_for_a_dose_that_is_not_there():
    assert dose_of() == (None, "none")


def test_every_drug_is_counted_with_whether_its_dose_was_found():
    record = read(PATIENT, order("a", dosageInstruction=[dosage(50)]), order("b", name="ramipril"))

    assert (record.reading.doses_parsed, record.reading.doses_met) == (1, 2)
    assert record.reading.supply_missing == 2


def test_doses_given_on_one_day_add_up_and_one_broken_off_leaves_them_open():
    def given_at(identity, status="completed"):
        return entry(
            "MedicationAdministration",
            identity,
            status=status,
            medicationCodeableConcept={"text": "sertraline"},
            effectiveDateTime="2026-01-10T08:00:00Z",
            dosage={"dose": {"value": 50, "unit": "mg"}},
        )

    [exposure] = read(PATIENT, given_at("a"), given_at("b")).exposures
    assert (exposure.dose, exposure.days_supply, exposure.supply) == (100, 1, "administration")
    assert read(PATIENT, given_at("a"), given_at("b", "stopped")).exposures[0].dose is None


# Medicines: how long, why, and now


@pytest.mark.parametrize(
    ("duration", "days"),
    [
        ({"value": 84, "code": "days"}, 84),
        ({"value": 84}, 84),
        ({"value": 6, "unit": "weeks"}, 42),
        ({"value": 2, "code": "mo"}, None),
        ({"value": -3, "unit": "d"}, None),
        ({"value": 99999, "unit": "d"}, None),
    ],
)
def test_days_of_supply_are_days_or_weeks_and_a_month_stays_open(duration, days):
    assert read(PATIENT, supply(daysSupply=duration)).exposures[0].days_supply == days


def thirty_days(**fields):
    return {"expectedSupplyDuration": {"value": 30, "unit": "d"}, **fields}


def test_repeats_count_as_ordered_where_no_supply_is_on_record():
    refilled = order(dispenseRequest=thirty_days(numberOfRepeatsAllowed=2))

    alone = read(PATIENT, refilled).exposures
    supplied = read(PATIENT, refilled, supply()).exposures

    assert [one.days_supply for one in alone] == [90]
    assert [one.days_supply for one in supplied if one.supply == "request"] == [30]


def test_the_repeats_of_a_stopped_order_are_not_taken_for_granted():
    stopped = order(status="stopped", dispenseRequest=thirty_days(numberOfRepeatsAllowed=2))

    assert read(PATIENT, stopped).exposures[0].days_supply == 30


def test_a_supply_learns_from_the_order_it_fills():
    asked = order(
        status="stopped",
        dosageInstruction=[dosage(75)],
        reasonCode=[coded(ICD10CM, "F33.1")],
        statusReason={"text": "Lack of efficacy"},
    )
    filled = supply(authorizingPrescription=[{"reference": "MedicationRequest/m"}])

    [exposure] = [one for one in read(PATIENT, asked, filled).exposures if one.supply == "dispense"]

    assert (exposure.dose, exposure.indication) == (75, "F33.1")
    assert exposure.stop_reason == "lack_of_efficacy"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Lack of efficacy", "lack_of_efficacy"),
        ("stopped for side effects", "intolerance"),
        ("patient preference", "patient_choice"),
        ("ineffective, and nausea", None),
        ("xyzzy", None),
    ],
)
def test_a_reason_for_stopping_is_read_only_where_it_is_plain(words, reason):
    told = entry(
        "MedicationStatement",
        status="stopped",
        medicationCodeableConcept={"text": "sertraline"},
        effectivePeriod={"start": "2025-01-01", "end": "2025-03-01"},
        statusReason=[{"text": words}],
    )

    assert read(PATIENT, told).exposures[0].stop_reason == reason


def test_why_it_was_given_is_a_code_where_there_is_one_else_words():
    because = {
        "reasonReference": [{"reference": "Condition/c"}],
        "reasonCode": [{"text": "Low mood"}],
    }

    assert (
        read(PATIENT, problem("F33.1"), order(**because)).exposures[0].indication
        == "low mood; F33.1"
    )


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (order, "entered-in-error"),
        (order, "cancelled"),
        (order, "draft"),
        (supply, "declined"),
        (supply, "entered-in-error"),
    ],
)
def test_what_was_never_given_never_counts(kind, status):
    record = read(PATIENT, kind(status=status))

    assert (record.exposures, record.medications) == ((), ())
    assert len(record.reading.skipped) == 1


def test_do_not_perform_proposals_and_plans_are_no_orders():
    for change in ({"doNotPerform": True}, {"intent": "proposal"}, {"intent": "plan"}):
        assert read(PATIENT, order(**change)).exposures == ()


def test_a_plan_the_patient_reported_is_a_statement():
    record = read(PATIENT, order(intent="plan", reportedBoolean=True))

    assert record.exposures[0].supply == "statement"


@pytest.mark.parametrize("status", ["unknown", "on-hold"])
def test_an_unknown_status_is_a_doubt_and_nothing_taken(status):
    record = read(PATIENT, order(status=status))

    assert (record.exposures, record.medications) == ((), ())
    assert "whether it was taken is not known" in doubts(record)


def test_an_active_order_without_a_date_is_taken_now_but_no_course():
    record = read(PATIENT, order(authoredOn=None))

    assert record.exposures == ()
    assert [(one.drug, one.since) for one in record.medications] == [("sertraline", None)]


def test_a_supply_is_taken_now_while_it_lasts():
    handed_out = supply(daysSupply={"value": 30})
    last_day = date(2026, 1, 10) + timedelta(days=29)

    assert len(read(PATIENT, handed_out, as_of=last_day).medications) == 1
    assert read(PATIENT, handed_out, as_of=last_day + timedelta(days=1)).medications == ()


def test_a_course_that_ends_later_runs_on_and_was_not_stopped_yet():
    told = entry(
        "MedicationStatement",
        status="stopped",
        medicationCodeableConcept={"text": "sertraline"},
        effectivePeriod={"start": "2026-01-01", "end": "2026-12-01"},
        statusReason=[{"text": "ineffective"}],
    )

    record = read(PATIENT, told)

    assert record.exposures[0].stop_reason is None
    assert [one.drug for one in record.medications] == ["sertraline"]


# Observations


def test_a_laboratory_value_is_turned_into_the_unit_of_its_page():
    record = read(PATIENT, value("1988-5", valueQuantity={"value": 0.3, "unit": "mg/dL"}))

    assert record.labs[0].value == Quantity(3, "mg/L")


def test_a_usual_spelling_of_a_unit_is_understood():
    record = read(PATIENT, value("3016-3", valueQuantity={"value": 5, "unit": "uIU/mL"}))

    assert record.labs[0].value == Quantity(5, "m[IU]/L")


@pytest.mark.parametrize(
    "quantity",
    [
        {"value": 5, "unit": "furlong"},
        {"value": 5, "code": "mmol/L"},
        {"value": 5, "unit": "m[IU]/L", "comparator": "<"},
        {"unit": "m[IU]/L"},
        {"value": 5},
    ],
)
def test_a_laboratory_value_that_cannot_be_turned_leaves_open_what_it_would_tell(quantity):
    record = read(PATIENT, value("3016-3", valueQuantity=quantity))

    assert all(str(lab.value).split()[-1] != "m[IU]/L" for lab in record.labs)
    assert "Observation/o" in skipped(record)
    found = read_facts(look_at(record, (), (), KNOWLEDGE))
    measured = "value" in quantity
    told = [name for name in TSH if measured or not KNOWLEDGE.facts[name].only_adds]
    assert told
    assert all(found[name].value is None for name in told)


TSH = [
    name
    for name, fact in KNOWLEDGE.facts.items()
    if fact.section == "labs" and any(code.value == "3016-3" for code in fact.codes)
]


def test_of_each_body_measure_the_newest_is_kept():
    record = read(
        PATIENT,
        value("29463-7", "old", day="2020-01-01", valueQuantity={"value": 80, "unit": "kg"}),
        value("29463-7", "new", valueQuantity={"value": 150, "code": "[lb_av]"}),
        value("8302-2", "height", valueQuantity={"value": 1.7, "unit": "m"}),
    )

    measured = {name: told.value for name, told in record.body.items()}
    assert measured == pytest.approx(
        {"height_cm": 170, "weight_kg": 68.0388555, "bmi_kg_per_m2": 68.0388555 / 1.7**2}
    )


def test_codes_no_page_knows_are_counted_by_system():
    record = read(PATIENT, value("8478-0", valueQuantity={"value": 120, "unit": "mm[Hg]"}))

    assert record.reading.unmapped == {"loinc": 1}


@pytest.mark.parametrize("status", ["cancelled", "entered-in-error", "unknown", "registered"])
def test_an_observation_that_is_not_final_is_left_out(status):
    assert read(PATIENT, value("44261-6", valueInteger=9, status=status)).ratings == ()


@pytest.mark.parametrize("total", [300, 15.5, -1])
def test_an_impossible_total_is_handed_on_as_it_stands(total):
    record = read(PATIENT, value("44261-6", valueQuantity={"value": total}))

    assert record.ratings[0].total == total


PHQ9 = KNOWLEDGE.instruments["phq9"]
ANSWER = {0: "LA6568-5", 1: "LA6569-3", 2: "LA6570-1", 3: "LA6571-9"}


def item(number, points, **fields):
    code = PHQ9.item_codes[number - 1].value
    return value(code, f"i{number}", valueCodeableConcept=coded(LOINC, ANSWER[points]), **fields)


def test_answers_of_one_day_and_their_total_are_one_rating():
    points = [3, 2, 1, 0, 3, 2, 1, 0, 1]
    answers = [item(number, one) for number, one in enumerate(points, start=1)]

    [rating] = read(PATIENT, *answers, value("44261-6", valueInteger=13)).ratings

    assert (rating.items, rating.total) == (tuple(points), 13)


def test_answers_left_out_stay_left_out():
    [rating] = read(PATIENT, item(1, 3), item(9, 2)).ratings

    assert rating.items == (3, None, None, None, None, None, None, None, 2)
    assert rating.total is None


def test_the_members_of_a_panel_share_its_day():
    panel = value("44249-1", "panel", hasMember=[{"reference": "Observation/i9"}])

    [rating] = read(PATIENT, panel, item(9, 1, effectiveDateTime=None)).ratings

    assert (rating.taken, rating.resource) == (date(2026, 5, 1), "Observation/panel")


def test_components_of_a_panel_are_its_answers():
    answer = {"code": coded(LOINC, "44260-8"), "valueInteger": 2}

    [rating] = read(PATIENT, value("44249-1", component=[answer])).ratings

    assert rating.items[8] == 2


def test_two_totals_of_one_day_are_two_ratings():
    ratings = read(
        PATIENT,
        value("44261-6", "a", day="2026-05-01T08:00:00Z", valueInteger=20),
        value("44261-6", "b", day="2026-05-01T18:00:00Z", valueInteger=4),
    ).ratings

    assert sorted(one.total for one in ratings) == [4, 20]


def test_a_rating_without_a_date_is_kept_only_for_its_danger():
    undated = {"effectiveDateTime": None}

    assert (
        read(PATIENT, item(9, 0, **undated), value("44261-6", valueInteger=3, **undated)).ratings
        == ()
    )
    [rating] = read(PATIENT, item(1, 3, **undated), item(9, 2, **undated)).ratings
    assert rating.items == (None, None, None, None, None, None, None, None, 2)


def form(answers, questionnaire="http://x/Questionnaire/phq-9", link="q{}", **fields):
    items = [
        {"linkId": link.format(number), "text": f"question {number}", "answer": [answer]}
        for number, answer in enumerate(answers, start=1)
    ]
    filled = {"status": "completed", "authored": "2026-05-01", "item": items}
    return entry("QuestionnaireResponse", questionnaire=questionnaire, **{**filled, **fields})


def said(words):
    return {"valueCoding": {"code": words, "display": words}}


WORDS = ["Not at all", "Several-days", "more than half the days", "Nearly every day"]


def test_a_form_is_read_by_the_codes_of_its_questions():
    lines = [
        {
            "linkId": f"/{code.value}",
            "answer": [{"valueCoding": {"system": LOINC, "code": "LA6569-3"}}],
        }
        for code in reversed(PHQ9.item_codes)
    ]

    [rating] = read(PATIENT, form([], item=[{"linkId": "group", "item": lines}])).ratings

    assert rating.items == (1,) * 9


def test_a_known_form_without_codes_is_read_by_its_order():
    answers = [said(WORDS[number % 4]) for number in range(9)]

    [rating] = read(PATIENT, form(answers)).ratings

    assert rating.items == (0, 1, 2, 3, 0, 1, 2, 3, 0)


@pytest.mark.parametrize(
    "questionnaire", ["http://x/Questionnaire/phq-9m", "http://x/Questionnaire/mood", None]
)
def test_a_form_nobody_knows_is_counted_and_not_read(questionnaire):
    record = read(PATIENT, form([said("Not at all")] * 9, questionnaire))

    assert record.ratings == ()
    assert record.reading.unmapped == {"questionnaire": 1}


@pytest.mark.parametrize("count", [8, 10])
def test_a_form_with_another_number_of_questions_is_not_read_by_its_order(count):
    record = read(PATIENT, form([said("Several days")] * count))

    assert record.ratings == ()
    assert "its questions cannot be told apart" in doubts(record)


def test_an_answer_may_carry_its_own_points():
    weight = {"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 3}
    answer = {"valueCoding": {"code": "a", "display": "Always", "extension": [weight]}}

    [rating] = read(PATIENT, form([], item=[{"linkId": "44260-8", "answer": [answer]}])).ratings

    assert rating.items[8] == 3


def test_a_form_and_the_observations_drawn_from_it_are_one_rating():
    answers = [said("Several days")] * 9

    [rating] = read(PATIENT, form(answers), value("44261-6", valueInteger=9)).ratings

    assert (rating.items, rating.total) == ((1,) * 9, 9)


def test_a_total_that_contradicts_another_form_of_the_day_stays_apart():
    assert (
        len(
            read(
                PATIENT, form([said("Several days")] * 9), value("44261-6", valueInteger=20)
            ).ratings
        )
        == 2
    )


# Procedures, intolerances, stays


def session(day, name="Electroconvulsive therapy", identity=None, **fields):
    done = {"status": "completed", "code": {"text": name}, "performedDateTime": day}
    return entry("Procedure", identity or f"s{day}", **{**done, **fields})


def test_sessions_close_together_are_one_course_and_later_ones_another():
    days = ["2026-01-01", "2026-01-04", "2026-02-03", "2026-03-06"]

    courses = read(PATIENT, *(session(day) for day in days)).nondrug_trials

    assert [(one.kind, one.sessions) for one in courses] == [("ect", 3), ("ect", 1)]
    assert (courses[0].start, courses[0].end) == (date(2026, 1, 1), date(2026, 2, 3))


def test_kinds_are_told_apart_and_a_placement_is_read_from_the_words():
    courses = read(
        PATIENT,
        session("2026-01-01", "Bilateral electroconvulsive therapy"),
        session("2026-01-02", "Repetitive transcranial magnetic stimulation"),
        session("2026-01-03", "Appendectomy"),
    ).nondrug_trials

    assert [(one.kind, one.placement) for one in courses] == [("ect", "bilateral"), ("tms", None)]


def test_a_procedure_over_weeks_does_not_tell_its_sessions():
    weeks = {
        "performedDateTime": None,
        "performedPeriod": {"start": "2026-01-01", "end": "2026-02-01"},
    }

    [course] = read(PATIENT, session("x", **weeks)).nondrug_trials

    assert course.sessions is None


def test_a_session_not_done_never_counts():
    assert read(PATIENT, session("2026-01-01", status="not-done")).nondrug_trials == ()


def test_a_procedure_code_is_known_by_the_users_terminology():
    table = read_terminology([("p.csv", b"system,code,kind\ncpt,90870,ect\n")])
    coded_only = session("2026-01-01", code=coded("http://www.ama-assn.org/go/cpt", "90870"))

    assert read(PATIENT, coded_only).nondrug_trials == ()
    assert read(PATIENT, coded_only, terminology=table).nondrug_trials[0].kind == "ect"


def test_an_allergy_and_an_adverse_event_are_intolerances_of_known_drugs():
    allergy = {
        "resourceType": "AllergyIntolerance",
        "id": "a",
        "patient": SUBJECT,
        "code": {"text": "Sertraline"},
        "recordedDate": "2025-01-01",
    }
    event = entry(
        "AdverseEvent",
        "e",
        actuality="actual",
        date="2025-02-01",
        suspectEntity=[{"instance": {"reference": "MedicationRequest/m"}}],
    )
    nuts = {**allergy, "id": "n", "code": {"text": "Peanut"}}

    found = read(PATIENT, allergy, nuts, event, order(name="fluoxetine 20 MG")).intolerances

    assert sorted((one.drug, one.seen) for one in found) == [
        ("fluoxetine", date(2025, 2, 1)),
        ("sertraline", date(2025, 1, 1)),
    ]


def test_an_allergy_that_no_page_knows_is_named_among_what_was_not_read():
    snomed = {"system": "http://snomed.info/sct", "code": "91936005", "display": "Penicillin"}
    allergy = {"resourceType": "AllergyIntolerance", "id": "p", "patient": SUBJECT}
    coded = {**allergy, "code": {"coding": [snomed], "text": "told by Ana"}}
    told = {**allergy, "id": "w", "code": {"text": "told by Ana"}}

    skipped = read(PATIENT, coded, told).reading.skipped

    assert [one.why for one in skipped if one.resource == "AllergyIntolerance"] == [
        "allergy or intolerance in words only: read it in the file",
        "allergy or intolerance not read, since no page knows it: snomed 91936005 (Penicillin)",
    ]


def test_a_stay_in_hospital_is_drawn_on_the_timeline():
    stay = entry(
        "Encounter", status="finished", period={"start": "2026-02-03"}, **{"class": {"code": "IMP"}}
    )
    visit = entry("Encounter", "v", status="finished", **{"class": {"code": "AMB"}})

    record = read(PATIENT, stay, visit)
    [event] = record.events
    [drawn] = history(assess(record, KNOWLEDGE), KNOWLEDGE).events

    assert (event.name, event.seen) == ("inpatient stay", date(2026, 2, 3))
    assert (drawn.what, drawn.day) == (event.name, event.seen)
    assert "inpatient stay" in html_report(assess(record, KNOWLEDGE), KNOWLEDGE)


# Laws

EVERYTHING = [
    PATIENT,
    problem("F33.1", recordedDate="2025-12-01"),
    order(dosageInstruction=[dosage(50)], dispenseRequest=thirty_days()),
    order("m2", name="venlafaxine 75 MG Oral Tablet", status="stopped"),
    supply(daysSupply={"value": 30}, quantity={"value": 30}),
    supply("d2", whenHandedOver="2026-02-12", daysSupply={"value": 30}),
    value("3016-3", "tsh", valueQuantity={"value": 2, "unit": "m[IU]/L"}),
    value("44261-6", "phq", valueInteger=13),
    *(item(number, number % 4) for number in range(1, 10)),
    form([said("Not at all")] * 9, authored="2026-04-01"),
    session("2026-01-01"),
    session("2026-01-05"),
    order("m2", name="venlafaxine 75 MG Oral Tablet", meta={"versionId": "7"}),
]


@given(st.permutations(EVERYTHING))
def test_the_order_of_the_entries_changes_nothing(shuffled):
    assert read(*shuffled) == read(*EVERYTHING)


@given(st.lists(st.integers(0, 3), min_size=len(EVERYTHING), max_size=len(EVERYTHING)))
def test_cutting_a_bundle_into_files_changes_nothing(homes):
    files: dict[int, list[bytes]] = {}
    for home, one in zip(homes, EVERYTHING, strict=True):
        files.setdefault(home, []).append(json.dumps(one).encode())
    sources = [(f"{home}.ndjson", b"\n".join(lines)) for home, lines in files.items()]

    assert read_fhir(sources, KNOWLEDGE, as_of=TODAY) == (read(*EVERYTHING),)


@given(st.dates(date(2025, 11, 1), TODAY))
def test_what_is_dated_later_changes_nothing_but_the_bookkeeping(day):
    known = [one for one in EVERYTHING if _written(one) <= day.isoformat()]

    assert _judged(read(*EVERYTHING, as_of=day)) == _judged(read(*known, as_of=day))


def _written(one):
    fields = ("recordedDate", "authoredOn", "whenHandedOver", "effectiveDateTime", "authored")
    return next((one[name] for name in (*fields, "performedDateTime") if name in one), "")


def _judged(record):
    return replace(record, reading=type(record.reading)())


def test_the_default_terminology_is_empty():
    assert read(PATIENT, order(), terminology=Terminology()) == read(PATIENT, order())
