"""Where brought files lie: a folder outside the web, under names that nobody chose."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from io import BufferedReader
from pathlib import Path

from django.conf import settings
from django.utils import timezone

NAME = re.compile(r"[0-9a-f]{32}", re.ASCII)
KEPT_UNCLAIMED = timedelta(days=1)
"""How long a file stays that no row speaks of: a killed worker may leave one."""
OWNER_ONLY = 0o600


@dataclass(frozen=True)
class Stored:
    """A file in the store: its name there, its bytes counted, its SHA-256."""

    name: str
    size: int
    digest: str


def put(chunks: Iterable[bytes]) -> Stored:
    """Writes a file down to the disk under a fresh name."""
    name, size, digest = secrets.token_hex(16), 0, hashlib.sha256()
    handle = os.open(path_of(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(handle, "wb") as file:
        for chunk in chunks:
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        file.flush()
        os.fsync(file.fileno())
    return Stored(name, size, digest.hexdigest())


def path_of(name: str) -> Path:
    """The path of a stored file. Raises ValueError on a name that is not of the store."""
    if not NAME.fullmatch(name):
        raise ValueError("no name of the store")
    folder: Path = settings.ATTACHMENTS
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / name


def opened(name: str) -> BufferedReader:
    """A stored file for reading. Raises FileNotFoundError."""
    return path_of(name).open("rb")


def is_whole(name: str, digest: str) -> bool:
    """Whether a stored file is there and still what was put there."""
    try:
        with opened(name) as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == digest
    except FileNotFoundError:
        return False


def forget(name: str) -> None:
    path_of(name).unlink(missing_ok=True)


def sweep(claimed: Collection[str]) -> int:
    """Removes files a day old that no row speaks of. Returns how many."""
    before = (timezone.now() - KEPT_UNCLAIMED).timestamp()
    old = [
        one
        for one in path_of("0" * 32).parent.iterdir()
        if NAME.fullmatch(one.name) and one.name not in claimed and one.stat().st_mtime < before
    ]
    for one in old:
        one.unlink(missing_ok=True)
    return len(old)
