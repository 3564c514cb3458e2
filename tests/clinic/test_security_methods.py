"""What a method may do: GET looks, POST writes, and nothing else is let in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.people.roles import Role
from tests.clinic import matrix
from tests.clinic.conftest import Staff, person
from tests.clinic.objects import Owner, address

pytestmark = pytest.mark.django_db
ODD = ("TRACE", "OPTIONS", "PUT", "PATCH", "DELETE", "CONNECT", "BREW")
OWN_BOOKS = frozenset({"audit_row", "audit_chain", "django_session", "people_cached"})
"""What a visit may write: that it was, and the session by which it was."""
COUNTED = frozenset({"people_brake", "door_turn"})
"""How often a person printed or copied, or someone tried words that open no link."""
SET = frozenset({"assessments_typeset"})
"""The page of an assessment as it was first shown: it can be made again from what was kept."""


@pytest.fixture
def owner(clinic: Clinic, patient: Patient) -> Owner:
    return Owner(patient, person(clinic, "nurse").user)


@pytest.fixture
def browsers(staff: Staff) -> Mapping[str, Client]:
    return {role: staff(role) for role in Role.values}


def open_to(route: matrix.Route) -> list[str]:
    told = matrix.verdicts(route, "GET")
    return [role for role in Role.values if told[role] == "may"]


@pytest.mark.parametrize("method", ODD)
def test_no_other_method_than_get_head_and_post_is_let_in(
    browsers: Mapping[str, Client], owner: Owner, method: str
) -> None:
    """Whoever is signed in and may open the page; and whoever is not."""
    let_in = [
        (route.pattern, who, answer.status_code)
        for route in matrix.routes()
        for who, browser in {**browsers, "anyone": Client()}.items()
        if who in ("anyone", *open_to(route)[:1])
        if (answer := browser.generic(method, address(route, owner))).status_code != 405
        or answer.headers["Allow"] != "GET, HEAD, POST"
        or answer.content
    ]
    assert let_in == []


def test_a_trace_sends_nothing_of_the_request_back(staff: Staff) -> None:
    answer = staff("nurse").generic("TRACE", "/clinic/", headers={"X-Canary": "zqcanary"})
    assert answer.status_code == 405
    assert "zqcanary" not in answer.content.decode() + str(dict(answer.headers))


def test_no_get_writes_anything_but_that_it_was(
    browsers: Mapping[str, Client], owner: Owner
) -> None:
    places = {route: address(route, owner) for route in matrix.routes()}
    for browser in browsers.values():
        browser.get("/clinic/")
    before, wrote = everything(), []
    for route, where in places.items():
        for who, browser in {**browsers, "anyone": Client()}.items():
            if who in ("anyone", *open_to(route)):
                browser.get(where).close()
        after = everything()
        wrote += [(route.pattern, name) for name in before if before[name] != after[name]]
        before = after
    assert wrote == []


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but those of the visit itself."""
    left_out = OWN_BOOKS | COUNTED | SET
    return {
        model._meta.db_table: rows(model)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table not in left_out
    }


def rows(model: type[models.Model]) -> list[tuple[Any, ...]]:
    return list(model._base_manager.order_by("pk").values_list())


def test_the_sweep_sees_a_table_that_a_visit_changed(owner: Owner) -> None:
    before = everything()
    Patient.objects.update(phone="555 0199")
    after = everything()
    assert [name for name in before if before[name] != after[name]] == ["patients_patient"]


def test_an_address_of_a_button_opened_as_a_page_shows_one_of_ours_with_a_way_back(
    browsers: Mapping[str, Client], owner: Owner
) -> None:
    met, bare = set(), []
    for route in matrix.routes():
        browser = browsers[next(iter(open_to(route)), Role.ADMIN)]
        answer = browser.get(address(route, owner))
        if answer.status_code == 405 and route.name != "gateway_readings":  # no browser goes there
            met.add(route.name)
            bare += [route.name] if 'href="/"' not in answer.content.decode() else []
            assert "POST" in answer.headers["Allow"]
        answer.close()
    assert {"import_file", "attach", "link_close", "door_language"} <= met
    assert bare == []
