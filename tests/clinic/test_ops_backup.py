"""A backup brings everything back but the keys, and says so when anything is not as it was."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sqlite3
import tarfile
import threading
from contextlib import closing
from pathlib import Path
from typing import IO, cast

import pytest

from euthymia.clinic.operations.sealing import Unsealer
from tests.clinic.place import Place

pytestmark = pytest.mark.slow  # each command is a process of its own, as an owner starts it


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The demonstration, with an attachment and a backup of it."""
    place = Place(tmp_path_factory.mktemp("filled"))
    place.does("migrate", "--verbosity=0")
    place.does("clinic_demo")
    (place.home / "attachments").mkdir(exist_ok=True)
    (place.home / "attachments" / "00").write_bytes(b"a letter")
    place.does("clinic_backup", str(place.folder / "kept.backup"))
    return place


@pytest.fixture
def elsewhere(filled: Place, tmp_path: Path) -> Place:
    """A blank home with the kept copy of the keys, and the backup beside it."""
    place = Place(tmp_path)
    shutil.copytree(filled.keys, place.keys)
    shutil.copy(filled.folder / "kept.backup", tmp_path)
    return place


def backup_of(place: Place) -> str:
    return str(place.folder / "kept.backup")


def test_a_restored_clinic_is_the_clinic_that_was_backed_up(
    filled: Place, elsewhere: Place
) -> None:
    told = elsewhere.does("clinic_restore", backup_of(elsewhere))
    assert "digests and audit hold" in told
    for table in ("patients_patient", "patients_entry", "people_user", "work_task"):
        assert elsewhere.count(table) == filled.count(table) > 0
    assert (elsewhere.home / "attachments" / "00").read_bytes() == b"a letter"
    assert "audit chains hold" in elsewhere.does("clinic_verify")


def test_a_backup_holds_no_key_and_no_word_in_the_clear(filled: Place) -> None:
    content = (filled.folder / "kept.backup").read_bytes()
    keys = [bytes.fromhex((filled.keys / name).read_text()) for name in ("seal", "audit", "secret")]
    assert not any(key in content or key.hex().encode() in content for key in keys)
    assert b"SYNTHETIC" not in content
    inside = Unsealer(io.BytesIO(content), keys[0])
    with tarfile.open(fileobj=inside, mode="r|") as tar:  # type: ignore[arg-type]
        for member in tar:
            told = tar.extractfile(member)
            assert told is not None
            plain = told.read()
            assert not any(key in plain or key.hex().encode() in plain for key in keys)


def test_the_manifest_names_every_file_with_its_digest(filled: Place) -> None:
    seal = bytes.fromhex((filled.keys / "seal").read_text())
    content = io.BytesIO((filled.folder / "kept.backup").read_bytes())
    digests = {}
    with tarfile.open(fileobj=Unsealer(content, seal), mode="r|") as tar:  # type: ignore[arg-type]
        for member in tar:
            told = cast("IO[bytes]", tar.extractfile(member)).read()
            digests[member.name] = hashlib.sha256(told).hexdigest()
    assert json.loads(told)["files"] == {
        name: digest for name, digest in digests.items() if name != "manifest.json"
    }


def test_without_the_keys_nothing_is_restored_and_the_words_name_what_is_missing(
    elsewhere: Place,
) -> None:
    for name in ("seal", "audit"):
        (elsewhere.keys / name).unlink()
    told = elsewhere.refuses("clinic_restore", backup_of(elsewhere))
    assert "lacks the key `audit` and `seal`" in told
    assert not elsewhere.home.exists()
    assert "kept copy" in told
    assert not elsewhere.database.exists()
    assert not (elsewhere.keys / "seal").exists()


def test_fresh_keys_open_no_old_backup(elsewhere: Place) -> None:
    (elsewhere.keys / "seal").write_text("ab" * 32)
    told = elsewhere.refuses("clinic_restore", backup_of(elsewhere))
    assert "sealed with another key" in told


