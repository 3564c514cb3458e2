"""What rooms above this one want before a session is closed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from euthymia.clinic.courses.judging import Judged
from euthymia.clinic.courses.models import Session

Asked = Callable[[Session], Sequence[str]]
_ASKED: list[Asked] = []


def asked_before_the_end(ask: Asked) -> Asked:
    """Marks what has its say before a session is closed: it returns words of `words.WANTED`."""
    if ask not in _ASKED:
        _ASKED.append(ask)
    return ask


def wanting(session: Session, found: Judged | None) -> list[str]:
    """The words of what must hold before a session ends, by the pages and by other rooms."""
    return [*_by_the_pages(found), *(word for ask in _ASKED for word in ask(session))]


def _by_the_pages(found: Judged | None) -> list[str]:
    """Of a session without limits: that there are none, and no more."""
    if found is None:
        return ["no_limit_adopted"]
    told = found.answer
    ending = told.closing if told.session.therapy == "tms" else told.discharge
    return ["not_asked"] if ending is None else list(ending.missing)
