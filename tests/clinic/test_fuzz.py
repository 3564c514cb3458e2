"""No form and no address of the clinic answers what is thrown at it with a fault of its own."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.models import Clinic
from tests.clinic.conftest import person
from tests.clinic.markup import PAYLOADS
from tests.clinic.matrix import Route, committed, routes
from tests.clinic.objects import Owner, address

FAULT = 500
FEW = settings(
    max_examples=12,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
pytestmark = pytest.mark.slow  # every address, many times

HOSTILE = st.one_of(
    st.sampled_from(
        [*PAYLOADS[:12], "\x00", "\ud800", "9" * 400, "-1", "NaN", "1e999", "null", "[]"]
    ),
    st.sampled_from(["2026-02-30", "9999-12-31", "0001-01-01", "{}", "' or 1=1 --", "\u202e", ""]),
    st.text(max_size=60),
    st.integers().map(str),
)
NEVER_SENT = frozenset({"csrfmiddlewaretoken"})


class Fields(HTMLParser):
    """The names of the fields of a page, and the words its choices offer."""

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, list[str]] = {}
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag in ("input", "textarea", "select", "button") and told.get("name"):
            self.names.setdefault(str(told["name"]), []).append(str(told.get("value") or ""))
            self._select = str(told["name"]) if tag == "select" else self._select
        if tag == "option" and self._select:
            self.names[self._select].append(str(told.get("value") or ""))


def fields_of(page: bytes) -> dict[str, list[str]]:
    found = Fields()
    found.feed(page.decode("utf-8", "replace"))
    return {name: words for name, words in found.names.items() if name not in NEVER_SENT}


def safe(text: str) -> str:
    """As a browser could send it: a lone surrogate cannot leave one."""
    return text.encode("utf-8", "replace").decode()


def status(answer: Any) -> int:
    """What an answer says came of it; a file that it hands out is closed."""
    answer.close()
    return int(answer.status_code)


@pytest.fixture
def owner(clinic: Clinic, patient: Patient) -> Owner:
    return Owner(patient, person(clinic, "director").user)


def browser_of(owner: Owner, role: str) -> Client:
    owner.user.memberships.update(role=role)
    browser = Client(raise_request_exception=False)
    browser.force_login(owner.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def role_for(route: Route) -> str:
    """A role that may write there, or read; the director where anyone may."""
    lines = committed()
    for method in ("POST", "GET"):
        line = lines.get((route.pattern, method))
        roles = ("director", "admin", "auditor", "clinician")
        for role in roles:
            if line and line[3 + _columns().index(role)] == "may":
                return role
    return "director"


def _columns() -> tuple[str, ...]:
    from tests.clinic.matrix import columns  # noqa: PLC0415 - after the settings are chosen

    return columns()


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.pattern)
def test_no_address_answers_nonsense_with_a_fault_of_its_own(
    route: Route, owner: Owner, patient: Patient
) -> None:
    browser = browser_of(owner, role_for(route))
    place = address(route, owner)
    shown = browser.get(place)
    shown.close()
    assert shown.status_code < FAULT, place
    names = fields_of(shown.content) if "html" in shown.headers.get("Content-Type", "") else {}

    @FEW
    @given(st.data())
    def sent(data: st.DataObject) -> None:
        told: dict[str, Any] = {}
        for name, words in (names or {"x": [""]}).items():
            value = data.draw(st.one_of(HOSTILE, st.sampled_from(words)), label=name)
            if data.draw(st.booleans(), label=f"{name} is sent"):
                told[name] = safe(value)
        assert status(browser.post(place, told)) < FAULT
        query = {re.sub(r"\W", "", name) or "q": value for name, value in told.items()}
        assert status(browser.get(place, query)) < FAULT

    sent()