def test_another_audit_key_is_refused_before_anything_is_put_back(elsewhere: Place) -> None:
    (elsewhere.keys / "audit").write_text("ab" * 32)
    told = elsewhere.refuses("clinic_restore", backup_of(elsewhere))
    assert "not the key that sealed the audit" in told
    assert not elsewhere.database.exists()


def test_a_database_that_stands_is_not_overwritten(filled: Place, tmp_path: Path) -> None:
    place = filled.copied_to(tmp_path)
    before = place.database.read_bytes()
    told = place.refuses("clinic_restore", backup_of(place))
    assert "--over" in told
    assert place.database.read_bytes() == before


def test_what_is_replaced_is_set_aside_and_the_lost_rows_are_told(
    filled: Place, tmp_path: Path
) -> None:
    place = filled.copied_to(tmp_path)
    place.does("clinic_backup", str(tmp_path / "later.backup"))  # a row newer than the first one
    told = place.does("clinic_restore", backup_of(place), "--over")
    assert "audit rows are not in this backup" in told
    (aside,) = place.home.glob("before-restore-*")
    assert f"sealed in {aside}" in told
    assert "hold" in place.does("clinic_verify")


def test_what_is_set_aside_is_sealed_and_can_be_put_back_itself(
    filled: Place, tmp_path: Path
) -> None:
    place = filled.copied_to(tmp_path)
    place.does("clinic_restore", backup_of(place), "--over")
    (aside,) = place.home.glob("before-restore-*")
    assert aside.stat().st_mode & 0o777 == 0o600
    assert b"SYNTHETIC" not in aside.read_bytes()
    shutil.rmtree(place.home / "attachments")
    place.does("clinic_restore", str(aside), "--over")
    assert (place.home / "attachments" / "00").read_bytes() == b"a letter"
    assert place.count("patients_patient") == filled.count("patients_patient")


def test_what_cannot_be_sealed_is_left_as_it_is(filled: Place, tmp_path: Path) -> None:
    place = filled.copied_to(tmp_path)
    place.write("DROP TABLE audit_row")
    before = place.database.read_bytes()
    told = place.refuses("clinic_restore", backup_of(place), "--over")
    assert "nothing was changed" in told
    assert place.database.read_bytes() == before
    assert (place.home / "attachments" / "00").exists()


def test_a_restore_without_the_key_of_sessions_makes_a_new_one(elsewhere: Place) -> None:
    (elsewhere.keys / "secret").unlink()
    assert "everyone signs in again" in elsewhere.does("clinic_restore", backup_of(elsewhere))
    assert (elsewhere.keys / "secret").exists()


def test_what_ended_since_the_backup_does_not_come_back_to_life(
    filled: Place, tmp_path: Path
) -> None:
    place = filled.copied_to(tmp_path)
    open_something_of_each(place)
    place.does("clinic_backup", str(tmp_path / "open.backup"))
    told = place.does("clinic_restore", str(tmp_path / "open.backup"), "--over")
    assert "1 sessions ended" in told
    assert "1 invitations and 1 links to patients are closed" in told
    assert place.count("django_session") == 0
    assert place.count("people_user WHERE out_before IS NULL") == 0
    for table in ("people_invitation", "work_link"):
        assert place.count(f"{table} WHERE expires > datetime('now')") == 0
    rows = "audit_row WHERE what = 'restored' AND about LIKE '%links_ended%'"
    assert place.count(rows) == place.count("people_clinic") + 1
    assert "hold" in place.does("clinic_verify")


