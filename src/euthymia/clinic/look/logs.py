"""What a log and an error page may say: the kind of a fault and its place, never a patient."""

from __future__ import annotations

import logging
import traceback
import unicodedata
from collections.abc import ItemsView
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})
"""Kinds of characters that break a line, steer a terminal, turn the writing or show nothing."""


class WithoutPatients(logging.Filter):
    """Rewrites a record to one line: its level, the kind of the fault, where it arose."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = record.__dict__.pop("request", None)
        where = _route(request) if isinstance(request, HttpRequest) else ""
        fault = record.exc_info[1] if record.exc_info else None
        told = _told(record) if not where else ""
        line = " ".join(word for word in (told, where, _place(fault)) if word)
        record.msg, record.args = in_one_line(line), ()
        record.exc_info = record.exc_text = None
        return True


def in_one_line(text: str) -> str:
    """The text with a blank for each character that could forge a line or hide in one."""
    return "".join(" " if unicodedata.category(sign) in UNSEEN else sign for sign in text)


def _told(record: logging.LogRecord) -> str:
    """Our own message as it is; of a library only fixed words, without what fills them.

    Words that a library filled in by itself cannot be told from a patient's: their place is named.
    """
    if record.name.startswith("euthymia"):
        return record.getMessage()
    if record.args and isinstance(record.msg, str):
        return record.msg
    return f"(words kept back) at {record.filename}:{record.lineno}"


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    return f"{request.method} {match.view_name if match else 'no route'}"


def _place(fault: BaseException | None) -> str:
    if fault is None:
        return ""
    frames = traceback.extract_tb(fault.__traceback__)
    at = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(fault).__name__}{at}"


class NothingShown(SafeExceptionReporterFilter):
    """No local variable, no field of a form, no setting is ever part of a report."""

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> ItemsView[str, Any]:
        return {}.items()

    def get_post_parameters(self, request: Any) -> dict[str, Any]:
        return {}
