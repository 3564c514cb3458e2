"""The ledger in a real browser: counted, drawn for an infusion, and the rest wasted by two."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from euthymia.clinic.courses.models import Session
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.people.roles import Role
from euthymia.clinic.stock import actions
from euthymia.clinic.stock.models import Lot
from tests.clinic.browser_place import (
    CHROMIUM,
    MARKS,
    PHONE,
    WIDE,
    Colleague,
    colleague,
    grave_faults,
    require_quiet,
    started,
)
from tests.clinic.browser_place import (
    opened as a_page,
)
from tests.clinic.conftest import PASSWORD, access_for
from tests.clinic.rooms import opened
from tests.clinic.test_courses import INFUSION
from tests.clinic.test_stock import box

pytestmark = MARKS
PICTURES = os.environ.get("EUTHYMIA_PICTURES")


@pytest.fixture
def chromium() -> Iterator[Any]:
    with (
        started() as found,
        found.launch(executable_path=CHROMIUM, args=["--no-sandbox"]) as browser,
    ):
        yield browser


@pytest.fixture
def lot(clinic: Clinic) -> Lot:
    return actions.receive(clinic, box(), 10, by=access_for(clinic, "nurse")).lot


@pytest.fixture
def session(clinic: Clinic, patient: Patient) -> Session:
    return opened(patient, INFUSION, by=access_for(clinic, "clinician"))


def looked_at(page: Any, name: str) -> None:
    said = list(page.complaints)
    assert not grave_faults(page), grave_faults(page)
    page.complaints[:] = said  # what axe tries on a page, the page's own policy refuses it
    if PICTURES:
        for size in (PHONE, WIDE):
            page.set_viewport_size(size)
            page.screenshot(path=str(Path(PICTURES, f"{name}-{size['width']}.png")), full_page=True)
        page.complaints[:] = said


def draw_and_waste(page: Any, second: Colleague) -> None:
    page.fill("form[action$='/drawn/'] [name=containers]", "1")
    page.select_option("form[action$='/drawn/'] [name=lot]", index=1)
    page.click("text=Draw it")
    page.fill("form[action$='/given/'] [name=mg]", "40")
    page.click("text=It was given")
    page.wait_for_selector("dd:has-text('60.00 mg')")
    waste = "form[action$='/wasted/'] "
    page.fill(f"{waste}[name=mg]", "60")
    page.fill(f"{waste}[name=login]", second.user.email)
    page.fill(f"{waste}[name=password]", PASSWORD)
    page.fill(f"{waste}[name=code]", second.code())
    page.click("text=Sign, both")


def test_an_infusion_comes_out_even_and_the_cupboard_is_counted(
    chromium: Any, live_server: Any, clinic: Clinic, session: Session, lot: Lot
) -> None:
    at, nurse = str(live_server.url), colleague(clinic, Role.NURSE)
    page = a_page(chromium, WIDE, signed_in=nurse.user, at=at)
    page.goto(f"{at}/clinic/patients/{session.patient_id}/courses/sessions/{session.pk}/")
    page.click("text=Drawn, given, wasted")
    draw_and_waste(page, colleague(clinic, Role.NURSE))
    page.wait_for_selector("dd:has-text('0 mg') >> .good")
    looked_at(page, "stock-session")
    page.click("nav >> text=Stock")
    page.wait_for_selector("text=not counted today")
    page.click("main >> a:has-text('Count')")
    page.fill(f"[name=lot_{lot.pk}]", "8")
    looked_at(page, "stock-count")
    page.click("text=These lie there")
    page.wait_for_selector("text=the ledger says 9")
    page.click("text=To the ledger")
    looked_at(page, "stock-ledger")
    require_quiet(page)
