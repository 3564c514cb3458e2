"""No route opens unless its view says who may come in."""

from __future__ import annotations

import pytest
from django.test import Client

from euthymia.clinic.audit.models import Row
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.models import Clinic
from tests.clinic.conftest import Staff


def test_a_chart_is_shown_to_a_nurse_and_leaves_a_row(staff: Staff, patient: Patient) -> None:
    answer = staff("nurse").get(f"/clinic/patients/{patient.pk}/")
    assert answer.status_code == 200
    row = Row.objects.get(what="chart")
    assert (row.patient, row.role, row.outcome) == (patient.pk, "nurse", "done")


def test_a_chart_of_another_clinic_does_not_exist(
    staff: Staff, patient: Patient, other_clinic: Clinic
) -> None:
    answer = staff("clinician", other_clinic).get(f"/clinic/patients/{patient.pk}/")
    assert answer.status_code == 404


def test_the_front_desk_sees_no_chart_and_the_refusal_is_noted(
    staff: Staff, patient: Patient
) -> None:
    assert staff("front_desk").get(f"/clinic/patients/{patient.pk}/").status_code == 404
    assert Row.objects.get(what="chart").outcome == "refused"


def test_who_is_not_signed_in_is_led_to_the_sign_in(client: Client, patient: Patient) -> None:
    answer = client.get(f"/clinic/patients/{patient.pk}/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/login/")


@pytest.mark.django_db
def test_an_address_nobody_vouched_for_is_shut(client: Client) -> None:
    assert client.get("/account/signup/").status_code == 404
