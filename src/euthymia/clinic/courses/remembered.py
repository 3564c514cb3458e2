"""What this process remembers of the sessions that are open: where their folds stand.

Nothing rests on it but time. What a transaction wrote is remembered once it stands; each thing
remembered is whole and never changed, so threads may take it at any moment.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from threading import Lock

from django.db import connection, transaction

from euthymia.clinic.courses.models import Session
from euthymia.clinic.courses.running import Running

MOST = 64
"""Sessions that are remembered; of more, those last asked for."""
_running: OrderedDict[tuple[str, int], Running] = OrderedDict()
_lock = Lock()


def remembered(session: Session) -> Running | None:
    """Where the fold of an open session stood when it was last looked at."""
    with _lock:
        found = _running.get(_key(session))
        if found is not None:
            _running.move_to_end(_key(session))
    return found if session.is_open else None


def remember(session: Session, running: Running) -> None:
    """Remembers it once the transaction stands; of a session that is not open, nothing."""
    if session.is_open:
        transaction.on_commit(partial(_keep, _key(session), running))


def forget(session: Session) -> None:
    """Drops it once the transaction stands: the session is closed."""
    transaction.on_commit(partial(_drop, _key(session)))


def _keep(key: tuple[str, int], running: Running) -> None:
    with _lock:
        _running[key] = running
        _running.move_to_end(key)
        while len(_running) > MOST:
            _running.popitem(last=False)


def _drop(key: tuple[str, int]) -> None:
    with _lock:
        _running.pop(key, None)


def _key(session: Session) -> tuple[str, int]:
    return str(connection.settings_dict["NAME"]), session.pk
