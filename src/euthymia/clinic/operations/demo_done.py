"""What the people of the demonstration have done already: pages adopted, charts signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from euthymia.clinic.assessments.actions import assess_chart, sign
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.people.roles import Role
from euthymia.clinic.rights.actions import give_consent
from euthymia.clinic.rights.adoption import adopt, missing
from euthymia.clinic.rights.consent_forms import consent_forms
from euthymia.clinic.rights.models import Wish


def adopt_all_but(left: Sequence[str], clinic: Clinic) -> None:
    """The director adopts every page of design defaults but these, which wait for a signature."""
    director = at_work(clinic, Role.DIRECTOR)
    for page in missing(clinic):
        if page.name not in left:
            adopt(page.name, page.digest, by=director)


def done_for(patient: Patient, told: Mapping[str, Any]) -> None:
    """What the page of the demonstration says was done for a patient.

    Args:
        patient: Whose chart is whole.
        told: `consents`: forms signed; `signed`: the note of an assessment that was signed today;
            `wish`: what was asked about the data, and waits.
    """
    nurse, doctor = at_work(patient.clinic, Role.NURSE), at_work(patient.clinic, Role.CLINICIAN)
    for form in told.get("consents", ()):
        _consent(patient, form, nurse)
    if "signed" in told:
        today = timezone.localdate(timezone=doctor.zone)
        sign(assess_chart(patient, today, by=doctor), told["signed"], by=doctor)
    if "wish" in told:
        Wish.objects.create(patient=patient, kind=Wish.Kind.COPY, says=told["wish"], by=nurse.user)


def _consent(patient: Patient, form: str, by: Access) -> None:
    words = consent_forms()[form]
    give_consent(patient, words, signed_name=patient.name, choices={}, expires=None, by=by)


def at_work(clinic: Clinic, role: str) -> Access:
    """The first of this role; whoever signs where a small clinic has nobody of it."""
    here = clinic.memberships.select_related("user").order_by("pk")
    place = here.filter(role=role).first() or here.filter(role=Role.CLINICIAN)[0]
    return Access(place.user, clinic, place)
