"""A clinic with people in it, for tests that ask what each may see and do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic, Membership, User
from euthymia.clinic.people.roles import Role

Staff = Callable[..., Client]
PASSWORD = "a long and quiet river of words"


@pytest.fixture(autouse=True)
def _own_keys(settings: Any, tmp_path: Path) -> None:
    """Keys and anchors of this test alone: another's clinic may have had the same number."""
    settings.KEYS = tmp_path / "keys"


@pytest.fixture
def clinic(db: None) -> Clinic:
    return Clinic.objects.create(
        name="Harbour Clinic", slug="harbour", phone="555 0100", open_to_public=True
    )


@pytest.fixture
def other_clinic(db: None) -> Clinic:
    return Clinic.objects.create(name="Hill Clinic", slug="hill", open_to_public=True)


def person(clinic: Clinic, role: str, email: str = "") -> Membership:
    """Someone with this role, a password and a second factor."""
    count = User.objects.count()
    user = User.objects.create_user(
        email or f"{role}{count}@example.org", f"{role} {count}", PASSWORD
    )
    TOTP.activate(user, generate_totp_secret())
    return Membership.objects.create(user=user, clinic=clinic, role=role)


def access_for(clinic: Clinic, role: str) -> Access:
    place = person(clinic, role)
    return Access(place.user, clinic, place)


@pytest.fixture
def staff(clinic: Clinic) -> Staff:
    """A browser in which someone of a role is signed in: `staff("nurse", other_clinic)`."""

    def signed_in(role: str = Role.CLINICIAN, where: Clinic | None = None) -> Client:
        browser = Client()
        browser.force_login(
            person(where or clinic, role).user,
            backend="allauth.account.auth_backends.AuthenticationBackend",
        )
        return browser

    return signed_in


@pytest.fixture
def patient(clinic: Clinic) -> Patient:
    return Patient.objects.create(
        clinic=clinic,
        number=1,
        family_name="Ferreira",
        given_name="Ana",
        birth_date=date(1981, 3, 14),
        sex="female",
        synthetic=True,
    )
