"""The audit is append-only, and every loss in it shows."""

# ruff: noqa: S608 - the statements of someone who owns the database are made of constants above them

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from euthymia.clinic.audit.chain import verify, verify_all
from euthymia.clinic.audit.models import Row
from euthymia.clinic.audit.triggers import CREATE, DROP
from tests.clinic.drawn import drawing

pytestmark = pytest.mark.django_db
ROWS = 12
OURS, THEIRS = 71, 72


@pytest.fixture
def chain(django_capture_on_commit_callbacks: Any) -> None:
    """Two chains of twelve rows, each row noted outside the database."""
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(ROWS):
            for clinic in (OURS, THEIRS):
                Row.leave(clinic=clinic, what="chart", who=number, patient=number, why="asked")


@contextmanager
def as_someone_who_owns_the_database() -> Iterator[Any]:
    """Whoever can write to the database can also take its triggers away; and does."""
    with connection.cursor() as cursor:
        for statement in DROP[connection.vendor]:
            cursor.execute(statement)
        yield cursor
        for statement in CREATE[connection.vendor]:
            cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_row SET who = 99 WHERE number = 2",
        "DELETE FROM audit_row WHERE number = 2",
        "UPDATE audit_row SET seal = seal",
        "DELETE FROM audit_row",
    ],
)
def test_the_database_itself_refuses_to_change_or_remove_a_row(chain: None, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert verify_all() == []


def test_a_whole_chain_is_called_whole(chain: None) -> None:
    said = io.StringIO()
    call_command("audit_verify", stdout=said)
    assert "audit whole: 2 chains" in said.getvalue()


COLUMNS = {
    "who": "99",
    "role": "'auditor'",
    "what": "'home'",
    "how": "'POST'",
    "patient": "99",
    "about": '\'{"a": "b"}\'',
    "why": "'nothing'",
    "outcome": "'refused'",
    "at": "'2020-01-01 00:00:00'",
    "seal": "'" + "a" * 64 + "'",
}


@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_column_is_found(chain: None, column: str) -> None:
    with as_someone_who_owns_the_database() as cursor:
        cursor.execute(
            f"UPDATE audit_row SET {column} = {COLUMNS[column]} "
            f"WHERE clinic = {OURS} AND number = 7"
        )
    assert {(broken.clinic, broken.number) for broken in verify_all()} >= {(OURS, 7)}


def test_two_rows_that_changed_places_are_found(chain: None) -> None:
    with as_someone_who_owns_the_database() as cursor:
        for old, new in ((3, 999), (4, 3), (999, 4)):
            cursor.execute(
                "UPDATE audit_row SET number = %s WHERE clinic = %s AND number = %s",
                [new, OURS, old],
            )
    assert {broken.number for broken in verify(OURS)} >= {3, 4}


def test_a_chain_cut_at_its_end_is_found(chain: None) -> None:
    with as_someone_who_owns_the_database() as cursor:
        cursor.execute(f"DELETE FROM audit_row WHERE clinic = {OURS} AND number > 9")
    (broken,) = verify_all()
    assert (broken.clinic, broken.number) == (OURS, 10)
    assert "cut off" in broken.fault


def test_a_clinic_whose_rows_are_all_gone_is_found(chain: None) -> None:
    with as_someone_who_owns_the_database() as cursor:
        cursor.execute(f"DELETE FROM audit_row WHERE clinic = {OURS}")
    said = io.StringIO()
    with pytest.raises(CommandError, match="1 breaks"):
        call_command("audit_verify", stderr=said)
    assert f"audit of clinic {OURS}, row 1" in said.getvalue()


def test_a_chain_written_anew_with_the_key_is_found_by_what_was_noted(chain: None) -> None:
    """Someone with the key, but without the folder of anchors, forges a chain that fits itself."""
    with as_someone_who_owns_the_database() as cursor:
        cursor.execute(f"DELETE FROM audit_row WHERE clinic = {OURS}")
        for number in range(ROWS):
            Row.leave(clinic=OURS, what="chart", who=number + 1)
    assert any("noted outside" in broken.fault for broken in verify(OURS))


def test_a_chain_without_its_anchor_is_found(chain: None, settings: Any) -> None:
    (Path(settings.KEYS) / "anchors" / f"{THEIRS}.txt").unlink()
    (broken,) = verify_all()
    assert broken.clinic == THEIRS
    assert "anchors" in broken.fault


def test_looking_at_the_newest_rows_finds_what_is_wrong_there(chain: None) -> None:
    assert verify(OURS, last=4) == []
    with as_someone_who_owns_the_database() as cursor:
        cursor.execute(f"UPDATE audit_row SET who = 99 WHERE clinic = {OURS} AND number = 11")
    assert {broken.number for broken in verify(OURS, last=4)} == {11}


TAMPERING = ("change", "remove", "reorder", "cut")


@drawing(few=25)
@given(how=st.sampled_from(TAMPERING), seed=st.integers(0, 10_000))
def test_no_tampering_goes_unseen(chain: None, how: str, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - which row, not a secret
    number = chance.randint(1, ROWS - 1)
    with transaction.atomic():
        with as_someone_who_owns_the_database() as cursor:
            for statement in _tampered(how, number):
                cursor.execute(statement)
        assert verify_all() != []
        transaction.set_rollback(True)
    assert verify_all() == []


def _tampered(how: str, number: int) -> list[str]:
    row, after = (f"WHERE clinic = {OURS} AND number = {at}" for at in (number, number + 1))
    return {
        "change": [f"UPDATE audit_row SET patient = 4711 {row}"],
        "remove": [f"DELETE FROM audit_row {row}"],
        "reorder": [
            f"UPDATE audit_row SET number = -1 {row}",
            f"UPDATE audit_row SET number = {number} {after}",
            f"UPDATE audit_row SET number = {number + 1} WHERE clinic = {OURS} AND number = -1",
        ],
        "cut": [f"DELETE FROM audit_row WHERE clinic = {OURS} AND number >= {number}"],
    }[how]
