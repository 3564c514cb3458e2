"""A line of the log is one line, whatever was written into it."""

from __future__ import annotations

import io
import logging
import unicodedata
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import RequestFactory
from hypothesis import example, given
from hypothesis import strategies as st

from euthymia.clinic.look.logs import NothingShown, WithoutPatients, in_one_line

NASTY = st.text(st.characters(categories=["Cc", "Cf", "Zl", "Zp", "Co", "L", "N", "P", "S"]))


def logged(name: str, message: Any, *args: Any, **extra: Any) -> str:
    """What the console shows of one call."""
    told = io.StringIO()
    handler = logging.StreamHandler(told)
    handler.setFormatter(logging.Formatter("{levelname} {name} {message}", style="{"))
    handler.addFilter(WithoutPatients())
    logger = logging.Logger(name)
    logger.addHandler(handler)
    logger.error(message, *args, **extra)
    return told.getvalue()


@given(NASTY)
@example("a\r\nERROR euthymia forged")
@example("\x1b[2J\x1b[1;31mforged\x9b0m")
@example("\u202efdp.exe\u2066\u2069\u200b\ufeff\u2028\U000e0041")
def test_no_text_forges_a_line_or_steers_a_terminal(text: str) -> None:
    line = logged("euthymia.clinic", "saw %s", text)
    assert line.endswith("\n")
    kinds = {unicodedata.category(sign) for sign in line[:-1]}
    assert not kinds & {"Cc", "Cf", "Zl", "Zp", "Cs", "Co"}
    assert len(line.splitlines()) == 1


@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"])))
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert in_one_line(text) == text


@given(NASTY)
def test_the_name_of_a_route_is_one_line_too(text: str) -> None:
    request = RequestFactory().generic("GET", "/x/")
    request.method = text
    line = logged("django.request", "Not Found: %s", text, extra={"request": request})
    assert len(line.splitlines()) == 1


@pytest.mark.parametrize(
    ("message", "args"),
    [
        ("patient Zqcanary was read", ()),
        (ValueError("Zqcanary"), ()),
        ("read %s", ("Zqcanary",)),
        ({"name": "Zqcanary"}, ()),
    ],
)
def test_a_library_says_nothing_that_a_patient_could_stand_in(message: Any, args: Any) -> None:
    assert "Zqcanary" not in logged("some.library", message, *args)


def test_a_fault_is_its_kind_and_its_place() -> None:
    try:
        raise ValueError("Zqcanary")
    except ValueError:
        line = logged("django.request", "Internal %s", "Zqcanary", exc_info=True)
    assert "ValueError at test_security_logs.py:" in line
    assert "Zqcanary" not in line


def test_a_line_of_the_console_says_its_time_with_the_zone() -> None:
    told = settings.LOGGING["formatters"]["line"]
    line = logging.Formatter(told["format"], told["datefmt"], told["style"])
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "said", (), None)
    at = datetime.fromisoformat(line.format(record).split(" ", 1)[0])
    assert at.utcoffset() is not None
    assert at.timestamp() == int(record.created)


def test_no_report_shows_a_variable_or_a_field() -> None:
    shown = NothingShown()
    request = RequestFactory().post("/", {"name": "Zqcanary"})
    assert list(shown.get_traceback_frame_variables(request, None)) == []
    assert shown.get_post_parameters(request) == {}
