"""What a page, its headers, its address, a log and a fault may show: never a patient."""

from __future__ import annotations

import logging
import re
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from euthymia.clinic.audit.models import Row
from euthymia.clinic.look.logs import WithoutPatients
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.models import Clinic
from tests.clinic import matrix
from tests.clinic.conftest import Staff, person
from tests.clinic.objects import Owner, address
from tests.clinic.raising import FAULTS

pytestmark = pytest.mark.django_db
TOLD = {
    "family_name": "Zqfamilycanary",
    "given_name": "Zqgivencanary",
    "birth_date": date(1931, 3, 14),
    "phone": "555-0177-canary",
    "email": "zqcanary@example.org",
}
CANARIES = ["Zqfamily", "Zqgiven", "1931", "0177", "zqcanary"]


@pytest.fixture
def canary(clinic: Clinic) -> Patient:
    return Patient.objects.create(clinic=clinic, number=77, sex="female", **TOLD)


@pytest.fixture
def log() -> Any:
    """Every line that would reach the console, as it would stand there."""
    handler = _Lines()
    handler.addFilter(WithoutPatients())
    logging.getLogger().addHandler(handler)
    logging.getLogger("django").addHandler(handler)
    yield handler.lines
    logging.getLogger().removeHandler(handler)
    logging.getLogger("django").removeHandler(handler)


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name} {record.getMessage()}")


def pages(staff: Staff, canary: Patient, clinic: Clinic) -> list[tuple[str, HttpResponse]]:
    """The answer of every route to a role that may read it, with this patient's numbers."""
    owner = Owner(canary, person(clinic, "nurse").user)
    browsers = {role: staff(role) for role in ("director", "admin", "auditor")}
    found: list[tuple[str, HttpResponse]] = []
    for route in matrix.routes():
        told = matrix.verdicts(route, "GET")
        role = next((role for role in browsers if told[role] == "may"), "director")
        where = address(route, owner)
        found.append((where, browsers[role].get(where)))  # type: ignore[arg-type]
        found[-1][1].close()
    return found


@pytest.fixture(scope="module")
def asked_once() -> list[tuple[str, HttpResponse]]:
    return []


@pytest.fixture
def answers(
    asked_once: list[tuple[str, HttpResponse]], staff: Staff, canary: Patient, clinic: Clinic
) -> list[tuple[str, HttpResponse]]:
    """The answers of the first test that asked: they need no database to be looked at."""
    if not asked_once:
        asked_once += pages(staff, canary, clinic)
    return asked_once


def test_no_answer_is_kept_by_a_browser(answers: list[tuple[str, HttpResponse]]) -> None:
    kept = [where for where, answer in answers if "no-store" not in answer["Cache-Control"]]
    assert kept == []


def test_every_answer_says_what_a_page_may_load(answers: list[tuple[str, HttpResponse]]) -> None:
    pages = [answer for _, answer in answers if not answer.streaming]  # a file has a box of its own
    policies = {answer["Content-Security-Policy"] for answer in pages}
    (policy,) = policies
    assert "default-src 'none'" in policy
    assert not re.search(r"unsafe|https?:|\*", policy)


