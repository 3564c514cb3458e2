"""The pages of outcomes in a real browser, whole on a desk and on a phone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from euthymia.clinic.outcomes.looking import look_at_all
from euthymia.clinic.outcomes.showing import picture
from euthymia.clinic.patients.models import Patient, Request
from euthymia.clinic.people.models import Clinic
from tests.clinic.browser_place import (
    CHROMIUM,
    MARKS,
    PHONE,
    WIDE,
    colleague,
    grave_faults,
    started,
)
from tests.clinic.browser_place import (
    opened as a_page,
)
from tests.clinic.conftest import access_for
from tests.clinic.rooms import adopt_all
from tests.clinic.treated import scored, someone, treated

pytestmark = MARKS
PICTURES = os.environ.get("EUTHYMIA_PICTURES")


@pytest.fixture(scope="module")
def browsers() -> Iterator[Any]:
    with started() as found:
        yield found


@pytest.fixture
def filled(clinic: Clinic, patient: Patient) -> Patient:
    """A clinic of eight who were treated, and one whose TMS does too little."""
    picture.cache_clear()
    doctor = access_for(clinic, "clinician")
    adopt_all(access_for(clinic, "director"))
    for number in range(2, 10):
        one = someone(clinic, number, sex="female")
        treated(one, "tms", range(60, 30, -1), by=doctor, ended=True)
        scored(one, "phq9", {62: 20, 29: 3 * number}, by=doctor)
        received = timezone.now() - timedelta(days=60 + 5 * number)
        Request.objects.create(clinic=clinic, patient=one, received=received, consent="1")
    treated(patient, "tms", [34, 33, 32, 31, 30, 27, 26, 25, 24, 23, *range(20, 0, -1)], by=doctor)
    scored(patient, "phq9", {36: 20, 28: 19, 21: 18, 14: 19, 2: 18}, by=doctor)
    scored(patient, "madrs", {36: 32, 15: 30, 2: 29}, by=doctor)
    look_at_all()
    return patient


def test_each_page_is_whole_and_without_a_grave_fault_on_desk_and_phone(
    browsers: Any, live_server: Any, clinic: Clinic, filled: Patient
) -> None:
    at = str(live_server.url)
    pages = {
        "patient": f"/clinic/patients/{filled.pk}/outcomes/",
        "clinic": "/clinic/outcomes/",
        "registry": "/clinic/outcomes/registry/",
    }
    who = colleague(clinic, "director")
    with browsers.launch(executable_path=CHROMIUM, args=["--no-sandbox"]) as chromium:
        for size in (WIDE, PHONE):
            page = a_page(chromium, size, signed_in=who.user, at=at)
            for name, address in pages.items():
                page.goto(f"{at}{address}")
                if PICTURES:
                    file = Path(PICTURES) / f"outcomes-{name}-{size['width']}.png"
                    page.screenshot(path=file, full_page=True)
                assert not grave_faults(page), name
                across = page.evaluate("document.documentElement.scrollWidth")
                assert across <= size["width"], name
            assert not page.complaints
