"""Reads the session form (contracts/session.md)."""

from __future__ import annotations

import msgspec

from euthymia.exchange import session_form as form
from euthymia.exchange.faults import SourceError
from euthymia.exchange.form_json import decoded
from euthymia.exchange.session_faults import contradictions, explained
from euthymia.knowledge import Knowledge
from euthymia.record.sessions import Session

OTHER_NAMES = {
    "date": "day",
    "previous_sessions_today": "previous_today",
    "events": "log",
}
"""Fields of the form that the record calls by another name."""


def read_session(name: str, content: bytes, knowledge: Knowledge) -> Session:
    """One treatment session told by a form.

    Args:
        name: What to call the file in errors.
        content: The file as it lies, UTF-8 JSON.
        knowledge: The pages, which say what a measure cannot be.

    Raises:
        SourceError: One line naming the place, the fault and the mend.
    """
    told = decoded(name, content, form.SessionForm, explained, "two levels")
    for place, fault in contradictions(told, knowledge):
        raise SourceError(f"{name}: {place}: {fault}")
    fields = {
        OTHER_NAMES.get(field, field): value
        for field, value in msgspec.to_builtins(told).items()
        if field != "session"
    }
    return msgspec.convert(fields, Session)
