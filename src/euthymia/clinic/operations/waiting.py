"""Waiting for the server to answer, before anyone is told where it is."""

from __future__ import annotations

import socket
from threading import Event

LOOK_EVERY = 0.2
LONGEST = 60.0


def answers(host: str, port: int, stop: Event) -> bool:
    """Whether something listens there within a minute; False where `stop` was set before."""
    for _ in range(int(LONGEST / LOOK_EVERY)):
        try:
            socket.create_connection((host, port), timeout=LOOK_EVERY).close()
        except OSError:
            if stop.wait(LOOK_EVERY):
                return False
        else:
            return True
    return False
