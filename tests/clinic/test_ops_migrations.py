"""A database of an older release moves on whole: no row lost, no score changed, a backup first."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.clinic.place import Place

OLD = sorted((Path(__file__).parent / "old").glob("*.sql"))
MADE_ANEW = "make it anew where nothing is released yet: python -m tests.clinic.old.make"
GROW = {"django_migrations", "django_content_type", "auth_permission", "sqlite_sequence"}
"""Tables to which the framework itself adds at each release."""
CHART = """
import json, os, sys
from datetime import date
os.environ["DJANGO_SETTINGS_MODULE"] = "euthymia.clinic.settings"
import django
django.setup()
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.patients.record import form_of
form = form_of(Patient.objects.get(), date.fromisoformat(sys.argv[1]))
print(json.dumps(form))
"""


@pytest.mark.django_db
def test_every_model_has_its_migration() -> None:
    told = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=told)
    except SystemExit:
        pytest.fail(told.getvalue())


def test_there_is_a_database_of_an_older_release() -> None:
    assert OLD, MADE_ANEW


@pytest.mark.slow
@pytest.mark.parametrize("dump", OLD, ids=[path.stem for path in OLD])
def test_no_row_is_lost_and_no_score_changes_on_the_way_to_this_release(
    dump: Path, tmp_path: Path
) -> None:
    place = Place(tmp_path)
    place.home.mkdir()
    with closing(sqlite3.connect(place.database)) as base:
        base.executescript(dump.read_text("utf-8"))
    before = rows(place.database)

    place.does("migrate", "--verbosity=0", "--no-input")

    after = rows(place.database)
    assert before["patients_entry"], MADE_ANEW
    for table, were in before.items():
        shared = [kept(row, were) for row in after.get(table, [])]
        assert shared == were or table in GROW, f"{table}: {MADE_ANEW}"
        assert len(shared) >= len(were), table
    expected = json.loads(dump.with_suffix(".json").read_text("utf-8"))
    assert chart_of(place, date.fromisoformat(expected["as_of"])) == expected


def rows(database: Path) -> dict[str, list[Mapping[str, Any]]]:
    """Every row of every table, by the names of its columns."""
    with closing(sqlite3.connect(database)) as base:
        base.row_factory = sqlite3.Row
        tables = [
            str(row[0]) for row in base.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        return {
            table: [dict(row) for row in base.execute(f'SELECT * FROM "{table}" ORDER BY rowid')]  # noqa: S608
            for table in tables
        }


def kept(row: Mapping[str, Any], were: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """A row as far as the older release knew its columns."""
    known = were[0].keys() if were else ()
    return {name: value for name, value in row.items() if name in known}


def chart_of(place: Place, as_of: date) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", CHART, as_of.isoformat()],
        env=place.settings,
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told
