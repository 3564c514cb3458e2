"""The chart in a real browser: bars that are dragged, and two people at one entry."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from euthymia.clinic.patients import actions
from euthymia.clinic.patients.models import Entry, Patient
from euthymia.clinic.patients.parts import Part
from euthymia.clinic.people.models import Clinic
from tests.clinic.conftest import Staff, access_for

CHROMIUM = shutil.which("chromium")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
TRIAL = {"id": "t1", "drug": "sertraline", "dose_mg": 100}
Open = Callable[..., Any]

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
def opened(
    live_server: Any, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Any]]:
    """A page of the browser in which someone of a role is signed in: `opened("nurse", "/...")`."""
    playwright = pytest.importorskip("playwright.sync_api")
    monkeypatch.setitem(
        os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true"
    )  # it runs a loop of its own
    with playwright.sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))

        def page_for(role: str, address: str, *, width: int = 1280, scripts: bool = True) -> Any:
            context = browser.new_context(
                viewport={"width": width, "height": 900}, java_script_enabled=scripts
            )
            context.add_cookies([_cookie(staff(role), live_server.url)])
            page = context.new_page()
            page.goto(live_server.url + address)
            return page

        yield page_for
        browser.close()


def _cookie(signed_in: Client, address: str) -> dict[str, str]:
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": signed_in.cookies[name].value, "url": address}


@pytest.fixture
def trial(patient: Patient, clinic: Clinic) -> Entry:
    told = {**TRIAL, "start": "2025-01-06", "end": "2025-06-02"}
    return actions.add(patient, Part.TRIALS, told, by=access_for(clinic, "clinician"))


def saved(page: Any, trial: Entry) -> Any:
    page.get_by_role("button", name="Save the days").click()
    page.wait_for_url("**/patients/*/")
    trial.refresh_from_db()
    return trial.told


def drag(page: Any, element: Any, by: float) -> None:
    box = element.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by, y, steps=5)
    page.mouse.up()


def weeks(told: Any, name: str, before: str) -> float:
    return (date.fromisoformat(told[name]) - date.fromisoformat(before)).days / 7


def test_a_bar_that_is_dragged_moves_by_whole_weeks_and_keeps_its_length(
    opened: Open, trial: Entry, patient: Patient
) -> None:
    page = opened("nurse", f"/clinic/patients/{patient.pk}/timeline/")
    drag(page, page.locator(".bar-of-trial"), 60)
    told = saved(page, trial)
    moved = weeks(told, "start", "2025-01-06")
    assert moved > 0
    assert moved == int(moved) == weeks(told, "end", "2025-06-02")


def test_an_end_that_is_dragged_leaves_the_start_where_it_was(
    opened: Open, trial: Entry, patient: Patient
) -> None:
    page = opened("nurse", f"/clinic/patients/{patient.pk}/timeline/")
    drag(page, page.get_by_label("sertraline: Last day").and_(page.get_by_role("slider")), -40)
    told = saved(page, trial)
    assert told["start"] == "2025-01-06"
    assert weeks(told, "end", "2025-06-02") < 0


def test_arrow_keys_move_an_end_by_a_week(opened: Open, trial: Entry, patient: Patient) -> None:
    page = opened("nurse", f"/clinic/patients/{patient.pk}/timeline/")
    start = page.get_by_label("sertraline: First day").and_(page.get_by_role("slider"))
    start.focus()
    start.press("ArrowLeft")
    start.press("ArrowLeft")
    assert start.get_attribute("aria-valuetext") == "2024-12-23"
    told = saved(page, trial)
    assert (told["start"], told["end"]) == ("2024-12-23", "2025-06-02")


def test_the_same_days_can_be_typed_where_no_script_runs(
    opened: Open, trial: Entry, patient: Patient
) -> None:
    page = opened("nurse", f"/clinic/patients/{patient.pk}/timeline/", scripts=False)
    page.get_by_label("sertraline: First day").fill("2025-02-03")
    assert saved(page, trial)["start"] == "2025-02-03"


def test_two_editors_in_conflict_see_both_versions_and_keep_what_they_choose(
    opened: Open, trial: Entry, patient: Patient
) -> None:
    place = f"/clinic/patients/{patient.pk}/entries/{trial.pk}/"
    first, second = opened("nurse", place), opened("clinician", place)
    first.get_by_label("Mean daily dose, mg").fill("150")
    first.get_by_role("button", name="Save").click()
    second.get_by_label("Mean daily dose, mg").fill("200")
    second.get_by_label("Days at that dose").fill("56")
    second.get_by_role("button", name="Save").click()
    assert "Someone else was quicker" in second.locator("h1").inner_text()
    second.get_by_role("row", name="Mean daily dose").get_by_label("150").check()
    second.get_by_role("row", name="Days at that dose").get_by_label("56").check()
    second.get_by_role("button", name="Keep what I chose").click()
    second.wait_for_url("**/patients/*/")
    trial.refresh_from_db()
    assert (trial.told["dose_mg"], trial.told["days_at_dose"]) == (150, 56)


def test_the_note_on_a_dose_comes_while_it_is_typed_and_enter_saves(
    opened: Open, patient: Patient
) -> None:
    page = opened("nurse", f"/clinic/patients/{patient.pk}/new/trials/")
    page.get_by_role("combobox", name="Medicine (needed)").fill("wellbutrin")
    page.get_by_label("Mean daily dose, mg").fill("100")
    page.get_by_label("Days at that dose").click()
    page.locator("#dose-note", has_text="bupropion").wait_for()
    page.get_by_label("Days at that dose").press("Enter")
    page.wait_for_url("**/patients/*/")
    assert patient.entries.get().told == {"id": "t1", "drug": "wellbutrin", "dose_mg": 100}


PAGES = ("", "timeline/", "new/trials/", "new/screening.tass/", "new/scales/?instrument=phq9")


@pytest.mark.parametrize("width", [1280, 320])
def test_no_rule_of_accessibility_is_broken_and_nothing_scrolls_sideways(
    opened: Open, trial: Entry, patient: Patient, width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    for address in ("/clinic/patients/", "/clinic/requests/", *_of(patient)):
        page = opened("nurse", address, width=width)
        found = axe.Axe().run(page)
        assert found.violations_count == 0, (address, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        page.context.close()


def _of(patient: Patient) -> list[str]:
    return [f"/clinic/patients/{patient.pk}/{page}" for page in PAGES]
