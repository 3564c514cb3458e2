"""Every route, for every role, by reading and writing: decided in a table, and held to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.db import models, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.models import Clinic, User
from euthymia.clinic.people.roles import Role
from tests.clinic import matrix
from tests.clinic.conftest import PASSWORD, Staff, person
from tests.clinic.drawn import drawing
from tests.clinic.objects import CANARY, Owner, address, tables_in

pytestmark = pytest.mark.django_db
ROUTES = matrix.routes()
WITHOUT_TOKEN = frozenset({"door_language", "gateway_readings"})
"""Routes that write nothing but the language of a visitor's browser, or ask for a device's key."""
MADE_TO_MOVE = frozenset({"person_start_over", "part"})
"""Routes that are there to move such a field: a password is taken away, a merge taken back."""
KNOWN_BY_NAME = frozenset({"open_guarded", "patient_edit", "danger"})
"""Routes that may name a guarded patient without the glass: to ask for it, or to reach them."""


@pytest.fixture
def theirs(other_clinic: Clinic) -> Owner:
    """A patient of another clinic, with rows in every table that an address can name."""
    return owner_in(other_clinic)


@pytest.fixture
def ours(clinic: Clinic) -> Owner:
    return owner_in(clinic)


@pytest.fixture
def guarded(clinic: Clinic) -> Owner:
    made = owner_in(clinic)
    made.patient.guarded = True
    made.patient.save()
    return made


def owner_in(clinic: Clinic) -> Owner:
    number = clinic.patients.count() + 1
    patient = Patient.objects.create(
        clinic=clinic,
        number=number,
        family_name=f"{CANARY}family",
        given_name=f"{CANARY}given",
        birth_date=date(1931, 3, 14),
        phone=f"{CANARY}phone",
        email=f"{CANARY}@example.org",
    )
    return Owner(patient, person(clinic, "nurse").user)


@pytest.fixture
def browsers(clinic: Clinic, staff: Staff) -> Mapping[str, Client]:
    """One browser for each column of the matrix."""
    user = User.objects.create_user("half@example.org", "Half", PASSWORD)
    half = Client()
    half.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return {"anyone": Client(), "no_factor": half, **{role: staff(role) for role in Role.values}}


def test_every_route_stands_in_the_matrix_as_it_is() -> None:
    decided, now = matrix.committed(), list(matrix.lines())
    wrong = [matrix.as_text(line) for line in now if decided.get((line[0], line[2])) != line]
    assert not wrong, "\n".join(
        ["put these lines into tests/clinic/access_matrix.csv, once they are decided:", *wrong]
    )


def test_no_line_of_the_matrix_is_of_a_route_that_is_gone() -> None:
    there = {(line[0], line[2]) for line in matrix.lines()}
    gone = [matrix.as_text(line) for key, line in matrix.committed().items() if key not in there]
    assert not gone, "\n".join(["python -m tests.clinic.matrix writes it without:", *gone])


@pytest.mark.parametrize("column", matrix.columns())
def test_whoever_may_not_come_in_does_not(
    browsers: Mapping[str, Client], ours: Owner, column: str
) -> None:
    """Not what the views say of themselves, but what comes of asking."""
    expected = {"anyone": "/account/login/", "no_factor": "/account/2fa/"}
    inside = []
    for route in ROUTES:
        for method in matrix.METHODS:
            verdict = matrix.committed().get((route.pattern, method), [])
            told = dict(zip(matrix.header(), verdict, strict=False)).get(column)
            if told == "may":
                continue
            answer = browsers[column].generic(method, address(route, ours))
            led = answer.headers.get("Location", "").startswith(expected.get(column, "\0"))
            if answer.status_code != 404 and not led:
                inside.append((route.pattern, method, answer.status_code))
    assert inside == []


def allowed(route: matrix.Route, method: str) -> list[str]:
    told = matrix.verdicts(route, method)
    return [role for role in Role.values if told[role] == "may"]


def opened(browsers: Mapping[str, Client], route: matrix.Route, where: str) -> list[str]:
    """Who was let in by this address, of those to whom the route itself is open."""
    found = []
    for method in matrix.METHODS:
        for role in allowed(route, method):
            answer = browsers[role].generic(method, where)
            answer.close()
            shown = CANARY.encode() in getattr(answer, "content", b"")
            if answer.status_code not in (404, 405) or shown:
                found.append(f"{method} {route.pattern} as {role}: {answer.status_code}")
    return found


def test_no_number_of_another_clinic_opens_anything(
    browsers: Mapping[str, Client], theirs: Owner
) -> None:
    routes = [route for route in ROUTES if tables_in(route)]
    assert routes
    assert [line for r in routes for line in opened(browsers, r, address(r, theirs))] == []


def test_no_guarded_chart_opens_for_who_is_not_on_the_team(
    browsers: Mapping[str, Client], guarded: Owner
) -> None:
    routes = [r for r in ROUTES if "patient" in r.parts and r.name not in KNOWN_BY_NAME]
    assert routes
    assert [line for r in routes for line in opened(browsers, r, address(r, guarded))] == []


def test_a_row_of_another_patient_does_not_open_under_ones_own(
    browsers: Mapping[str, Client], patient: Patient, guarded: Owner
) -> None:
    """The number of a chart that may be seen, with the number of a row of one that may not."""
    routes = [r for r in ROUTES if "patient" in r.parts and len(tables_in(r)) > 1]
    assert routes
    mixed = {r: address(r, guarded, patient=patient.pk) for r in routes}
    assert [line for r, where in mixed.items() for line in opened(browsers, r, where)] == []


@drawing(few=60)
@given(data=st.data())
def test_no_request_whatever_shows_or_changes_another_clinic(
    browsers: Mapping[str, Client], theirs: Owner, ours: Owner, data: st.DataObject
) -> None:
    route = data.draw(st.sampled_from(ROUTES))
    method = data.draw(st.sampled_from(("GET", "POST", "PUT", "DELETE", "HEAD")))
    role = data.draw(st.sampled_from(Role.values))
    mixed = {
        part: data.draw(st.sampled_from([theirs, ours])).row(model).pk
        for part, model in tables_in(route).items()
    }
    told = data.draw(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=8), max_size=4))
    before = rows_of(theirs)
    with transaction.atomic():
        answer = browsers[role].generic(
            method, address(route, theirs, **mixed), **_form(told, theirs)
        )
        answer.close()
        after = rows_of(theirs)
        transaction.set_rollback(True)
    named = {theirs.patient.pk, *mixed.values()}
    assert after == before, (route.pattern, method, role, named)
    if theirs.patient.pk in mixed.values():
        assert b"zqcanaryphone" not in getattr(answer, "content", b"")


def _form(told: dict[str, str], theirs: Owner) -> dict[str, Any]:
    told = {**told, "clinic": str(theirs.patient.clinic_id), "patient": str(theirs.patient.pk)}
    return {"data": urlencode(told), "content_type": "application/x-www-form-urlencoded"}


def rows_of(owner: Owner) -> list[tuple[Any, ...]]:
    """Everything that stands in the rows of this owner."""
    models_ = [Patient, *sorted(owner.made, key=lambda m: m.__name__)]
    keys = [owner.patient.pk, *(owner.made[m].pk for m in models_[1:])]
    return [
        tuple(model._default_manager.filter(pk=key).values_list().first() or ())
        for model, key in zip(models_, keys, strict=True)
    ]


# R10

FIELDS = sorted(
    {
        one.name
        for model in apps.get_models()
        if model.__module__.startswith("euthymia.")
        for one in model._meta.concrete_fields
    }
)
NEVER_BY_FORM = frozenset(
    {
        *("clinic", "number", "slug", "is_demo", "is_active", "password", "joined", "synthetic"),
        *("created", "merged_into"),
    }
)


def standing() -> dict[tuple[str, int], dict[str, Any]]:
    """What no form may move, of every patient, clinic and person."""
    return {
        (model.__name__, row["pk"]): row
        for model in (Patient, Clinic, User)
        for row in model._default_manager.values("pk", *_kept_from_forms(model))
    }


def _kept_from_forms(model: type[models.Model]) -> list[str]:
    return [one.attname for one in model._meta.concrete_fields if one.name in NEVER_BY_FORM]


def test_no_form_takes_a_field_that_it_does_not_show(
    browsers: Mapping[str, Client], ours: Owner, other_clinic: Clinic
) -> None:
    """Every field of every table is sent to every form; none that is not for forms may move."""
    told = {name: _sent(name, other_clinic) for name in FIELDS}
    tried = [route for route in ROUTES if route.name not in MADE_TO_MOVE]
    addresses = {route: address(route, ours) for route in tried}
    before, moved = standing(), []
    for route, where in addresses.items():
        role = next(iter(allowed(route, "POST")), "anyone")
        with transaction.atomic():
            browsers[role].post(where, told).close()
            there = standing()
            moved += [(route.pattern, key) for key in before if before[key] != there.get(key)]
            transaction.set_rollback(True)
    assert moved == []


def _sent(name: str, other_clinic: Clinic) -> str:
    known = {"clinic": str(other_clinic.pk), "email": "moved@example.org", "password": "x" * 20}
    return known.get(name, "1")


# R12


def test_nothing_is_written_without_the_token_of_the_form(clinic: Clinic, ours: Owner) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(
        person(clinic, "director").user,
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    written = [
        (route.pattern, method)
        for route in ROUTES
        if route.name not in WITHOUT_TOKEN
        for method in ("POST", "PUT", "PATCH", "DELETE")
        if browser.generic(method, address(route, ours)).status_code != 403
    ]
    assert written == []
