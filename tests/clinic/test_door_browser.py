"""The door as a telephone shows it: from the self-check to a request, with and without scripts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from euthymia.clinic.door.models import Price
from euthymia.clinic.patients.models import Request
from euthymia.clinic.people.models import Clinic
from tests.clinic.door_walk import READ, STEPS

CHROMIUM = shutil.which("chromium")
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 900}
MOST_BYTES = 200_000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        CHROMIUM is None, reason="no chromium here: apt-get install -y chromium brings it"
    ),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def address(live_server: Any, clinic: Clinic) -> str:
    """Where the door stands, with a price, so that every page of it is shown."""
    Price.objects.create(clinic=clinic, what="tms", says="$250 a session")
    return f"{live_server.url}/at/harbour/"


@pytest.fixture
def chromium(address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A browser. Its own loop runs in this thread, which the framework must bear meanwhile."""
    playwright = pytest.importorskip("playwright.sync_api")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with playwright.sync_playwright() as tools:
        started = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


def opened(chromium: Any, size: dict[str, int], **more: Any) -> Any:
    """A page of a fresh browser; what it complains of and asks others for is collected."""
    page = chromium.new_context(viewport=size, **more).new_page()
    page.complaints, page.asked = [], []
    page.on("console", lambda said: page.complaints.append(f"{said.type}: {said.text}"))
    page.on("pageerror", lambda fault: page.complaints.append(str(fault)))
    page.on("request", lambda request: page.asked.append(request.url))
    return page


def press(page: Any, go: str = "next") -> None:
    page.click(f'main button[value="{go}"]')
    page.wait_for_selector("html:not([aria-busy])")  # the next page is put in place of this one


def go_through(page: Any, address: str) -> Iterator[str]:
    """The self-check with a sign of suicide, up to the summary; yields each page's name."""
    page.goto(f"{address}check/")
    yield "start"
    press(page)
    for step in STEPS:
        yield step
        if step == "you":
            page.fill("[name=age]", "47")
        if step == "tried":
            page.fill("[name=drug]", "sertraline")
            page.fill("[name=weeks]", "8")
            press(page, "add")
        if step == "thoughts":
            page.check('[name=phq9_9][value="1"]')
            press(page)
            yield "help"
        if step == "head":
            page.check("[value=metal]")
        press(page)
    yield "summary"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_telephone_leads_from_the_self_check_to_a_request(
    chromium: Any, address: str, scripts: bool
) -> None:
    page = opened(chromium, PHONE, java_script_enabled=scripts)
    passed = list(go_through(page, address))
    assert passed.index("help") == passed.index("thoughts") + 1
    assert "sertraline, 8 weeks" in page.inner_text("main")
    press(page, "open")
    page.fill("[name=given_name]", "Ana")
    page.fill("[name=family_name]", "Ferreira")
    page.fill("[name=birth_date]", "1979-02-03")
    page.fill("[name=phone]", "555 0199")
    page.check("[name=with_answers][value=yes]")
    press(page, "send")
    assert "Tick this box" in page.inner_text("main")
    page.check("[name=consent]")
    press(page, "send")
    assert page.url == f"{address}ask/sent/first/"
    request = Request.objects.get()
    assert request.urgent
    assert request.told["screening"]["tass"] == {"metal_in_head_or_neck": "yes"}
    assert page.complaints == []


def settled(page: Any, heading: str) -> None:
    """Waits for a page of the self-check that the browser's own buttons lead to."""
    page.wait_for_selector(f'h1:text-is("{heading}")')
    page.wait_for_selector("html:not([aria-busy])")


def test_the_buttons_of_the_browser_lose_nothing_and_ask_nothing(
    chromium: Any, address: str
) -> None:
    page = opened(chromium, PHONE)
    way = go_through(page, address)
    while next(way) != "others":
        pass
    page.reload()
    settled(page, "Other things you tried")
    page.check("[value=talk]")
    page.go_back()
    settled(page, "Medicines you tried")
    assert "sertraline, 8 weeks" in page.inner_text("main")
    page.go_back()
    page.wait_for_selector("html:not([aria-busy])")
    page.go_back()
    settled(page, "About you")
    assert page.input_value("[name=age]") == "47"
    page.go_forward()
    page.wait_for_selector("html:not([aria-busy])")
    press(page)
    settled(page, "Other things you tried")
    assert page.is_checked("[value=talk]")
    assert page.complaints == []


