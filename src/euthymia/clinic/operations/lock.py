"""One at a time: who serves from a home, or replaces what is in it, holds it.

The lock hangs on an open file. Programs that are started with that file hold it too, and go on
holding it where whoever started them has died.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings


class HeldError(Exception):
    """The clinic, or a part of it that was left behind, runs from this home."""


@contextmanager
def holding_the_home() -> Iterator[int]:
    """Holds the home until the block has ended, and every program that was given the lock.

    Yields the number of the open file that is the lock. Raises HeldError where another holds it.
    """
    settings.HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = settings.HOME / "in-use.lock"
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HeldError(
                f"the clinic, or a part of it that was left behind, runs from {settings.HOME}; "
                f"stop it first (`fuser {lock}` names its processes)"
            ) from None
        yield file.fileno()
