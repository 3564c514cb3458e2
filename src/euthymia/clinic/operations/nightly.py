"""A sealed backup each night, by the worker, into the folder that the owner has named."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from threading import Thread
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.utils import timezone

from euthymia.clinic.operations.backup import back_up
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.work.heartbeat import Beat

AT_NIGHT = time(2)
"""From when on a new backup is due, in the zone of the first clinic."""
LATE_AFTER = timedelta(days=2)
"""How old the last backup may be before the first page says so in red."""
TRY_AGAIN = timedelta(hours=1)
"""How soon one that failed, or whose worker died, is tried again."""
STAMP = "%Y%m%dT%H%M%SZ"
NAME = re.compile(r"euthymia-(\d{8}T\d{6}Z)\.backup")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Backups:
    """What lies in the folder of backups: when the last was made, and how many are kept.

    `on`: whether a folder is named at all. `late`: whether the last is too old, or none is there.
    """

    on: bool
    last: datetime | None
    kept: int
    late: bool

    def __str__(self) -> str:
        if not self.on:
            return "no nightly backup is made: name a folder in EUTHYMIA_BACKUPS"
        if self.last is None:
            return "no nightly backup was made yet: is the worker running, and the folder open?"
        made = self.last.isoformat(" ", "seconds")
        return f"the last nightly backup is of {made}{', too long ago' if self.late else ''}"


def backups() -> Backups:
    """How the nightly backups stand now."""
    made = [one for one, _path in _made()]
    last = max(made, default=None)
    late = last is None or timezone.now() - last > LATE_AFTER
    return Backups(settings.BACKUPS is not None, last, len(made), late)


def back_up_nightly() -> int:
    """Begins a backup where one is due; 1 where it did.

    It is written beside the worker's rounds, which must not wait for it: messages and calls go on.
    """
    folder = settings.BACKUPS
    if folder is None or not _is_due() or not _claimed():
        return 0
    Thread(target=_in_peace, args=(folder,), name="backup").start()
    return 1


def make(folder: Path) -> Path:
    """Makes one, and removes the oldest beyond those that are kept."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for half in folder.glob(".euthymia-*.unfinished"):  # of a worker that died
        half.unlink(missing_ok=True)
    path = folder / f"euthymia-{timezone.now().astimezone(UTC).strftime(STAMP)}.backup"
    back_up(path)
    for _moment, old in sorted(_made(), reverse=True)[max(settings.BACKUPS_KEPT, 1) :]:
        old.unlink(missing_ok=True)
    return path


def _in_peace(folder: Path) -> None:
    try:
        make(folder)
    except Exception:  # the log says its kind; in an hour it is tried again
        log.exception("the nightly backup failed")
    finally:
        connection.close()


def _made() -> Iterator[tuple[datetime, Path]]:
    """Each nightly backup that lies in the folder, with its moment."""
    if settings.BACKUPS is None or not settings.BACKUPS.is_dir():
        return
    for path in settings.BACKUPS.iterdir():
        named = NAME.fullmatch(path.name)
        if named:
            yield datetime.strptime(named[1], STAMP).replace(tzinfo=UTC), path


def _is_due() -> bool:
    last = backups().last
    return last is None or last < last_night(timezone.now())


def last_night(now: datetime) -> datetime:
    """When the night that lies behind us began, in the zone of the first clinic."""
    zone = ZoneInfo(Clinic.objects.order_by("pk").values_list("zone", flat=True).first() or "UTC")
    today = now.astimezone(zone).date()
    nights = [datetime.combine(today - timedelta(days=n), AT_NIGHT, zone) for n in (0, 1)]
    return next(night for night in nights if night.astimezone(UTC) <= now)


def _claimed() -> bool:
    """Whether this worker is the one that makes it; a claim ends after a while."""
    now = timezone.now()
    tried = Beat.objects.filter(name="backup")
    if tried.filter(at__lte=now - TRY_AGAIN).update(at=now):
        return True
    return Beat.objects.get_or_create(name="backup", defaults={"at": now})[1]
