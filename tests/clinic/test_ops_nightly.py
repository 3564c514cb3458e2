"""A backup each night, so many kept, and whoever keeps the clinic sees when the last was made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from euthymia.clinic.operations import nightly
from euthymia.clinic.operations.nightly import STAMP, back_up_nightly, backups, last_night
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.work.heartbeat import Beat
from tests.clinic.conftest import Staff
from tests.clinic.place import Place


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.BACKUPS, settings.DEMO = tmp_path / "nights", False
    return tmp_path / "nights"


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each backup that was begun; none is written."""
    made: list[str] = []

    class Begun:
        def __init__(self, *, target: object, args: tuple[Path], name: str) -> None:
            self.name = name

        def start(self) -> None:
            made.append(self.name)

    monkeypatch.setattr(nightly, "Thread", Begun)
    return made


def lay(folder: Path, moment: datetime) -> Path:
    """An empty file in the place of a backup of this moment."""
    folder.mkdir(exist_ok=True)
    path = folder / f"euthymia-{moment.astimezone(UTC).strftime(STAMP)}.backup"
    path.touch()
    return path


def ago(**much: float) -> datetime:
    return timezone.now() - timedelta(**much)


@pytest.mark.parametrize(
    ("now", "began"),
    [
        ("2026-12-01T06:59Z", "2026-11-30T07:00Z"),  # before two in the night in New York
        ("2026-12-01T07:00Z", "2026-12-01T07:00Z"),
        ("2026-12-02T04:59Z", "2026-12-01T07:00Z"),  # the evening there, the next day in UTC
        ("2026-03-08T12:00Z", "2026-03-08T07:00Z"),  # the night in which two o'clock is left out
        ("2026-11-01T12:00Z", "2026-11-01T07:00Z"),  # after the hour that is there twice
    ],
)
def test_the_night_is_that_of_the_first_clinic(clinic: Clinic, now: str, began: str) -> None:
    night = last_night(datetime.fromisoformat(now))
    assert night.astimezone(UTC) == datetime.fromisoformat(began)


def test_each_night_one_backup_is_begun_whichever_worker_asks(
    clinic: Clinic, folder: Path, begun: list[str]
) -> None:
    assert [back_up_nightly() for _worker in range(3)] == [1, 0, 0]
    lay(folder, timezone.now())
    Beat.objects.filter(name="backup").update(at=ago(days=1))
    assert back_up_nightly() == 0  # that of this night lies there
    assert len(begun) == 1


def test_one_that_failed_is_tried_again_in_an_hour(
    clinic: Clinic, folder: Path, begun: list[str]
) -> None:
    back_up_nightly()
    Beat.objects.filter(name="backup").update(at=ago(minutes=61))
    assert back_up_nightly() == 1
    assert len(begun) == 2


def test_without_a_folder_none_is_begun(clinic: Clinic, settings: Any, begun: list[str]) -> None:
    settings.BACKUPS = None
    assert (back_up_nightly(), begun) == (0, [])


def test_what_is_no_nightly_backup_is_neither_counted_nor_removed(
    folder: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir()
    (folder / "letter.backup").touch()
    assert (backups().kept, backups().last) == (0, None)
    settings.BACKUPS_KEPT = 1
    old = lay(folder, ago(days=1))
    monkeypatch.setattr(nightly, "back_up", Path.touch)
    new = nightly.make(folder)
    assert not old.exists()
    assert {path.name for path in folder.iterdir()} == {"letter.backup", new.name}


def test_so_many_as_are_to_be_kept_are_kept_and_the_newest_among_them(
    folder: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BACKUPS_KEPT = 3
    older = [lay(folder, ago(days=n)) for n in (1, 2, 3, 4)]
    monkeypatch.setattr(nightly, "back_up", Path.touch)
    new = nightly.make(folder)
    assert set(folder.iterdir()) == {new, older[0], older[1]}


def test_a_backup_that_fails_removes_none_of_the_old(
    folder: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path) -> None:
        raise OSError

    settings.BACKUPS_KEPT = 1
    older = {lay(folder, ago(days=n)) for n in (1, 2)}
    monkeypatch.setattr(nightly, "back_up", full)
    with pytest.raises(OSError):  # noqa: PT011 - of whatever kind
        nightly.make(folder)
    assert set(folder.iterdir()) == older


@pytest.mark.parametrize(
    ("last", "says", "red"),
    [
        (None, "no nightly backup was made yet", True),
        (timedelta(hours=30), "backup kept, made", False),
        (timedelta(days=2, minutes=1), "backup kept, made", True),
    ],
)
@pytest.mark.parametrize("role", ["admin", "director"])
def test_the_first_page_of_who_keeps_the_clinic_says_when_the_last_was_made(  # noqa: PLR0913 - a case
    staff: Staff, folder: Path, last: timedelta | None, says: str, role: str, *, red: bool
) -> None:
    if last is not None:
        lay(folder, timezone.now() - last)
    card = card_of(staff(role).get("/clinic/").content.decode(), says)
    assert ("urgent" in card) is red


def test_the_first_page_says_in_red_that_none_is_made_where_no_folder_is_named(
    staff: Staff, settings: Any
) -> None:
    settings.BACKUPS, settings.DEMO = None, False
    page = staff("admin").get("/clinic/").content.decode()
    assert "urgent" in card_of(page, "no backup is made at night")
    assert "backup" not in staff("nurse").get("/clinic/").content.decode()


def card_of(page: str, says: str) -> str:
    """The card of the first page that says this, with its classes."""
    return next(card for card in page.split("<li class=") if says in card).partition("</li>")[0]


@pytest.mark.slow
def test_the_worker_makes_one_that_can_be_put_back_and_the_command_says_so(tmp_path: Path) -> None:
    nights = tmp_path / "nights"
    place = Place(tmp_path, EUTHYMIA_BACKUPS=str(nights))
    place.does("migrate", "--verbosity=0")
    place.does("clinic_demo")
    assert "no nightly backup was made yet" in place.does("clinic_verify")
    place.does("clinic_worker", "--once")
    (made,) = nights.iterdir()
    assert made.stat().st_mode & 0o777 == 0o600
    assert "the last nightly backup is of" in place.does("clinic_verify")
    assert "digests and audit hold" in place.does("clinic_restore", str(made), "--over")
