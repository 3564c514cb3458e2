"""The newest seal of each clinic, kept in a file outside the database."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

OWNER_ONLY = 0o600


def write(clinic: int, number: int, seal: str) -> None:
    """Notes that the chain of this clinic has come to this row. Workers may write at once."""
    path = place(clinic)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{number} {seal}\n")


def read(clinic: int) -> dict[int, str]:
    """Every noted row: its number and its seal. A line half-written by a crash is passed over."""
    path = place(clinic)
    if not path.exists():
        return {}
    noted = (line.split() for line in path.read_text(encoding="ascii").splitlines())
    return {int(words[0]): words[1] for words in noted if len(words) == 2 and len(words[1]) == 64}  # noqa: PLR2004


def clinics() -> list[int]:
    """Every clinic of which a row was ever noted."""
    names = [path.stem for path in (Path(settings.KEYS) / "anchors").glob("*.txt")]
    return sorted(int(name) for name in names if name.isdigit())


def place(clinic: int) -> Path:
    return Path(settings.KEYS) / "anchors" / f"{clinic}.txt"
