"""Operations by word, as `euthymia serve` and `euthymia clinic` start them: a fault is one line."""

from __future__ import annotations

import os
import sys

from euthymia.clinic.places import NoClinicError, require_clinic, require_room

OF_A_CLINIC = ("clinic_backup", "clinic_verify", "clinic_reset_factor", "clinic_reset_password")
"""What is done to a clinic that stands, and never makes one."""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "euthymia.clinic.settings")
    os.umask(0o077)  # whatever is made from here on is its owner's alone
    from django.core.management import CommandError  # noqa: PLC0415 - after the settings are named

    from euthymia.clinic.keys import KeyFileError  # noqa: PLC0415 - likewise

    try:
        _run(sys.argv[1:])
    except NoClinicError as fault:
        _refuse(str(fault), 2)
    except KeyFileError as fault:
        _refuse(str(fault), 3)
    except CommandError as fault:
        _refuse(str(fault), fault.returncode)
    except KeyboardInterrupt:
        sys.exit(130)


def _run(words: list[str]) -> None:
    _require_place(words[0])  # before the settings, which make folders and keys
    import django  # noqa: PLC0415 - likewise
    from django.core.management import call_command  # noqa: PLC0415 - likewise

    django.setup()
    _require_database(words[0])
    call_command(*words)


def _require_place(word: str) -> None:
    if word in OF_A_CLINIC:
        require_clinic()
    elif word == "clinic_restore":
        require_room()


def _require_database(word: str) -> None:
    """Raises NoClinicError where the database does not answer, or holds no clinic yet."""
    from django.db import OperationalError, connection  # noqa: PLC0415 - after the settings

    from euthymia.clinic.operations.database import is_blank  # noqa: PLC0415 - likewise

    try:
        if connection.vendor == "postgresql":
            connection.ensure_connection()
    except OperationalError:
        raise NoClinicError(
            "the database does not answer; is its server running, and EUTHYMIA_DATABASE its address"
        ) from None
    if word in OF_A_CLINIC and is_blank():
        raise NoClinicError("no clinic in this database; set EUTHYMIA_HOME or EUTHYMIA_DATABASE")


def _refuse(why: str, status: int) -> None:
    print(f"euthymia: {why}", file=sys.stderr)  # noqa: T201 - what a command says to a person
    sys.exit(status)


if __name__ == "__main__":
    main()
