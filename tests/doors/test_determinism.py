"""The same record and knowledge give the same bytes, wherever and whenever they are judged."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from euthymia import assess, shipped
from euthymia.exchange.document import to_json
from euthymia.exchange.intake import read_intake
from euthymia.exchange.text import report

CASES = Path(__file__).resolve().parents[1] / "cases"
STAGING = sorted((CASES / "staging").glob("*.json"))
ELSEWHERE = {
    "in India": {"TZ": "Asia/Kolkata"},
    "in the plain C locale": {"LC_ALL": "C", "PYTHONUTF8": "0"},
    "with hash seed 1": {"PYTHONHASHSEED": "1"},
    "with hash seed 2": {"PYTHONHASHSEED": "2"},
}
PROGRAM = """
import sys
from tests.doors.test_determinism import digest
print(digest())
"""


def _form(path: Path) -> bytes:
    text = path.read_text("utf-8")
    case = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    return json.dumps(case["intake"]).encode()


def digest() -> str:
    """A hash over the answer to every staging case, as JSON and as text."""
    knowledge, seen = shipped(), hashlib.sha256()
    for path in STAGING:
        answer = assess(read_intake(path.name, _form(path), knowledge), knowledge)
        seen.update(to_json(answer))
        seen.update(report(answer, knowledge).encode())
    return seen.hexdigest()


@pytest.mark.parametrize("place", sorted(ELSEWHERE))
def test_the_same_bytes_come_out(place: str) -> None:
    root = CASES.parents[1]
    paths = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])])
    settings = os.environ | ELSEWHERE[place] | {"PYTHONPATH": paths}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=settings, check=True, capture_output=True, text=True
    )

    assert done.stdout.strip() == digest()


def test_every_staging_case_is_among_them() -> None:
    assert len(STAGING) > 10
