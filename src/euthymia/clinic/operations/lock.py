"""One at a time: who serves from a home, or replaces what is in it, holds it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings


class HeldError(Exception):
    """The clinic runs from this home."""


@contextmanager
def holding_the_home() -> Iterator[None]:
    """Holds the home until the block ends, or the process. Raises HeldError where another does."""
    settings.HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (settings.HOME / "in-use.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HeldError(f"the clinic runs from {settings.HOME}; stop it first") from None
        yield
