"""Operations by word, as `euthymia serve` and `euthymia clinic` start them: a fault is one line."""

from __future__ import annotations

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "euthymia.clinic.settings")
    os.umask(0o077)  # whatever is made from here on is its owner's alone
    import django  # noqa: PLC0415 - after the settings are named
    from django.core.management import CommandError, call_command  # noqa: PLC0415 - likewise

    from euthymia.clinic.keys import KeyFileError  # noqa: PLC0415 - likewise

    try:
        django.setup()
        call_command(*sys.argv[1:])
    except KeyFileError as fault:
        _refuse(str(fault), 3)
    except CommandError as fault:
        _refuse(str(fault), fault.returncode)
    except KeyboardInterrupt:
        sys.exit(130)


def _refuse(why: str, status: int) -> None:
    print(f"euthymia: {why}", file=sys.stderr)  # noqa: T201 - what a command says to a person
    sys.exit(status)


if __name__ == "__main__":
    main()
