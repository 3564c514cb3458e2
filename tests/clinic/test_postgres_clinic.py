"""On PostgreSQL the clinic does what it does on SQLite, and two workers share the work."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clinic.place import ROOT, Place
from tests.clinic.postgres import NoServerError, postgres

pytestmark = pytest.mark.slow  # a server of its own is made, and the clinic's tests run on it

ON_BOTH = ("audit", "doorkeeper", "once", "work", "patients", "race", "demo")
"""Words in the names of the test files that are run again here."""
LEFT_BY_A_RESTORE = ("audit_", "work_beat")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    try:
        with postgres() as made:
            yield made
    except NoServerError as fault:
        if os.environ.get("CI") == "true":
            pytest.fail(str(fault))
        pytest.skip(str(fault))


def files() -> list[str]:
    """The clinic's own tests of rows, chains, keys of forms and workers."""
    found = (ROOT / "tests" / "clinic").glob("test_*.py")
    return sorted(
        str(path.relative_to(ROOT))
        for path in found
        if any(word in path.stem for word in ON_BOTH) and "postgres" not in path.stem
    )


def test_the_clinics_own_tests_hold_on_postgresql(address: str) -> None:
    scope = ("-m", "not browser and not slow", "-q", "-n", "0", "-p", "no:cacheprovider")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *scope, *files()],
        cwd=ROOT,
        env={**os.environ, "EUTHYMIA_DATABASE": address, "EUTHYMIA_TEST_ON": "postgresql"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    assert " passed" in done.stdout


def told_rows(place: Place) -> list[str]:
    """How many rows each table has, but for those in which a restore itself leaves a row."""
    lines = place.does("clinic_count").splitlines()
    return [line for line in lines if not line.startswith(LEFT_BY_A_RESTORE)]


def test_a_backup_of_postgresql_comes_back_whole(address: str, tmp_path: Path) -> None:
    place = Place(tmp_path, EUTHYMIA_DATABASE=address)
    place.does("migrate", "--verbosity=0")
    place.does("clinic_demo")
    before = told_rows(place)
    place.does("clinic_backup", str(tmp_path / "kept.backup"))

    assert "--over" in place.refuses("clinic_restore", str(tmp_path / "kept.backup"))
    place.does("flush", "--no-input", "--verbosity=0")
    assert told_rows(place) != before
    told = place.does("clinic_restore", str(tmp_path / "kept.backup"), "--over")

    assert "digests and audit hold" in told
    assert told_rows(place) == before
    assert "audit chains hold" in place.does("clinic_verify")
