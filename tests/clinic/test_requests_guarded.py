"""What someone told with a request is guarded as their chart is; so is whom it is set beside."""

from __future__ import annotations

from datetime import date

import pytest

from euthymia.clinic.audit.models import Row
from euthymia.clinic.patients import arrivals
from euthymia.clinic.patients.models import Patient, Request
from euthymia.clinic.people.models import Clinic, User
from tests.clinic.conftest import Staff, access_for
from tests.clinic.test_requests_queue import TOLD, at, words_of

WHO = {"given_name": "Ana", "family_name": "Ferreira", "birth_date": date(1981, 3, 14)}
GUARDED = "A guarded chart may be the same person"


@pytest.fixture
def guarded(patient: Patient) -> Patient:
    Patient.objects.filter(pk=patient.pk).update(guarded=True, phone="555 0199")
    patient.refresh_from_db()
    return patient


@pytest.fixture
def asked(clinic: Clinic) -> Request:
    return Request.objects.create(clinic=clinic, told=TOLD, summary=["PHQ-9: 17"], **WHO)


@pytest.fixture
def settled(asked: Request, guarded: Patient) -> Request:
    Request.objects.filter(pk=asked.pk).update(patient=guarded, state="accepted")
    asked.refresh_from_db()
    return asked


@pytest.mark.parametrize("role", ["clinician", "nurse", "front_desk"])
def test_a_request_that_became_a_guarded_chart_is_not_there_for_whoever_is_not_of_the_team(
    role: str, staff: Staff, settled: Request
) -> None:
    browser = staff(role)
    for steps in ((), ("accept",), ("close",)):
        assert browser.get(at(settled, *steps)).status_code == 404
    assert "Ferreira" not in words_of(browser.get("/clinic/requests/?settled=1"))


def test_the_care_team_still_reads_it_and_the_audit_says_whose_chart_it_is(
    staff: Staff, settled: Request, guarded: Patient
) -> None:
    browser = staff("nurse")
    guarded.care_team.add(User.objects.get())
    assert "PHQ-9: 17" in words_of(browser.get(at(settled)))
    assert "Ferreira" in words_of(browser.get("/clinic/requests/?settled=1"))
    assert Row.objects.filter(what="request", patient=guarded.pk, outcome="done").count() == 1


def test_with_the_glass_broken_it_is_read_for_the_reason_that_was_given(
    staff: Staff, settled: Request, guarded: Patient
) -> None:
    browser = staff("nurse")
    browser.post(f"/clinic/patients/{guarded.pk}/open/", {"reason": "called by the ambulance"})
    assert "PHQ-9: 17" in words_of(browser.get(at(settled)))
    assert Row.objects.get(what="request", outcome="done").why == "called by the ambulance"


@pytest.mark.parametrize("role", ["clinician", "front_desk"])
def test_a_guarded_look_alike_is_neither_shown_beside_a_request_nor_written_to(
    role: str, staff: Staff, asked: Request, guarded: Patient
) -> None:
    browser = staff(role)
    page = words_of(browser.get(at(asked, "accept")))
    assert GUARDED in page
    assert "555 0199" not in page
    assert "Chart 1" not in page
    told = {"who": guarded.pk, "version": 1}
    assert browser.post(at(asked, "accept"), told).status_code == 422
    assert not guarded.entries.exists()


def test_the_team_of_a_guarded_chart_takes_a_request_into_it(
    staff: Staff, asked: Request, guarded: Patient
) -> None:
    browser = staff("nurse")
    guarded.care_team.add(User.objects.get())
    page = words_of(browser.get(at(asked, "accept")))
    assert "The same person as chart 1" in page
    assert GUARDED not in page
    browser.post(at(asked, "accept"), {"who": guarded.pk, "version": 1})
    assert guarded.entries.count() == 2


def test_nothing_is_taken_into_a_chart_that_was_guarded_meanwhile(
    asked: Request, guarded: Patient
) -> None:
    with pytest.raises(Patient.DoesNotExist):
        arrivals.accept(asked, guarded, version=1, by=access_for(guarded.clinic, "clinician"))
    assert not guarded.entries.exists()


def test_who_opens_a_new_chart_is_not_told_how_to_reach_a_guarded_look_alike(
    staff: Staff, guarded: Patient
) -> None:
    told = {"given_name": "Ana", "family_name": "Ferreira", "language": "en"}
    page = words_of(staff("front_desk").post("/clinic/patients/new/", told))
    assert "guarded: ask its care team" in page
    assert "555 0199" not in page
