"""The throw-away clinics of the demonstration: invented people, invented patients, nothing real."""

from __future__ import annotations

import json
import secrets
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import transaction
from django.utils import timezone

from euthymia.clinic.operations.charts import chart_from, moved_to
from euthymia.clinic.operations.demo_done import adopt_all_but, done_for
from euthymia.clinic.operations.demo_rooms import furnish
from euthymia.clinic.patients.models import Patient, Request
from euthymia.clinic.people.models import Clinic, Membership, User
from euthymia.clinic.people.roles import Role
from euthymia.clinic.work.actions import SOON, ask_staff
from euthymia.clinic.work.models import Task
from euthymia.simulate import simulate

FOLDER = Path(__file__).parent / "demo"
LETTERS = "abcdefghjkmnpqrstuvwxyz"
CODES_SHOWN = 4


@dataclass(frozen=True)
class Account:
    """How someone of the demonstration signs in; told once, on the terminal."""

    role: str
    clinic: str
    email: str
    password: str
    codes: tuple[str, ...]
    secret: str


@transaction.atomic
def make_demo() -> list[Account]:
    """Fills an empty database; how each person signs in."""
    told = tomllib.loads((FOLDER / "clinics.toml").read_text(encoding="utf-8"))
    clinics = {
        one["slug"]: Clinic.objects.create(is_demo=True, open_to_public=True, **one)
        for one in told["clinic"]
    }
    accounts = [_person(one, clinics) for one in told["person"]]
    for clinic in clinics.values():
        adopt_all_but(told["not_adopted"], clinic)
    for number, one in enumerate(told["patient"], 1):
        done_for(_patient(one, clinics[one["clinic"]], number), one)
    for one in told["request"]:
        _request(one, clinics[one["clinic"]])
    furnish(clinics[told["treatment"]["clinic"]], told["treatment"])
    _more(clinics["harbor"], len(told["patient"]), **told["more"])
    return accounts


def _person(told: Mapping[str, Any], clinics: Mapping[str, Clinic]) -> Account:
    password, secret = _words(), generate_totp_secret()
    user = User.objects.create_user(told["email"], told["name"], password)
    User.objects.filter(pk=user.pk).update(is_demo=True)
    TOTP.activate(user, secret)
    codes = RecoveryCodes.activate(user).get_unused_codes()[:CODES_SHOWN]
    for slug, role in told["works"].items():
        Membership.objects.create(user=user, clinic=clinics[slug], role=role)
    (role, *_), where = told["works"].values(), " and ".join(told["works"])
    return Account(str(Role(role).label), where, user.email, password, tuple(codes), secret)


def _words() -> str:
    """A password of 20 letters, to be read off a terminal."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))


def _patient(told: Mapping[str, Any], clinic: Clinic, number: int) -> Patient:
    form = json.loads((FOLDER / f"{told['form']}.json").read_bytes())
    doctor = _doctor(clinic)
    patient = chart_from(
        moved_to(form, _today(clinic)),
        clinic=clinic,
        number=number,
        family=told["family"],
        given=told["given"],
        by=doctor,
    )
    if told.get("guarded"):
        patient.guarded = True
        patient.save()
        patient.care_team.add(doctor)
    if told.get("danger"):
        ask_staff(
            clinic,
            Task.Kind.SAFETY,
            "An answer needs you now.",
            within=SOON,
            role=Role.CLINICIAN,
            patient=patient.pk,
        )
    return patient


def _today(clinic: Clinic) -> date:
    return timezone.localdate(timezone=ZoneInfo(clinic.zone))


def _doctor(clinic: Clinic) -> User:
    return clinic.memberships.filter(role=Role.CLINICIAN).select_related("user")[0].user


def _request(told: Mapping[str, Any], clinic: Clinic) -> None:
    request = Request.objects.create(
        clinic=clinic,
        given_name=told["given"],
        family_name=told["family"],
        phone=told["phone"],
        best_time=told["best_time"],
        summary=told["summary"],
        urgent=told["urgent"],
        consent="demonstration",
    )
    kind = Task.Kind.SAFETY if told["urgent"] else Task.Kind.REQUEST
    within = SOON if told["urgent"] else timedelta(days=1)
    role = Role.CLINICIAN if told["urgent"] else Role.FRONT_DESK
    says = "A request needs you now." if told["urgent"] else "A request for a consultation waits."
    ask_staff(clinic, kind, says, within=within, role=role, request=request.pk)


def _more(clinic: Clinic, after: int, *, patients: int, seed: int) -> None:
    doctor, today = _doctor(clinic), _today(clinic)
    for number, form in enumerate(simulated_forms(patients, seed), after + 1):
        family, given = f"Patient {number} SYNTHETIC", "Simulated"
        chart_from(
            moved_to(form, today),
            clinic=clinic,
            number=number,
            family=family,
            given=given,
            by=doctor,
        )


def simulated_forms(patients: int, seed: int) -> Iterator[dict[str, Any]]:
    """Intake forms of patients that chance made; the same for the same seed."""
    for patient in simulate(patients, seed):
        yield json.loads(patient.form)
