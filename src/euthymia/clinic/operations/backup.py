"""A backup: one sealed file with the database, the attachments and a manifest of their digests.

It is taken while the clinic runs. The keys are never in it: keep a copy of their folder elsewhere.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import tarfile
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.utils import timezone

from euthymia.clinic.audit.models import Row
from euthymia.clinic.keys import key
from euthymia.clinic.operations.attached import lost, lying
from euthymia.clinic.operations.database import here
from euthymia.clinic.operations.sealing import Sealer, fingerprint

MANIFEST = "manifest.json"
ATTACHED = "attachments"
INSTALLATION = 0
"""The chain of the audit for what concerns all clinics at once."""

log = logging.getLogger(__name__)


def back_up(to: Path, *, noted: bool = True) -> dict[str, Any]:
    """Writes a backup to a new file, whole or not at all; what the manifest says.

    A file beside the charts that the copy of the database names may not be there: erased meanwhile,
    or lost. The manifest names it under `missing`; where a chart names it still, also under `lost`.

    Args:
        to: A file that does not stand yet.
        noted: Whether the audit is to hold a row of it.

    Raises:
        FileExistsError: A file of this name stands.
        DatabaseError: The database cannot be copied.
    """
    if to.exists():
        raise FileExistsError(to)
    unfinished = to.with_name(f".{to.name}.unfinished")
    try:
        manifest = _written(unfinished)
        os.replace(unfinished, to)
    finally:
        unfinished.unlink(missing_ok=True)
    if manifest["lost"]:
        log.error("%s files that charts name are not there to back up", len(manifest["lost"]))
    if noted:
        Row.leave(clinic=INSTALLATION, what="backup_made")
    return manifest


def _written(path: Path) -> dict[str, Any]:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        with Sealer(file, key(settings.KEYS, "seal")) as sealer:
            manifest = _fill(sealer)
        file.flush()
        os.fsync(file.fileno())
    return manifest


def _fill(sealer: Sealer) -> dict[str, Any]:
    """Puts everything into a sealed tar, the manifest last; what it says."""
    files: dict[str, str] = {}
    with tempfile.TemporaryDirectory(dir=settings.HOME) as folder:
        copy = Path(folder) / here().file
        made, heads = timezone.now(), heads_of_the_audit()
        named = here().copy_to(copy)
        with tarfile.open(fileobj=sealer, mode="w|") as tar:
            _put(tar, copy, here().file, files)
            _put_attached(tar, files)
            missing = [name for name in sorted(named) if f"{ATTACHED}/{name}" not in files]
            manifest = {
                "made": made.isoformat(),
                "files": files,
                "missing": missing,
                "lost": lost(missing),
                "audit": heads,
                "audit_key": fingerprint(key(settings.KEYS, "audit")).hex(),
            }
            _put_bytes(tar, json.dumps(manifest, indent=1).encode(), MANIFEST)
    return manifest


def heads_of_the_audit() -> dict[str, tuple[int, str]]:
    """The newest row of each chain; the copy is taken later, and holds these and perhaps more."""
    chains = Row.objects.order_by().values_list("clinic", flat=True).distinct()
    return {str(clinic): newest(clinic) for clinic in chains}


def newest(clinic: int) -> tuple[int, str]:
    """Number and seal of the newest row of a chain; (0, "") where there is none."""
    rows = Row.objects.filter(clinic=clinic).order_by("-number")
    return rows.values_list("number", "seal").first() or (0, "")


def _put_attached(tar: tarfile.TarFile, files: dict[str, str]) -> None:
    """Adds each file beside the charts that still is there when its turn comes."""
    for path in lying():
        inside = path.relative_to(settings.ATTACHMENTS).as_posix()
        with suppress(FileNotFoundError):  # erased since they were listed
            _put(tar, path, f"{ATTACHED}/{inside}", files)


def _put(tar: tarfile.TarFile, path: Path, name: str, files: dict[str, str]) -> None:
    """Adds a file, and its digest to `files`."""
    with path.open("rb") as file:
        files[name] = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        _add(tar, name, file, os.fstat(file.fileno()).st_size)


def _put_bytes(tar: tarfile.TarFile, content: bytes, name: str) -> None:
    _add(tar, name, io.BytesIO(content), len(content))


def _add(tar: tarfile.TarFile, name: str, file: BinaryIO, size: int) -> None:
    told = tarfile.TarInfo(name)
    told.size, told.mode = size, 0o600
    tar.addfile(told, file)
