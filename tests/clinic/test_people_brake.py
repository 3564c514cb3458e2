"""A brake on heavy work of one person, and what the worker clears away of this room."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt, AccessLog
from django.test import Client
from django.utils import timezone

from euthymia.clinic import settings as real
from euthymia.clinic.assessments.models import Assessment
from euthymia.clinic.audit.models import Row
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.brake import counted
from euthymia.clinic.people.hourly import clear_away
from euthymia.clinic.people.models import Brake, Clinic, Draft, Once, User
from euthymia.clinic.work.cleaning import clean
from tests.clinic.conftest import Staff, person
from tests.clinic.objects import Owner

pytestmark = pytest.mark.django_db
Ask = Callable[[Client], int]


@pytest.fixture(autouse=True)
def _two_of_each(settings: Any) -> None:
    settings.BRAKES = dict.fromkeys(real.BRAKES, 2)


def asks(owner: Owner) -> dict[str, Ask]:
    """For each kind of heavy work how it is asked for; the status of the answer."""
    chart = f"/clinic/patients/{owner.patient.pk}"
    letter = f"{chart}/assessments/{owner.row(Assessment).pk}/letter/file/pdf/"
    return {
        "pdf": lambda browser: browser.get(letter).status_code,
        "copy": lambda browser: browser.get(f"{chart}/rights/copy/patient/").status_code,
        "search": lambda browser: browser.post("/clinic/patients/", {"q": "fer"}).status_code,
    }


@pytest.mark.parametrize("kind", ["pdf", "copy", "search"])
def test_who_does_too_much_of_one_kind_waits_for_the_next_hour(
    staff: Staff, clinic: Clinic, patient: Patient, kind: str
) -> None:
    ask = asks(Owner(patient, person(clinic, "nurse").user))[kind]
    with time_machine.travel(timezone.now().replace(minute=5), tick=False) as clock:
        first, second = staff("director"), staff("director")
        user = first.session["_auth_user_id"]
        assert [ask(first) for _ in range(4)] == [200, 200, 429, 429]
        assert ask(second) == 200
        assert first.get("/clinic/patients/").status_code == 200
        clock.shift(timedelta(minutes=56))
        who = User.objects.get(pk=user)
        again = Client()
        again.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert ask(again) == 200


def test_the_brake_says_what_to_do_and_the_audit_says_it_was_pulled(
    staff: Staff, patient: Patient
) -> None:
    director = staff("director")
    copy = f"/clinic/patients/{patient.pk}/rights/copy/patient/"
    answers = [director.get(copy) for _ in range(3)]
    assert b"Too many in this hour" in answers[-1].content
    assert patient.family_name.encode() not in answers[-1].content
    outcomes = Row.objects.filter(what="copy").order_by("number").values_list("outcome", flat=True)
    assert list(outcomes) == ["done", "done", "refused"]


def test_looking_through_the_list_is_no_search(staff: Staff, patient: Patient) -> None:
    nurse = staff("nurse")
    assert {nurse.get("/clinic/patients/").status_code for _ in range(5)} == {200}
    assert not Brake.objects.exists()


def test_the_limits_in_earnest_are_far_above_a_days_work() -> None:
    assert min(real.BRAKES.values()) >= 60


# What the worker clears away


def test_tries_sign_ins_keys_and_counts_go_when_they_serve_no_more(clinic: Clinic) -> None:
    user = person(clinic, "nurse").user
    with time_machine.travel(timezone.now(), tick=False) as clock:
        AccessAttempt.objects.create(username="a@x", ip_address="127.0.0.1", failures_since_start=1)
        AccessLog.objects.create(username="a@x", ip_address="127.0.0.1")
        Once.objects.create(key="k", answer="/")
        counted(user, "pdf")
        assert clear_away() == 0
        clock.shift(timedelta(days=1, hours=1))
        assert left() == [1, 1, 1, 1]
        clean()
        assert left() == [0, 1, 1, 0]
        clock.shift(timedelta(days=1))
        clean()
        assert left() == [0, 1, 0, 0]
        clock.shift(timedelta(days=30))
        clean()
        assert left() == [0, 0, 0, 0]


def left() -> list[int]:
    return [model.objects.count() for model in (AccessAttempt, AccessLog, Once, Brake)]


def test_a_lock_out_outlives_the_cleaning(clinic: Clinic) -> None:
    AccessAttempt.objects.create(username="a@x", ip_address="127.0.0.1", failures_since_start=5)
    clean()
    assert AccessAttempt.objects.exists()


def test_the_worker_forgets_old_drafts(clinic: Clinic) -> None:
    user = person(clinic, "nurse").user
    with time_machine.travel(timezone.now(), tick=False) as clock:
        Draft.objects.create(user=user, path="/clinic/settings/", fields={"name": ["x"]})
        clock.shift(timedelta(days=7, seconds=1))
        assert clean() == 1
    assert not Draft.objects.exists()
