"""Sets of patients as files: the same for the same seed, whoever writes them."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from euthymia import shipped
from euthymia.exchange.faults import SourceError
from euthymia.exchange.fhir import read_fhir
from euthymia.simulate import Order, Shape, simulate, write

FEW = 520
"""A block and a little more, so that two processes both have work."""


def digest(folder: Path) -> str:
    found = sha256()
    for file in sorted(one for one in folder.rglob("*") if one.is_file()):
        found.update(str(file.relative_to(folder)).encode() + file.read_bytes())
    return found.hexdigest()


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("once") / "set"
    write(out, Order(patients=FEW, seed=7))
    return out


def test_the_same_seed_gives_the_same_bytes_with_one_process_and_with_two(
    once: Path, tmp_path: Path
) -> None:
    write(tmp_path / "again", Order(patients=FEW, seed=7, processes=2))
    assert digest(tmp_path / "again") == digest(once)


def test_another_seed_gives_other_patients(once: Path, tmp_path: Path) -> None:
    write(tmp_path / "other", Order(patients=FEW, seed=8))
    first, other = (folder / "truth.ndjson" for folder in (once, tmp_path / "other"))
    assert first.read_bytes() != other.read_bytes()


def test_a_patient_is_the_same_in_a_small_set_and_in_a_large_one(once: Path) -> None:
    few = list(simulate(3, seed=7))
    lines = (once / "truth.ndjson").read_text("utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines[:3]] == [patient.id for patient in few]
    assert [json.loads(line)["trd"] for line in lines[:3]] == [patient.truth.trd for patient in few]


def test_the_truth_has_a_line_for_each_patient(once: Path) -> None:
    lines = [json.loads(line) for line in (once / "truth.ndjson").read_text("utf-8").splitlines()]
    assert len(lines) == FEW
    for line in lines:
        assert line["trd"] in ("yes", "no", "excluded")
        assert len(line["indicators"]) == 16
        assert set(line["record_suffices"]) == {"fhir", "intake"}
        assert line["as_of"] == "2026-06-30"


def test_the_manifest_says_that_it_is_synthetic_and_what_is_complete(once: Path) -> None:
    manifest = json.loads((once / "manifest.json").read_text("utf-8"))
    named = [name for part in manifest["complete"] for name in part["patients"]]
    assert manifest["synthetic"] is True
    assert len(named) == len(set(named)) == FEW
    assert {section for part in manifest["complete"] for section in part["sections"]} == {
        "diagnoses",
        "medications",
        "trials",
    }


def test_the_files_of_a_set_are_read_together(tmp_path: Path) -> None:
    write(tmp_path / "set", Order(patients=40, seed=7))
    files = [(file.name, file.read_bytes()) for file in sorted((tmp_path / "set/ndjson").iterdir())]
    assert len(read_fhir(files, shipped())) == 40


def test_each_patient_can_be_had_as_a_bundle_and_as_a_form(tmp_path: Path) -> None:
    write(tmp_path / "all", Order(patients=4, seed=1, shape=Shape.all))
    for folder in ("bundles", "intake"):
        assert len(list((tmp_path / "all" / folder).iterdir())) == 4
    assert (tmp_path / "all" / "ndjson" / "Patient.ndjson").read_bytes().count(b"\n") == 4


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine")
    with pytest.raises(SourceError, match="holds something already"):
        write(tmp_path, Order(patients=1, seed=1))
    assert (tmp_path / "kept.txt").read_text() == "mine"


def test_a_planted_zero_stands_in_the_manifest_and_in_the_predictor(tmp_path: Path) -> None:
    write(tmp_path / "null", Order(patients=2, seed=1, null="psychosocial"))
    manifest = json.loads((tmp_path / "null" / "manifest.json").read_text("utf-8"))
    line = json.loads((tmp_path / "null" / "truth.ndjson").read_text("utf-8").splitlines()[0])
    assert manifest["no_effect_of"] == "psychosocial"
    plain = next(simulate(1, seed=1))
    lost = sum(
        theta * line["indicators"][name]["x"]
        for name, theta in Order(patients=1, seed=1).planted.planted.effect["psychosocial"].items()
    )
    assert line["linear_predictor"] == pytest.approx(plain.person.predictor - lost, abs=1e-5)
