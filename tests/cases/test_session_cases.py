"""The shared cases of sessions hold, where the development data is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.matchers import at, holds
from tests.sessions import answer

SHARED = Path(__file__).resolve().parents[3] / "shared" / "cases"


def cases() -> dict[str, dict[str, Any]]:
    """The shared cases that hold a session, by name."""
    files = sorted(SHARED.rglob("*.json"))
    read = {path.stem: json.loads(path.read_text("utf-8")) for path in files}
    return {name: case for name, case in read.items() if "session" in case}


CASES = cases()


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_session_case_holds(name: str) -> None:
    case = CASES[name]
    told = answer(case["session"])
    wrong = {
        pointer: at(pointer, told)
        for pointer, expected in case["expect"].items()
        if not holds(expected, at(pointer, told))
    }
    assert wrong == {}, case["lesson"]


def test_the_shared_cases_of_sessions_were_found(shared: Path) -> None:
    assert shared == SHARED.parent
    assert len(CASES) >= 9
