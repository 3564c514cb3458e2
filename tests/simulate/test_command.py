"""The command `euthymia simulate`, called as the command line calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from euthymia.cli.simulate import simulate
from euthymia.exchange.faults import SourceError
from euthymia.simulate import Shape

TABLE = "system,code,icd10cm\nsnomed,1000004,F33.1\nsnomed,1000005,F33.2\nsnomed,1000006,F33.9\n"


def test_the_command_writes_a_set(tmp_path: Path) -> None:
    simulate(tmp_path / "set", patients=2, seed=3, shape=Shape.intake)
    assert len(list((tmp_path / "set" / "intake").iterdir())) == 2
    assert json.loads((tmp_path / "set" / "manifest.json").read_text("utf-8"))["seed"] == 3


def test_snomed_is_written_from_the_users_own_table(tmp_path: Path) -> None:
    own = tmp_path / "conditions.csv"
    own.write_text(TABLE, "utf-8")
    simulate(tmp_path / "set", patients=20, seed=3, terminology=own)
    written = (tmp_path / "set" / "ndjson" / "Condition.ndjson").read_text("utf-8")
    assert "http://snomed.info/sct" in written
    assert json.loads((tmp_path / "set" / "manifest.json").read_text("utf-8"))["snomed"] is True


def test_an_unknown_domain_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="--null: no such domain; one of neurotransmitter"):
        simulate(tmp_path / "set", patients=1, null="serotonin")
    assert not (tmp_path / "set").exists()
