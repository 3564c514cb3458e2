"""A form that comes in never undoes what someone saved meanwhile, nor says that staff told it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from euthymia.clinic.patients import actions
from euthymia.clinic.patients.models import Entry, Patient
from euthymia.clinic.patients.parts import Part
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic, Draft, User
from tests.clinic.conftest import Staff, access_for


@pytest.fixture
def by(clinic: Clinic) -> Access:
    return access_for(clinic, "clinician")


def test_a_chart_that_was_guarded_meanwhile_stays_guarded(patient: Patient) -> None:
    Patient.objects.filter(pk=patient.pk).update(birth_date=None)
    seen_before = Patient.objects.get(pk=patient.pk)
    Patient.objects.filter(pk=patient.pk).update(guarded=True)
    told = {"patient": {"birth_date": "1980-01-01"}}
    actions.fill(seen_before, told, by=None, source="patient")
    patient.refresh_from_db()
    assert (patient.guarded, str(patient.birth_date)) == (True, "1980-01-01")


def test_a_screen_that_the_patient_filled_up_is_told_by_the_patient(
    patient: Patient, by: Access
) -> None:
    actions.add(patient, Part.TASS, {"fainting": "no"}, by=by)
    told = {"screening": {"tass": {"pregnancy": "no"}}}
    actions.fill(patient, told, by=None, source="patient")
    entry = Entry.objects.get(part=Part.TASS)
    assert (entry.source, entry.by) == ("patient", None)
    assert [one.source for one in entry.history.order_by("history_id")] == ["staff", "patient"]


def test_what_was_typed_into_one_scale_is_not_put_into_another(
    staff: Staff, patient: Patient
) -> None:
    browser = staff("clinician")
    user = User.objects.get(pk=browser.session["_auth_user_id"])
    place = f"/clinic/patients/{patient.pk}/new/scales/"
    Draft.objects.create(user=user, path=place, fields={"instrument": ["phq9"], "total": ["7"]})
    page = browser.get(f"{place}?instrument=madrs").content.decode()
    assert 'value="madrs"' in page
    assert 'value="phq9"' not in page
    day = timezone.localdate().isoformat()
    sent = {"instrument": "madrs", "total": "21", "date": day, "version": "0"}
    browser.post(f"{place}?instrument=madrs", sent)
    assert [one.told["instrument"] for one in patient.entries.all()] == ["madrs"]
