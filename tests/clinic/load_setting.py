"""Fills the database that the environment names with people and charts, for measuring."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from euthymia.clinic.assessments.actions import assess_chart
from euthymia.clinic.operations.charts import fill, moved_to
from euthymia.clinic.operations.demo import simulated_forms
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic, Membership, User
from euthymia.clinic.people.roles import Role

BATCH = 250
SEED = 5


def signed_in(user: User) -> str:
    """The cookie of a session of this user."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def person(clinic: Clinic, role: str, number: int) -> Membership:
    user = User.objects.create_user(f"{role}{number}@example.org", f"{role} {number}", None)
    TOTP.activate(user, generate_totp_secret())
    return Membership.objects.create(user=user, clinic=clinic, role=role)


def people(users: int) -> None:
    """A clinic with so many clinicians."""
    clinic = Clinic.objects.create(
        name="Load Clinic", slug="load", is_demo=True, open_to_public=True
    )
    for number in range(users):
        person(clinic, Role.CLINICIAN, number)


def cookies() -> list[str]:
    """Of every clinician, signed in."""
    here = Membership.objects.filter(clinic__slug="load").select_related("user").order_by("pk")
    return [signed_in(place.user) for place in here]


def charts(patients: int, assessed: int) -> dict[str, list[str]]:
    """So many simulated charts, and for the first of them a stored assessment: their addresses."""
    clinic, today = Clinic.objects.get(slug="load"), timezone.localdate()
    place = clinic.memberships.select_related("user")[0]
    access, made = Access(place.user, clinic, place), []
    forms = (moved_to(form, today) for form in simulated_forms(patients, SEED))
    for number, batch in enumerate(_batches(forms)):
        made += _filled(clinic, batch, number * BATCH, by=place.user)
    judged = [assess_chart(patient, today, by=access) for patient in made[:assessed]]
    return {
        "chart": [reverse("chart", kwargs={"patient": one.pk}) for one in made],
        "assessment": [
            reverse("assessment", kwargs={"patient": one.patient_id, "assessment": one.pk})
            for one in judged
        ],
    }


def _batches(forms: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while batch := list(itertools.islice(forms, BATCH)):
        yield batch


def _filled(clinic: Clinic, forms: list[dict[str, Any]], after: int, *, by: User) -> list[Patient]:
    new = [
        Patient(
            clinic=clinic,
            number=after + number,
            family_name=f"Patient {after + number} SYNTHETIC",
            given_name="Simulated",
            birth_date=date(2026 - int(form["patient"]["age_years"]), 1, 1),
            sex=form["patient"]["sex"],
            country="US",
            synthetic=True,
        )
        for number, form in enumerate(forms, 1)
    ]
    made = bulk_create_with_history(new, Patient, batch_size=BATCH, default_user=by)
    fill(made, forms, by=by)
    return list(made)
