"""The clinic's keys: three files in a folder outside the database and outside its backups.

`secret` signs sessions and links, `audit` keys the audit chain, `seal` seals self-check answers and
backups. A key is made once, readable by its owner only, and never written anywhere else.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Literal

Name = Literal["secret", "audit", "seal"]
NAMES: tuple[Name, ...] = ("secret", "audit", "seal")
BYTES = 32
OWNER_ONLY = 0o600


class KeyFileError(RuntimeError):
    """A key that cannot be read; the message names the file and the mend."""


def key(folder: Path, name: Name) -> bytes:
    """The key of this name, 32 bytes; made where there is none yet.

    Raises:
        KeyFileError: The file is not a key, or others may read it.
    """
    path = folder / name
    if not path.exists():
        _make(path)
    _refuse_if_open_to_others(path)
    found = bytes.fromhex(path.read_text(encoding="ascii").strip())
    if len(found) != BYTES:
        raise KeyFileError(f"{path}: not a key of {BYTES} bytes; put the kept copy of it back")
    return found


def make_keys(folder: Path) -> None:
    """Makes each key that is not there yet. Raises KeyFileError as `key` does."""
    for name in NAMES:
        key(folder, name)


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(BYTES) + "\n")
    try:
        os.link(made, path)  # the first of two workers that start at once wins; the other reads his
    except FileExistsError:
        pass
    finally:
        made.unlink()


def _refuse_if_open_to_others(path: Path) -> None:
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise KeyFileError(f"{path}: others may read this key; chmod 600 {path}")
