"""The plan for recovery in a real browser: written with the patient, two editors, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.people.roles import Role
from tests.clinic.browser_place import (
    CHROMIUM,
    MARKS,
    WIDE,
    colleague,
    require_quiet,
    started,
)
from tests.clinic.browser_place import (
    opened as a_page,
)
from tests.clinic.test_stock_browser import looked_at

pytestmark = MARKS


@pytest.fixture
def chromium() -> Iterator[Any]:
    with (
        started() as found,
        found.launch(executable_path=CHROMIUM, args=["--no-sandbox"]) as browser,
    ):
        yield browser


def test_two_write_the_plan_and_neither_loses_a_word(
    chromium: Any, live_server: Any, clinic: Clinic, patient: Patient
) -> None:
    at = str(live_server.url)
    first, second = (
        a_page(chromium, WIDE, signed_in=colleague(clinic, role).user, at=at)
        for role in (Role.NURSE, Role.CLINICIAN)
    )
    for page in (first, second):
        page.goto(f"{at}/clinic/patients/{patient.pk}/")
        page.click("text=Recovery")
        page.click("text=Begin the plan")
    first.fill("[name=early_signs]", "I stop answering the phone.")
    first.check("[name=with_patient]")
    first.click("text=Keep this version")
    first.wait_for_selector("text=made with the patient")
    second.fill("[name=early_signs]", "I sleep by day.")
    second.click("text=Keep this version")
    second.wait_for_selector("text=Someone else was quicker")
    looked_at(second, "recovery-quicker")
    second.fill("[name=early_signs]", "I stop answering the phone, and sleep by day.")
    second.click("text=Keep this version")
    second.wait_for_selector("text=Version 1")
    looked_at(second, "recovery")
    second.click("text=Print")
    second.wait_for_selector("text=and sleep by day")
    looked_at(second, "recovery-paper")
    require_quiet(second)
