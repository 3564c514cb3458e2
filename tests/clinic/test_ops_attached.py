"""What happens to files beside the charts while a backup is made, and which of them are lost."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from euthymia.clinic.files import store
from euthymia.clinic.files.models import Attachment
from euthymia.clinic.keys import key
from euthymia.clinic.operations import backup
from euthymia.clinic.operations.attached import lost_anywhere
from euthymia.clinic.operations.sealing import Unsealer
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.models import User


class Copied:
    """A database whose copy names what stood in it when the copy was taken."""

    file = "database.sqlite3"

    def copy_to(self, path: Path) -> frozenset[str]:
        path.write_bytes(b"rows")
        return frozenset(Attachment.objects.values_list("stored", flat=True))


@pytest.fixture
def attached(
    patient: Patient, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[Attachment]:
    """Two files beside a chart, in an installation whose database is copied by `Copied`."""
    settings.HOME, settings.ATTACHMENTS = tmp_path, tmp_path / "attachments"
    monkeypatch.setattr(backup, "here", Copied)
    by = User.objects.create_user("nurse@example.org", "Nurse")
    made = []
    for letter in (b"first", b"second"):
        kept = store.put([letter])
        told = {"stored": kept.name, "size": kept.size, "digest": kept.digest}
        made.append(
            Attachment.objects.create(patient=patient, name="x", kind="text/plain", by=by, **told)
        )
    return made


def erase_when_listed(
    monkeypatch: pytest.MonkeyPatch, attachment: Attachment, *, with_row: bool
) -> None:
    """Has the file vanish after the backup has listed it, its row too where the chart is erased."""
    listed = backup.lying

    def then_gone() -> list[Path]:
        found = listed()
        if with_row:
            attachment.delete()
        store.forget(attachment.stored)
        return found

    monkeypatch.setattr(backup, "lying", then_gone)


def inside(path: Path, settings: Any) -> tuple[set[str], dict[str, Any]]:
    """The names of the files in a backup, and its manifest."""
    sealed = Unsealer(io.BytesIO(path.read_bytes()), key(settings.KEYS, "seal"))
    with tarfile.open(fileobj=sealed, mode="r|") as tar:  # type: ignore[arg-type]
        held = {one.name: tar.extractfile(one).read() for one in tar}  # type: ignore[union-attr]
    return set(held), json.loads(held["manifest.json"])


def test_a_chart_erased_during_a_backup_neither_fails_it_nor_counts_as_lost(
    attached: list[Attachment], settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    erase_when_listed(monkeypatch, attached[0], with_row=True)
    backup.back_up(tmp_path / "made.backup")
    names, manifest = inside(tmp_path / "made.backup", settings)
    assert f"attachments/{attached[1].stored}" in names
    assert f"attachments/{attached[0].stored}" not in names
    assert (manifest["missing"], manifest["lost"]) == ([attached[0].stored], [])


def test_a_file_that_a_chart_still_names_is_told_and_the_backup_stands_without_it(
    attached: list[Attachment], settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store.forget(attached[1].stored)
    with pytest.raises(CommandError) as told:
        call_command("clinic_backup", str(tmp_path / "made.backup"))
    assert told.value.returncode == 1
    assert attached[1].stored in str(told.value)
    assert "1 files that charts name" in caplog.text
    names, manifest = inside(tmp_path / "made.backup", settings)
    assert f"attachments/{attached[0].stored}" in names
    assert manifest["missing"] == manifest["lost"] == [attached[1].stored]


def test_a_backup_of_whole_charts_misses_nothing(
    attached: list[Attachment], tmp_path: Path
) -> None:
    manifest = backup.back_up(tmp_path / "made.backup")
    assert (manifest["missing"], manifest["lost"]) == ([], [])
    assert len(manifest["files"]) == 3


def test_verify_names_a_file_that_is_lost(attached: list[Attachment]) -> None:
    assert lost_anywhere() == []
    store.forget(attached[0].stored)
    assert lost_anywhere() == [attached[0].stored]