def test_every_answer_carries_the_safe_headers(answers: list[tuple[str, HttpResponse]]) -> None:
    wanted = {
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    wrong = [(w, n) for w, a in answers for n, v in wanted.items() if a.headers.get(n) != v]
    assert wrong == []


def test_every_text_says_in_which_letters_it_is_written(
    answers: list[tuple[str, HttpResponse]],
) -> None:
    told = {where: answer.headers.get("Content-Type", "") for where, answer in answers}
    texts = {where: kind for where, kind in told.items() if kind.startswith(("text/", "appl"))}
    wrong = {w: k for w, k in texts.items() if "charset=utf-8" not in k and "/pdf" not in k}
    assert any("text/html" in kind for kind in texts.values())
    assert wrong == {}


class _Page(HTMLParser):
    """What a page has that a strict policy forbids, its title, and where it leads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.leads: list[str] = []
        self.title = ""
        self._in_title = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self._in_title = tag == "title"
        if tag == "script" and "src" not in told and told.get("type") != "application/json":
            self.inline.append("script")
        self.inline += [name for name in told if name == "style" or name.startswith("on")]
        self.inline += ["style"] if tag == "style" else []
        self.leads += [told[name] or "" for name in ("src", "href", "action") if told.get(name)]

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        self.title += data if self._in_title else ""


def read(answers: list[tuple[str, HttpResponse]]) -> dict[str, _Page]:
    return {
        where: _Page(answer.content.decode())
        for where, answer in answers
        if not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html")
    }


def test_no_page_has_anything_inline(answers: list[tuple[str, HttpResponse]]) -> None:
    found = {where: page.inline for where, page in read(answers).items() if page.inline}
    assert found == {}


def test_no_page_loads_anything_from_elsewhere(answers: list[tuple[str, HttpResponse]]) -> None:
    loaded = [
        (where, link)
        for where, answer in answers
        if not answer.streaming
        for link in re.findall(rb'(?:src|srcset|poster)="([^"]+)"', answer.content)
        if not link.startswith((b"/", b"data:"))
    ]
    assert loaded == []


def test_no_title_and_no_address_holds_a_patient(answers: list[tuple[str, HttpResponse]]) -> None:
    told = [
        (where, text)
        for where, page in read(answers).items()
        for text in (page.title, *(link for link in page.leads if link[:4] not in ("mail", "tel:")))
        for canary in CANARIES
        if canary in text
    ]
    led = [a.headers["Location"] for _, a in answers if "Location" in a.headers]
    assert (told, [at for at in led if any(c in at for c in CANARIES)]) == ([], [])


# Faults and logs


@pytest.mark.parametrize("how", sorted(FAULTS))
def test_no_fault_shows_a_patient(canary: Patient, settings: Any, log: list[str], how: str) -> None:
    settings.ROOT_URLCONF = "tests.clinic.raising"
    browser = Client(raise_request_exception=False)
    answer = browser.get(f"/fails/{how}/", {"name": TOLD["family_name"]})
    assert answer.status_code >= 400
    told = answer.content.decode() + str(dict(answer.headers)) + "\n".join(log)
    assert log
    assert [canary for canary in CANARIES if canary in told] == []


@pytest.mark.parametrize(
    "asked",
    [
        ("get", "/nowhere/Zqfamilycanary/"),
        ("get", "/clinic/patients/", {"find": "Zqfamilycanary"}),
        ("post", "/clinic/patients/new/", {"family_name": "Zqfamilycanary"}),
        ("post", "/account/login/", {"login": "zqcanary@example.org", "password": "0177"}),
        ("generic", "BREW", "/clinic/patients/"),
    ],
)
def test_no_answer_above_400_puts_a_patient_into_the_log(
    canary: Patient, staff: Staff, log: list[str], asked: tuple[Any, ...]
) -> None:
    for browser in (staff("nurse"), staff("auditor"), Client()):
        getattr(browser, asked[0])(*asked[1:])
    assert [line for line in log for canary in CANARIES if canary in line] == []


def test_a_form_without_its_token_says_nothing_of_what_was_in_it(
    canary: Patient, clinic: Clinic, log: list[str]
) -> None:
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post("/clinic/patients/new/", TOLD)
    told = answer.content.decode() + "\n".join(log)
    assert answer.status_code == 403
    assert [canary for canary in CANARIES if canary in told] == []


def test_a_message_on_a_page_never_travels_in_a_cookie(staff: Staff, clinic: Clinic) -> None:
    director = staff("director")
    whole = {"name": "H", "zone": "America/Chicago", "country": "us", "version": clinic.version}
    director.post("/clinic/settings/", whole)
    assert set(director.cookies) <= {"session", "csrf", "language"}


def test_after_signing_out_the_page_before_is_not_there(staff: Staff, canary: Patient) -> None:
    nurse = staff("nurse")
    where = f"/clinic/patients/{canary.pk}/"
    assert TOLD["family_name"] in nurse.get(where).content.decode()
    nurse.post("/account/logout/")
    assert nurse.get(where).headers["Location"].startswith("/account/login/")


# R18


def test_every_route_that_shows_a_patient_leaves_a_row(
    staff: Staff, canary: Patient, clinic: Clinic
) -> None:
    """Of each answer in which a patient's name stands, a row says who saw it."""
    owner = Owner(canary, person(clinic, "nurse").user)
    director, silent = staff("director"), []
    for route in matrix.routes():
        before = Row.objects.count()
        answer = director.get(address(route, owner))
        answer.close()
        shown = not answer.streaming and TOLD["family_name"].encode() in answer.content
        if shown and Row.objects.count() == before:
            silent.append(route.pattern)
    assert silent == []
