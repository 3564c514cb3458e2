"""Reads the session form (contracts/session.md)."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from euthymia.exchange import session_form as form
from euthymia.exchange.faults import SourceError
from euthymia.exchange.session_faults import contradictions, explained
from euthymia.knowledge import Knowledge
from euthymia.record.sessions import Session

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
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
    told = _decoded(name, content)
    for place, fault in contradictions(told, knowledge):
        raise SourceError(f"{name}: {place}: {fault}")
    fields = {
        OTHER_NAMES.get(field, field): value
        for field, value in msgspec.to_builtins(told).items()
        if field != "session"
    }
    return msgspec.convert(fields, Session)


def _decoded(name: str, content: bytes) -> form.SessionForm:
    try:
        _refuse_doubled_fields(name, content)
        return msgspec.json.decode(content.removeprefix(BYTE_ORDER_MARK), type=form.SessionForm)
    except msgspec.ValidationError as fault:
        raise SourceError(f"{name}: {explained(str(fault))}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, json.JSONDecodeError) as fault:
        raise SourceError(
            f"{name}: not JSON: {_where(fault)}; write the form as UTF-8 JSON"
        ) from None
    except RecursionError:
        raise SourceError(f"{name}: nested too deeply; the form is two levels deep") from None


def _where(fault: Exception) -> str:
    """The place and kind of a syntax fault, without the text around it."""
    if isinstance(fault, json.JSONDecodeError):
        return f"line {fault.lineno}, column {fault.colno}: {fault.msg.lower()}"
    if isinstance(fault, UnicodeDecodeError):
        return f"byte {fault.start} is not UTF-8"
    return str(fault).lower()


def _refuse_doubled_fields(name: str, content: bytes) -> None:
    """A field written twice would silently keep the last; it is an error here."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [key for key, _ in pairs]
        for key in names:
            if names.count(key) > 1:
                raise SourceError(f"{name}: {key}: written twice in one place; keep one of them")
        return dict(pairs)

    json.loads(content.decode("utf-8-sig"), object_pairs_hook=once)
