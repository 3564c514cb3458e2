"""The first page: how many safety tasks are open in the clinic is everybody's to know."""

from __future__ import annotations

import re

import pytest

from euthymia.clinic.people.models import Clinic
from euthymia.clinic.people.roles import May, Role
from euthymia.clinic.work.actions import ring
from tests.clinic.conftest import Staff, access_for


@pytest.mark.parametrize("role", Role.values)
def test_every_role_sees_how_many_safety_tasks_are_open_and_only_some_may_open_them(
    staff: Staff, clinic: Clinic, other_clinic: Clinic, role: str
) -> None:
    owner = access_for(clinic, "clinician")
    for where, patient in ((clinic, 1), (clinic, 2), (other_clinic, 3)):
        ring(where, says="see to it", patient=patient, owner=owner.user if patient == 1 else None)
    page = staff(role).get("/clinic/").content.decode()
    found = re.search(
        r'(<a href="[^"]*"|<p)><span class="count">(\d+)</span> safety tasks open', page
    )
    assert found is not None
    assert found[2] == "2"
    assert found[1].startswith("<a") == access_for(clinic, role).may(May.SEE_NAMES)
    assert "see to it" not in page
