"""The measure of load runs, at a small size, and every page that it opens is there."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.clinic.place import ROOT, Place

pytestmark = pytest.mark.slow  # it fills a database and serves it


def test_users_who_click_see_charts_and_assessments_without_a_fault() -> None:
    size = ("--patients", "100", "--assessed", "8", "--users", "4", "--seconds", "12")
    done = subprocess.run(
        [sys.executable, "benchmarks/clinic_load.py", *size],
        cwd=ROOT,
        env=Place(ROOT / "build").settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    for kind in ("chart", "assessment"):
        told = re.search(rf"^{kind} +(\d+) pages .* (\d+) faults$", done.stdout, re.M)
        assert told is not None, done.stdout
        assert int(told[1]) > 0
        assert int(told[2]) == 0


def test_rooms_lose_no_reading_and_show_each() -> None:
    size = ("--patients", "60", "--assessed", "2", "--users", "2", "--rooms", "2")
    done = subprocess.run(
        [sys.executable, "benchmarks/rooms_load.py", *size, "--minutes", "0.4", "--age", "1"],
        cwd=ROOT,
        env=Place(ROOT / "build").settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    told = re.search(r"^(\d+) readings acknowledged, 0 lost, 0 twice, .* 0 seconds not shown$",
                     done.stdout, re.M)  # fmt: skip
    assert told is not None, done.stdout
    assert int(told[1]) >= 100
