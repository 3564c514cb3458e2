"""Cases a clinician can write: an intake, and what must be answered; the name is the lesson."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from euthymia import assess, shipped
from euthymia.exchange.document import document
from euthymia.exchange.faults import SourceError
from euthymia.exchange.intake import read_intake
from tests.matchers import at, holds

CASES = Path(__file__).parent / "cases"
FILES = sorted([*CASES.rglob("*.json"), *CASES.rglob("*.toml")])


def read(path: Path) -> dict[str, Any]:
    text = path.read_text("utf-8")
    return json.loads(text) if path.suffix == ".json" else tomllib.loads(text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_case_holds(path: Path) -> None:
    case = read(path)
    content = json.dumps(case["intake"]).encode()
    if "expect_error" in case:
        with pytest.raises(SourceError) as fault:
            read_intake("case.json", content, shipped())
        assert all(words in str(fault.value) for words in case["expect_error"]["stderr_contains"])
        return
    answer = json.loads(json.dumps(document(assess(read_intake("case.json", content, shipped())))))
    wrong = {
        pointer: at(pointer, answer)
        for pointer, expected in case["expect"].items()
        if not holds(expected, at(pointer, answer))
    }
    assert wrong == {}, case["lesson"]
