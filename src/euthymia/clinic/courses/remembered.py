"""What this process remembers of the sessions that are open, so as not to do the same work twice.

Nothing rests on it but time. What a transaction wrote is remembered once it stands; each thing
remembered is whole and never changed, so threads may take it at any moment.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from threading import Lock
from typing import Any, Generic, TypeVar

from django.db import connection, transaction

from euthymia.clinic.courses.models import Session

Thing = TypeVar("Thing")
MOST = 64
"""Sessions of which something is remembered; of more, those last asked for."""


_ALL: list[Memory[Any]] = []


class Memory(Generic[Thing]):
    """Of each open session one thing: the newest."""

    def __init__(self) -> None:
        _ALL.append(self)
        self._things: OrderedDict[tuple[str, int], Thing] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._things)

    def of(self, session: Session) -> Thing | None:
        """What is remembered of an open session."""
        key = _key(session)
        with self._lock:
            found = self._things.get(key)
            if found is not None:
                self._things.move_to_end(key)
        return found if session.is_open else None

    def keep(self, session: Session, thing: Thing) -> None:
        """Remembers it once the transaction stands; of a session that is not open, nothing."""
        if session.is_open:
            transaction.on_commit(partial(self._keep, _key(session), thing))

    def _keep(self, key: tuple[str, int], thing: Thing) -> None:
        with self._lock:
            self._things[key] = thing
            self._things.move_to_end(key)
            while len(self._things) > MOST:
                self._things.popitem(last=False)

    def _drop(self, key: tuple[str, int]) -> None:
        with self._lock:
            self._things.pop(key, None)


def forget(session: Session) -> None:
    """Drops all that is remembered of a session, once the transaction stands."""
    for one in _ALL:
        transaction.on_commit(partial(one._drop, _key(session)))


def _key(session: Session) -> tuple[str, int]:
    return str(connection.settings_dict["NAME"]), session.pk
