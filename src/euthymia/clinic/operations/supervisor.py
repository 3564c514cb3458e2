"""Keeps the server and the worker alive, and ends both together."""

from __future__ import annotations

import logging
import subprocess
import time
from collections.abc import Sequence
from threading import Event

LONGEST_WAIT = 60.0
"""Seconds between two starts of a program that keeps dying."""
HEALTHY_AFTER = 60.0
"""A program that lived for so many seconds starts anew at once, should it die."""
GRACE = 15.0
"""Seconds that a program is given to end by itself."""
LOOK_EVERY = 0.2

log = logging.getLogger(__name__)


class Kept:
    """One program that is started again when it ends.

    `lock`: the open file by which the home is held, for the program to hold as long as it lives.
    """

    def __init__(self, name: str, command: Sequence[str], *, lock: int | None = None) -> None:
        self.name, self.command, self.lock = name, command, lock
        self.process: subprocess.Popen[bytes] | None = None
        self.started = self.again_at = 0.0
        self.wait = 1.0

    def look(self, now: float) -> None:
        """Starts it where it does not run and its wait is over. `now`: monotonic seconds."""
        if self.process is not None and self.process.poll() is not None:
            self._ended(now)
        if self.process is None and now >= self.again_at:
            self.process, self.started = self._begun(), now

    def _begun(self) -> subprocess.Popen[bytes]:
        held = () if self.lock is None else (self.lock,)
        return subprocess.Popen(self.command, start_new_session=True, pass_fds=held)  # noqa: S603 - our own programs

    def _ended(self, now: float) -> None:
        assert self.process is not None  # noqa: S101 - `look` has seen it
        if now - self.started >= HEALTHY_AFTER:
            self.wait = 1.0
        log.warning(
            "the %s ended with status %s: it starts again in %.0f s",
            self.name,
            self.process.returncode,
            self.wait,
        )
        self.process, self.again_at = None, now + self.wait
        self.wait = min(self.wait * 2, LONGEST_WAIT)

    def end(self) -> None:
        """Asks it to end, and makes it end where it does not."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def supervise(programs: Sequence[Kept], stop: Event) -> None:
    """Keeps the programs alive until `stop` is set; then ends them, the first one first."""
    try:
        while not stop.is_set():
            for program in programs:
                program.look(time.monotonic())
            stop.wait(LOOK_EVERY)
    finally:
        for program in programs:
            program.end()
