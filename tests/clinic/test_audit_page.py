"""The auditor sees who saw what, and no patient's name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from euthymia.clinic.audit.models import Row
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.models import Clinic
from tests.clinic.conftest import Staff, person

pytestmark = pytest.mark.django_db
AUDIT = "/clinic/audit/"


@pytest.fixture
def auditor(staff: Staff) -> Client:
    return staff("auditor")


def shown(browser: Client, **asked: str) -> list[int]:
    """The numbers of the rows on the page."""
    return [one["row"].number for one in browser.get(AUDIT, asked).context["rows"]]


def test_the_page_names_people_and_charts_and_no_patient(
    auditor: Client, clinic: Clinic, patient: Patient
) -> None:
    nurse = person(clinic, "nurse").user
    Row.leave(clinic=clinic.pk, what="chart", who=nurse.pk, patient=patient.pk, why="asked")
    page = auditor.get(AUDIT).content.decode()
    assert nurse.name in page
    assert f"chart {patient.number}" in page
    assert patient.family_name not in page


def test_looking_at_the_audit_is_itself_noted(auditor: Client, clinic: Clinic) -> None:
    auditor.get(AUDIT, {"patient": "5"})
    row = Row.objects.filter(clinic=clinic.pk).order_by("-number").first()
    assert row is not None
    assert (row.what, row.role, row.about) == ("audit", "auditor", {"of": "5"})


def test_rows_are_found_by_the_number_of_a_chart_without_it_in_the_address(
    auditor: Client, clinic: Clinic, patient: Patient
) -> None:
    wanted = Row.leave(clinic=clinic.pk, what="chart", patient=patient.pk)
    Row.leave(clinic=clinic.pk, what="chart", patient=patient.pk + 1)
    led = auditor.post(AUDIT, {"chart": patient.number}).headers["Location"]
    assert led == f"{AUDIT}?patient={patient.pk}"
    assert [one["row"].number for one in auditor.get(led).context["rows"]] == [wanted.number]


@pytest.mark.parametrize("told", [{"chart": "99"}, {"chart": "x"}, {"day": "13/13/2026"}])
def test_what_cannot_be_asked_is_said(auditor: Client, told: dict[str, str]) -> None:
    answer = auditor.post(AUDIT, told)
    assert answer.status_code == 422
    assert b"There is a problem" in answer.content


def test_rows_are_found_by_person(auditor: Client, clinic: Clinic) -> None:
    nurse = person(clinic, "nurse").user
    wanted = Row.leave(clinic=clinic.pk, what="chart", who=nurse.pk)
    Row.leave(clinic=clinic.pk, what="chart", who=nurse.pk + 100)
    led = auditor.post(AUDIT, {"who": nurse.pk}).headers["Location"]
    assert [one["row"].number for one in auditor.get(led).context["rows"]] == [wanted.number]


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        (datetime(2026, 3, 8, 4, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 8, 5, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 9, 3, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 9, 4, 0, tzinfo=UTC), False),
    ],
)
def test_a_day_is_a_day_of_the_clinic_even_when_clocks_change(
    auditor: Client, clinic: Clinic, moment: datetime, there: bool
) -> None:
    """In New York the 8th of March 2026 has 23 hours."""
    with time_machine.travel(moment, tick=False):
        row = Row.leave(clinic=clinic.pk, what="chart")
    assert (row.number in shown(auditor, day="2026-03-08")) is there


def test_all_rows_are_reached_page_by_page(auditor: Client, clinic: Clinic) -> None:
    for number in range(130):
        Row.leave(clinic=clinic.pk, what="chart", who=number, patient=7)
    found, where = [], f"{AUDIT}?patient=7"
    while where:
        told = auditor.get(where).context
        found += [one["row"].who for one in told["rows"]]
        where = told["older"]
    assert found == list(range(129, -1, -1))


def test_no_row_of_another_clinic_is_shown(auditor: Client, other_clinic: Clinic) -> None:
    row = Row.leave(clinic=other_clinic.pk, what="seen_elsewhere")
    page = auditor.get(AUDIT).content.decode()
    assert (row.what.replace("_", " ") in page, shown(auditor, who="0")) == (False, [])


def test_a_broken_chain_is_said_first(auditor: Client, clinic: Clinic) -> None:
    row = Row.leave(clinic=clinic.pk, what="chart")
    Row(
        clinic=clinic.pk, number=row.number + 1, at=row.at, who=1, what="forged",
        outcome="done", seal="0" * 64,
    ).save()  # fmt: skip
    assert b"The chain is broken" in auditor.get(AUDIT).content


@pytest.mark.parametrize(
    "asked", [{"patient": "9" * 30}, {"who": "-1"}, {"day": "x"}, {"before": "²"}]
)
def test_a_made_up_address_is_no_fault(auditor: Client, asked: dict[str, str]) -> None:
    assert auditor.get(AUDIT, asked).status_code == 200
