"""A number beyond measure, or none at all, is a number that nobody has: never a fault of ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from euthymia.clinic.audit.chain import verify
from euthymia.clinic.door.walk import kept
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.numbers import LARGEST, number_in
from euthymia.clinic.work.actions import ask_staff
from tests.clinic.conftest import Staff

ODD = ("9" * 30, "9" * 5000, "²", "٣", "-1", "1.5", "x", "", "1\x00", " ")
CLINIC = {"name": "Harbour Clinic", "country": "US", "zone": "America/New_York"}
BY_GET = (
    ("nurse", "/clinic/patients/", "page"),
    ("nurse", "/clinic/requests/", "page"),
    ("auditor", "/clinic/audit/", "patient"),
    ("auditor", "/clinic/audit/", "who"),
    ("auditor", "/clinic/audit/", "before"),
)
BY_POST: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("nurse", "/clinic/patients/", {"q": "#"}),
    ("nurse", "/clinic/patients/", {"q": "a", "page": "#"}),
    ("nurse", "/clinic/me/place/", {"place": "#"}),
    ("admin", "/clinic/settings/", {**CLINIC, "version": "#"}),
    ("director", "/clinic/knowledge/", {"take_back": "#", "why": "wrong"}),
    ("director", "/clinic/retention/", {"years": "#"}),
    ("clinician", "/clinic/patients/{patient}/rights/merge/", {"number": "#", "why": "the same"}),
    ("auditor", "/clinic/audit/", {"chart": "#"}),
    ("nurse", "/clinic/tasks/{task}/", {"version": "#", "how": "done"}),
    ("nurse", "/clinic/tasks/{task}/take/", {"version": "#"}),
)
ADDRESSES = (
    ("clinician", "/clinic/patients/{}/"),
    ("nurse", "/clinic/requests/{}/"),
    ("nurse", "/clinic/tasks/{}/"),
    ("admin", "/clinic/people/{}/"),
    ("nurse", "/clinic/import/{}/"),
)


@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_number_of_a_row_is_none(odd: str) -> None:
    assert number_in(odd) is None


@pytest.mark.parametrize("number", [0, 1, LARGEST])
def test_a_number_of_a_row_is_itself(number: int) -> None:
    assert number_in(str(number)) == number
    assert number_in(str(LARGEST + 1)) is None


@pytest.mark.parametrize(("role", "place", "name"), BY_GET)
def test_an_odd_number_asked_for_is_passed_over(
    role: str, place: str, name: str, staff: Staff
) -> None:
    browser = staff(role)
    assert [browser.get(place, {name: odd}).status_code for odd in ODD] == [200] * len(ODD)


@pytest.mark.parametrize(("role", "place", "told"), BY_POST)
def test_an_odd_number_in_a_form_is_answered(
    role: str, place: str, told: Mapping[str, str], staff: Staff, patient: Patient
) -> None:
    task = ask_staff(patient.clinic, "other", "Call.", within=timedelta(hours=1), role=role)
    browser, at = staff(role), place.format(patient=patient.pk, task=task.pk)
    for odd in ODD:
        sent = {name: value.replace("#", odd) for name, value in told.items()}
        assert browser.post(at, sent).status_code < 500


@pytest.mark.parametrize(("role", "place"), ADDRESSES)
def test_a_number_that_no_row_has_is_not_there_and_the_audit_still_holds(
    role: str, place: str, staff: Staff, patient: Patient
) -> None:
    browser = staff(role)
    for number in (LARGEST, LARGEST + 1, "9" * 30, "9" * 5000):
        assert browser.get(place.format(number)).status_code == 404
    assert verify(patient.clinic_id) == []


def test_an_upload_whose_length_is_beyond_measure_is_too_long(staff: Staff) -> None:
    browser = staff("nurse")
    for length, status in (("9" * 5000, 413), ("9" * 30, 413), ("²", 422), ("", 422)):
        assert browser.post("/clinic/import/", {}, CONTENT_LENGTH=length).status_code == status


def test_in_the_self_check_a_medicine_of_an_odd_number_is_none_of_those_told() -> None:
    told = {"trials": [{"drug": "sertraline"}]}
    for odd in ODD:
        assert kept(told, None, f"remove-{odd}") == told
