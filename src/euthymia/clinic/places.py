"""Where a clinic lies, by the environment, and whether one lies there. Looking makes nothing."""

from __future__ import annotations

import os
from pathlib import Path

from euthymia.clinic.keys import NAMES

HOME = Path(os.environ.get("EUTHYMIA_HOME", "~/.local/share/euthymia")).expanduser()
KEYS = Path(os.environ.get("EUTHYMIA_KEYS", "~/.config/euthymia/keys")).expanduser()
DATABASE_URL = os.environ.get("EUTHYMIA_DATABASE", "")
DATABASE_FILE = HOME / "clinic.sqlite3"
"""The database, where no address of another is given."""


class NoClinicError(Exception):
    """What is not at the place that is set, and the mend, in one line."""


def require_clinic() -> None:
    """Raises NoClinicError where no clinic stands, or where one of its keys is not there."""
    if not (HOME.is_dir() and (DATABASE_URL or DATABASE_FILE.is_file())):
        raise NoClinicError(
            f"no clinic at {HOME}; set EUTHYMIA_HOME and EUTHYMIA_KEYS (or --home and --keys) to "
            "its folders"
        )
    require_keys(*NAMES)


def require_room() -> None:
    """Raises NoClinicError where a backup cannot be put back: no home is named, or a key lacks."""
    if not ("EUTHYMIA_HOME" in os.environ or HOME.is_dir()):
        raise NoClinicError(
            f"no clinic at {HOME}; set EUTHYMIA_HOME (or --home) to the folder into which the "
            "backup is to be put back"
        )
    require_keys("audit", "seal")


def require_keys(*names: str) -> None:
    """Raises NoClinicError where one of these keys is not in its place: a fresh one opens nothing.

    Args:
        names: Of `secret`, `audit` and `seal`.
    """
    missing = [f"`{name}`" for name in names if not (KEYS / name).exists()]
    if missing:
        raise NoClinicError(
            f"{KEYS} lacks the key {' and '.join(missing)}; set EUTHYMIA_KEYS (or --keys) to the "
            "folder of the keys, or put the kept copy of it there: a backup holds no keys"
        )
