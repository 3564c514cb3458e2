"""A file of somebody else is shown, and offers no way into this chart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from euthymia.clinic.files import importing
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.models import Clinic
from tests.clinic import brought as f
from tests.clinic.conftest import Staff, access_for

TAKE_IN = '<button name="do" value="in">'


@pytest.fixture(autouse=True)
def _own_store(settings: Any, tmp_path: Path) -> None:
    settings.ATTACHMENTS = tmp_path / "attachments"


@pytest.mark.parametrize(("born", "offered"), [("1981-03-14", True), ("1990-01-01", False)])
def test_only_a_file_that_does_not_contradict_the_chart_offers_to_be_taken_in(
    staff: Staff, clinic: Clinic, patient: Patient, born: str, *, offered: bool
) -> None:
    content = f.bundle(f.person(born=born), f.diagnosis())
    batch = importing.bring(f.upload(content), patient, by=access_for(clinic, "nurse"))
    page = staff("nurse").get(f"/clinic/patients/{patient.pk}/files/import/{batch.pk}/")
    assert (TAKE_IN in page.content.decode()) is offered
    assert 'value="aside"' in page.content.decode()
