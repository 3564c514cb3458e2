"""After a restore nobody is signed in, no link of before opens, and someone is told to look."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.forms import default_token_generator
from django.urls import reverse
from django.utils import timezone

from euthymia.clinic.operations.revived import end_again
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.invitations import link_for, opened_by
from euthymia.clinic.people.models import Clinic, Offer
from euthymia.clinic.work.actions import open_link, send
from euthymia.clinic.work.heartbeat import Beat
from euthymia.clinic.work.models import Link, Message, Task
from euthymia.clinic.work.outbox import deliver
from tests.clinic.conftest import Staff, access_for


def test_nobody_stays_signed_in(staff: Staff) -> None:
    browser = staff("nurse")
    assert browser.get("/clinic/").status_code == 200
    assert end_again().sessions == 1
    assert browser.get("/clinic/").status_code == 302


def test_no_invitation_of_before_opens(clinic: Clinic) -> None:
    words = link_for(access_for(clinic, "nurse").user, by=None)
    assert opened_by(words) is not None
    assert end_again().invitations == 1
    assert opened_by(words) is None


def test_no_place_that_was_offered_before_is_open(clinic: Clinic, other_clinic: Clinic) -> None:
    someone, owner = access_for(other_clinic, "nurse").user, access_for(clinic, "admin").user
    Offer.objects.create(
        user=someone,
        clinic=clinic,
        role="nurse",
        by=owner,
        expires=timezone.now() + timedelta(days=3),
    )
    end_again()
    assert not Offer.objects.open().exists()


def test_no_link_to_reset_a_password_opens(clinic: Clinic) -> None:
    user = access_for(clinic, "nurse").user
    token = default_token_generator.make_token(user)
    assert default_token_generator.check_token(user, token)
    end_again()
    user.refresh_from_db()
    assert not default_token_generator.check_token(user, token)
    fresh = default_token_generator.make_token(user)
    assert default_token_generator.check_token(user, fresh)


def test_no_link_of_a_patient_opens_and_its_maker_is_asked_to_send_a_new_one(
    clinic: Clinic, patient: Patient
) -> None:
    user = access_for(clinic, "nurse").user
    open_link(clinic, patient.pk, {"intake": True}, by=user, lasts=timedelta(days=7))
    Link.objects.update(saved=b"sealed")
    assert end_again().links == 1
    link, task = Link.objects.get(), Task.objects.get()
    assert link.expires <= timezone.now()
    assert link.saved is None
    assert (task.owner, task.patient, task.kind) == (user, patient.pk, "other")
    assert end_again().links == 0
    assert Task.objects.count() == 1


@pytest.mark.parametrize("state", ["waiting", "to_print", "failed"])
def test_no_message_of_before_leaves_and_its_link_is_forgotten(
    clinic: Clinic, staff: Staff, state: str
) -> None:
    message = send(clinic, "ana@example.org", "s", "Open this link.", owner=None)
    Message.objects.update(state=state)
    assert end_again().messages == 1
    message.refresh_from_db()
    assert (message.state, message.body, deliver()) == ("withdrawn", "", 0)
    page = staff("front_desk").get(reverse("message", args=[message.pk])).content.decode()
    assert "Withdrawn" in page
    assert "Send it again" not in page
    assert "It is out" not in page


@pytest.mark.parametrize(("role", "told"), [("admin", True), ("nurse", False)])
def test_whoever_keeps_the_people_is_told_for_two_weeks(
    staff: Staff, settings: Any, role: str, *, told: bool
) -> None:
    end_again()
    browser = staff(role)
    assert ("backup put back" in browser.get("/clinic/").content.decode()) is told
    Beat.objects.filter(name="restored").update(at=timezone.now() - timedelta(days=15))
    assert "backup put back" not in browser.get("/clinic/").content.decode()