def test_who_leaves_the_self_check_and_comes_back_finds_the_answers(
    chromium: Any, address: str
) -> None:
    page = opened(chromium, PHONE)
    way = go_through(page, address)
    while next(way) != "others":
        pass
    page.click("header .brand")
    page.go_back()
    settled(page, "Other things you tried")
    press(page, "back")
    assert "sertraline, 8 weeks" in page.inner_text("main")


def test_a_server_that_fails_for_a_while_loses_no_answer(chromium: Any, address: str) -> None:
    page = opened(chromium, PHONE)
    way = go_through(page, address)
    while next(way) != "others":
        pass
    page.check("[value=talk]")
    page.route("**/check/**/", fails)
    page.click('main button[value="next"]')
    page.wait_for_selector("#failed")
    assert page.is_checked("[value=talk]")
    page.go_back()
    page.wait_for_selector("#failed")
    assert page.is_checked("[value=talk]")
    page.reload()
    page.wait_for_selector("#failed")
    page.unroute("**/check/**/")
    page.click("#failed button")
    settled(page, "Other things you tried")
    press(page, "back")
    assert "sertraline, 8 weeks" in page.inner_text("main")


def fails(route: Any) -> None:
    """Answers as a proxy does whose server is away."""
    if route.request.method == "POST":
        route.fulfill(status=502, content_type="text/html", body="<h1>Bad Gateway</h1>")
    else:
        route.continue_()


def test_answers_that_were_cleared_come_back_by_no_button(chromium: Any, address: str) -> None:
    page = opened(chromium, PHONE)
    way = go_through(page, address)
    while next(way) != "others":
        pass
    press(page, "clear")
    press(page, "wipe")
    for _ in range(3):
        page.go_back()
        page.wait_for_selector("html:not([aria-busy])")
        assert "sertraline" not in page.inner_text("main")
    page.reload()
    page.wait_for_selector("html:not([aria-busy])")
    assert "sertraline" not in page.inner_text("main")


def test_no_address_of_the_self_check_tells_an_answer_or_a_page(
    chromium: Any, address: str
) -> None:
    page = opened(chromium, PHONE)
    for _ in go_through(page, address):
        assert page.url == f"{address}check/"


def test_nothing_is_asked_of_another_host_and_nothing_kept(chromium: Any, address: str) -> None:
    page = opened(chromium, PHONE)
    list(go_through(page, address))
    host = address.removesuffix("at/harbour/")
    assert {url for url in page.asked if not url.startswith((host, "data:"))} == set()
    assert {cookie["name"] for cookie in page.context.cookies()} == {"csrf"}
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.complaints == []


@pytest.mark.parametrize(
    ("language", "size"),
    [("en", PHONE), ("es", PHONE), ("en", WIDE)],
    ids=["narrow", "narrow-es", "wide"],
)
def test_every_page_is_accessible_light_and_within_its_screen(
    chromium: Any, address: str, language: str, size: dict[str, int]
) -> None:
    page = opened(chromium, size, locale=language)
    for path in READ:
        page.goto(f"{address}{path}")
        require_good(page, path)
    for name in go_through(page, address):
        require_good(page, name)
    press(page, "open")
    press(page, "send")
    require_good(page, "errors")


def require_good(page: Any, name: str) -> None:
    """No fault of accessibility, no sideways scroll, the right language, and a light page."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if not outside(one)] == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    assert len(page.content()) < MOST_BYTES, name


def outside(fault: dict[str, Any]) -> bool:
    """Whether it is only the banner of the demonstration, which is no part of the door."""
    return bool(fault["id"] == "region" and all("demo" in n["html"] for n in fault["nodes"]))


def test_a_page_left_alone_warns_that_answers_are_still_there(chromium: Any, address: str) -> None:
    page = opened(chromium, PHONE)
    page.clock.install()
    page.goto(f"{address}check/")
    press(page)
    page.clock.fast_forward("11:00")
    assert "Your answers are still on this page" in page.inner_text("#away")


def test_the_language_is_switched_in_the_middle_without_a_loss(chromium: Any, address: str) -> None:
    page = opened(chromium, PHONE)
    way = go_through(page, address)
    while next(way) != "tried":
        pass
    page.click("header button[value=in-es]")
    page.wait_for_selector("html[lang=es]:not([aria-busy])")
    press(page, "back")
    assert page.input_value("[name=age]") == "47"
