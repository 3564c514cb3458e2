"""A backup put back: first unsealed beside, and held against its manifest; only then into place."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import tarfile
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.management import call_command
from django.db import Error, connections
from django.utils import timezone

from euthymia.clinic.audit import anchor, chain
from euthymia.clinic.audit.models import Row
from euthymia.clinic.keys import key
from euthymia.clinic.operations.backup import ATTACHED, INSTALLATION, MANIFEST, back_up
from euthymia.clinic.operations.database import DatabaseError, here, is_blank
from euthymia.clinic.operations.revived import Ended, end_again
from euthymia.clinic.operations.sealing import UnsealedError, Unsealer, fingerprint
from euthymia.clinic.operations.verify import faults
from euthymia.clinic.people.models import Clinic


class RestoreError(Exception):
    """Why nothing was put back, and the mend, in one line."""


@dataclass(frozen=True)
class Restored:
    """What was put back: when it was made, how many files, how many newer audit rows are lost.

    `missing`: names of attachments that the backup does not hold, though its database names them.
    `ended`: what was open in the backup and is ended. `aside`: the sealed file that holds what
    stood here before, if anything did.
    """

    made: datetime
    files: int
    lost_rows: int
    missing: list[str]
    ended: Ended
    aside: Path | None


def restore(backup: Path, *, over: bool) -> Restored:
    """Puts a backup into place of the database and the attachments.

    Args:
        backup: The sealed file.
        over: Whether a database that stands may be set aside for it; it is kept beside, sealed as
            a backup is.

    Raises:
        RestoreError: A digest is wrong, a database stands and `over` is false, or what stands
            cannot be sealed. Nothing is changed then.
    """
    if not is_blank() and not over:
        raise RestoreError(
            "a database stands here already; --over sets it aside and puts the backup in its place"
        )
    settings.HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.HOME) as folder:
        manifest = unpacked(backup, Path(folder))
        aside = _set_aside()
        _put_back(Path(folder), manifest)
    return _looked_over(manifest, end_again(), aside)


def unpacked(backup: Path, folder: Path) -> dict[str, Any]:
    """Unseals a backup into an empty folder, each file held against its digest; the manifest."""
    try:
        with backup.open("rb") as file:
            _extract(Unsealer(file, key(settings.KEYS, "seal")), folder)
    except UnsealedError as fault:
        raise RestoreError(f"{backup.name}: {fault}") from fault
    except (tarfile.TarError, OSError) as fault:
        raise RestoreError(f"{backup.name}: cannot be read ({type(fault).__name__})") from fault
    return _held_to_manifest(backup.name, folder)


def _extract(unsealer: Unsealer, folder: Path) -> None:
    with tarfile.open(fileobj=cast("BinaryIO", unsealer), mode="r|") as tar:
        tar.extractall(folder, filter="data")
    while unsealer.read(1 << 16):  # to the last chunk, which says that nothing was cut off
        pass


def _held_to_manifest(name: str, folder: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
    here_too = {
        path.relative_to(folder).as_posix(): _digest(path)
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }
    if here_too != manifest["files"]:
        raise RestoreError(f"{name}: a file in it is not what its manifest says")
    if here().file not in here_too:
        raise RestoreError(f"{name}: made with another kind of database; set EUTHYMIA_DATABASE so")
    _require_audit_key(manifest)
    return manifest


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _require_audit_key(manifest: dict[str, Any]) -> None:
    if fingerprint(key(settings.KEYS, "audit")).hex() != manifest["audit_key"]:
        raise RestoreError(
            f"{settings.KEYS / 'audit'} is not the key that sealed the audit of this backup; "
            "put back the kept copy of the keys of the clinic that made it"
        )


def _set_aside() -> Path | None:
    """What stands is sealed into a backup beside, and stays there until someone removes it."""
    if is_blank():
        return None
    aside = Path(settings.HOME) / f"before-restore-{timezone.now():%Y%m%dT%H%M%S}.backup"
    try:
        back_up(aside, noted=False)
    except (OSError, sqlite3.Error, Error, DatabaseError) as fault:
        raise RestoreError(
            f"what stands in {settings.HOME} cannot be sealed ({type(fault).__name__}), so nothing "
            "was changed; move that folder away yourself, then restore into an empty one"
        ) from fault
    shutil.rmtree(settings.ATTACHMENTS, ignore_errors=True)
    return aside


def _put_back(folder: Path, manifest: dict[str, Any]) -> None:
    here().put_back(folder / here().file)
    if (folder / ATTACHED).exists():
        shutil.rmtree(settings.ATTACHMENTS, ignore_errors=True)
        shutil.move(folder / ATTACHED, settings.ATTACHMENTS)
    connections.close_all()
    call_command("migrate", verbosity=0, interactive=False)  # a backup may be of an older release


def _looked_over(manifest: dict[str, Any], ended: Ended, aside: Path | None) -> Restored:
    """Holds what was put back against its own checks, and tells each chain that it was restored."""
    lost = sum(_notes_set_aside(clinic) for clinic in chain.clinics())
    found = [*faults(), *_heads_missing(manifest)]
    found += [str(broken) for clinic in chain.clinics() for broken in chain.verify(clinic)]
    if found:
        raise RestoreError(f"put back, but it does not hold: {found[0]}; take an older backup")
    told = {"made": manifest["made"], "rows_lost": str(lost), **ended.counted()}
    clinics = Clinic.objects.values_list("pk", flat=True)
    for clinic in {*chain.clinics(), *clinics, INSTALLATION}:
        Row.leave(clinic=clinic, what="restored", about=told)
    made, files = datetime.fromisoformat(manifest["made"]), len(manifest["files"])
    return Restored(made, files, lost, manifest.get("missing", []), ended, aside)


def _heads_missing(manifest: dict[str, Any]) -> list[str]:
    """Chains that do not reach the row which the manifest saw last."""
    return [
        f"the audit of clinic {clinic} does not hold its row {number}"
        for clinic, (number, seal) in manifest["audit"].items()
        if not Row.objects.filter(clinic=clinic, number=number, seal=seal).exists()
    ]


def _notes_set_aside(clinic: int) -> int:
    """Sets aside the notes of rows that the backup does not hold, which are lost; how many.

    They were written after it was made, or after an older one was put back in its place.
    """
    noted, path = anchor.read(clinic), anchor.place(clinic)
    held = dict(Row.objects.filter(clinic=clinic).values_list("number", "seal"))
    kept = {number: seal for number, seal in noted.items() if held.get(number) == seal}
    if len(kept) < len(noted):
        path.rename(path.with_name(f"{clinic}.before-{timezone.now():%Y%m%dT%H%M%S}"))
        path.touch(0o600)
        path.write_text("".join(f"{number} {seal}\n" for number, seal in sorted(kept.items())))
    return len(noted) - len(kept)