def open_something_of_each(place: Place) -> None:
    """A session, an invitation and a patient's link, all of them open."""
    user, clinic = "(SELECT min(id) FROM people_user)", "(SELECT min(id) FROM people_clinic)"
    patient = f"(SELECT min(id) FROM patients_patient WHERE clinic_id = {clinic})"  # noqa: S608
    place.write("INSERT INTO django_session VALUES ('k', '', '2999-01-01 00:00:00')")
    dates, named = "'2026-01-01', '2999-01-01'", "(digest, made, expires"
    place.write(f"INSERT INTO people_invitation {named}, user_id) VALUES ('a', {dates}, {user})")  # noqa: S608
    place.write(
        f"INSERT INTO work_link {named}, by_id, clinic_id, patient, ask) "  # noqa: S608
        f"VALUES ('a', {dates}, {user}, {clinic}, {patient}, '{{}}')"
    )


def test_a_backup_taken_while_others_write_is_whole(filled: Place, tmp_path: Path) -> None:
    place, stop = filled.copied_to(tmp_path / "busy"), threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(place.database, timeout=20)) as base:
            number = 0
            while not stop.is_set():
                number += 1
                with base:  # two rows that belong together
                    for half in ("a", "b"):
                        told = (f"{half}{number}", "/")
                        base.execute(
                            "INSERT INTO people_once (key, answer, at) VALUES (?, ?, '2026-01-01')",
                            told,
                        )

    writer = threading.Thread(target=write)
    writer.start()
    try:
        place.does("clinic_backup", str(tmp_path / "busy.backup"))
    finally:
        stop.set()
        writer.join()

    blank = Place(tmp_path / "blank")
    shutil.copytree(place.keys, blank.keys)
    blank.does("clinic_restore", str(tmp_path / "busy.backup"))
    assert blank.count("people_once WHERE key LIKE 'a%'") > 0
    assert blank.count("people_once WHERE key LIKE 'a%'") == blank.count(
        "people_once WHERE key LIKE 'b%'"
    )


@pytest.mark.parametrize("word", ["clinic_backup", "clinic_verify", "clinic_restore"])
def test_where_no_clinic_is_none_is_made(tmp_path: Path, word: str) -> None:
    nowhere = Place(tmp_path, HOME=str(tmp_path / "someone"))
    nowhere.unset = ("EUTHYMIA_HOME", "EUTHYMIA_KEYS")
    words = [] if word == "clinic_verify" else [str(tmp_path / "a.backup")]
    told = nowhere.refuses(word, *words)
    assert f"no clinic at {tmp_path / 'someone' / '.local'}" in told
    assert "EUTHYMIA_HOME" in told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lacking", ["secret", "audit", "seal"])
def test_a_clinic_without_a_key_is_neither_backed_up_nor_given_a_fresh_one(
    filled: Place, tmp_path: Path, lacking: str
) -> None:
    place = filled.copied_to(tmp_path)
    (place.keys / lacking).unlink()
    told = place.refuses("clinic_backup", str(tmp_path / "new.backup"))
    assert f"lacks the key `{lacking}`" in told
    assert not (place.keys / lacking).exists()
    assert not (tmp_path / "new.backup").exists()


def test_a_database_without_a_table_is_no_clinic(filled: Place, tmp_path: Path) -> None:
    place = filled.copied_to(tmp_path)
    place.database.write_bytes(b"")
    assert "no clinic in this database" in place.refuses("clinic_verify")


def test_a_backup_never_replaces_a_file(filled: Place) -> None:
    assert "stands already" in filled.refuses("clinic_backup", backup_of(filled))


def test_verify_finds_a_changed_row_and_a_row_that_was_cut_off(
    filled: Place, tmp_path: Path
) -> None:
    for number, statement in enumerate(
        ("UPDATE audit_row SET who = 99", "DELETE FROM audit_row WHERE number > 0")
    ):
        place = filled.copied_to(tmp_path / str(number))
        for trigger in _triggers(place):
            place.write(f"DROP TRIGGER {trigger}")
        place.write(statement)
        done = place.run("clinic_verify")
        assert done.returncode == 1
        assert "audit of clinic" in done.stderr


def _triggers(place: Place) -> list[str]:
    with closing(sqlite3.connect(place.database)) as base:
        found = base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return [str(row[0]) for row in found]
