"""After a restore nobody is signed in, no link of before opens, and someone is told to look."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from allauth.account.forms import default_token_generator
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.urls import reverse
from django.utils import timezone

from euthymia.clinic.operations.revived import end_again
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.invitations import link_for, opened_by
from euthymia.clinic.people.models import Clinic, Offer, User
from euthymia.clinic.rights.actions import (
    confirm_consent,
    give_consent,
    standing_consents,
    withdraw_consent,
)
from euthymia.clinic.rights.adoption import adopt, may_be_signed, missing, to_sign_anew, withdraw
from euthymia.clinic.rights.consent_forms import consent_forms
from euthymia.clinic.rights.export import copy_for_others
from euthymia.clinic.rights.guarded import SUBSTANCE_USE
from euthymia.clinic.rights.models import Adoption, Consent
from euthymia.clinic.work.actions import open_link, send
from euthymia.clinic.work.heartbeat import Beat
from euthymia.clinic.work.models import Link, Message, Task
from euthymia.clinic.work.outbox import deliver
from euthymia.library import FOLDER
from euthymia.library.defaults import default_pages
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


def test_no_recovery_code_of_before_opens_and_each_is_told_to_make_new_ones(
    clinic: Clinic, staff: Staff
) -> None:
    browser = staff("nurse")
    user = User.objects.get(pk=browser.session["_auth_user_id"])
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    assert end_again().recovery_codes == 1
    assert not Authenticator.objects.filter(user=user, type="recovery_codes").exists()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    told, place = "those you had open nothing", reverse("mfa_generate_recovery_codes")
    page = browser.get("/clinic/").content.decode()
    assert told in page
    assert f'href="{place}"' in page
    assert code not in RecoveryCodes.activate(user).get_unused_codes()
    assert told not in browser.get("/clinic/").content.decode()


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


# ------------------------------------------------------------------ what was perhaps taken back


def shares_with(patient: Patient) -> Consent:
    """A consent to share records of substance use, as it was signed."""
    by, words = access_for(patient.clinic, "nurse"), consent_forms()[SUBSTANCE_USE]
    return give_consent(
        patient,
        words,
        signed_name="A. F.",
        choices={"recipient": "Hill Clinic", "purpose": "care"},
        expires=timezone.localdate() + timedelta(days=90),
        by=by,
    )


def test_nothing_leaves_under_a_consent_of_before_until_the_patient_was_asked(
    patient: Patient, staff: Staff
) -> None:
    consent = shares_with(patient)
    assert standing_consents(patient, SUBSTANCE_USE) == [consent]
    end_again()
    assert standing_consents(patient, SUBSTANCE_USE) == []
    with pytest.raises(ValueError, match="does not let the chart out"):
        copy_for_others(patient, consent)
    copy = reverse("copy", args=[patient.pk, "others"])
    assert staff("director").get(f"{copy}?consent={consent.pk}").status_code == 404

    nurse, place = staff("nurse"), reverse("consent", args=[patient.pk, consent.pk])
    assert reverse("consents_to_confirm") in nurse.get("/clinic/").content.decode()
    assert place in nurse.get(reverse("consents_to_confirm")).content.decode()
    assert (
        "a backup was put back"
        in nurse.get(place[: place.rindex(str(consent.pk))]).content.decode()
    )
    assert "ask the patient" in nurse.get(place).content.decode()
    assert place in staff("director").get(f"/clinic/patients/{patient.pk}/rights/").content.decode()
    nurse.post(place, {"do": "confirm"})

    assert standing_consents(patient, SUBSTANCE_USE) == [consent]
    consent.refresh_from_db()
    assert consent.confirmed_by is not None
    assert consent.withdrawn is None
    assert place not in nurse.get(reverse("consents_to_confirm")).content.decode()
    end_again()
    assert standing_consents(patient, SUBSTANCE_USE) == []


def test_a_consent_signed_after_a_restore_stands(patient: Patient) -> None:
    end_again()
    consent = shares_with(patient)
    assert standing_consents(patient, SUBSTANCE_USE) == [consent]


def test_a_consent_that_was_taken_back_is_not_said_to_stand(patient: Patient) -> None:
    consent, by = shares_with(patient), access_for(patient.clinic, "nurse")
    end_again()
    withdraw_consent(consent, "told so", by=by)
    confirm_consent(consent, by=by)
    consent.refresh_from_db()
    assert (consent.confirmed, consent.withdrawn_why) == (None, "told so")
    assert standing_consents(patient, SUBSTANCE_USE) == []


def test_a_consent_in_a_guarded_chart_is_asked_about_by_its_care_team_alone(
    patient: Patient, staff: Staff
) -> None:
    shares_with(patient)
    end_again()
    Patient.objects.filter(pk=patient.pk).update(guarded=True)
    browser = staff("nurse")
    assert (
        reverse("chart", args=[patient.pk])
        not in browser.get(reverse("consents_to_confirm")).content.decode()
    )


def test_no_signature_on_a_page_of_before_stands_and_the_director_is_asked_to_sign_anew(
    clinic: Clinic, staff: Staff
) -> None:
    director, page = access_for(clinic, "director"), default_pages(FOLDER)[0]
    words = consent_forms()["tms"]
    adopt(page.name, page.digest, by=director)
    adopt(words.page, words.digest, by=director)
    assert page not in missing(clinic)
    assert end_again().signatures == 2
    assert page in missing(clinic)
    assert not may_be_signed(words, clinic)
    assert to_sign_anew(clinic) == {page.name, words.page}
    browser = staff("director")
    assert (
        "signatures ended, since a backup was put back" in browser.get("/clinic/").content.decode()
    )
    for name, digest in ((page.name, page.digest), (words.page, words.digest)):
        browser.post(reverse("adoption"), {"page": name, "digest": digest, "once": name})
    assert to_sign_anew(clinic) == set()
    assert page not in missing(clinic)
    assert may_be_signed(words, clinic)


def test_all_pages_that_stand_as_they_were_signed_are_signed_anew_with_one_signature(
    clinic: Clinic, staff: Staff
) -> None:
    director, pages = access_for(clinic, "director"), default_pages(FOLDER)[:3]
    words, browser = consent_forms()["tms"], staff("director")
    for one in (*((page.name, page.digest) for page in pages), (words.page, words.digest)):
        adopt(*one, by=director)
    Adoption.objects.filter(page=pages[0].name).update(digest="0" * 64)
    assert 'name="anew"' not in browser.get(reverse("adoption")).content.decode()
    end_again()
    browser.force_login(director.user, "allauth.account.auth_backends.AuthenticationBackend")
    offered = re.findall(
        r'name="anew" value="([^"]+)" checked> ([^<]+)<',
        browser.get(reverse("adoption")).content.decode(),
    )
    assert {unescape(title) for _key, title in offered} == {
        pages[1].title,
        pages[2].title,
        words.name,
    }
    keys = [key for key, _title in offered]
    browser.post(reverse("adoption"), {"anew": [*keys, f"{pages[0].name} {pages[0].digest}"]})
    assert len(to_sign_anew(clinic)) == 4, "one that was not signed as it stands signs none"
    browser.post(reverse("adoption"), {"anew": keys})
    assert to_sign_anew(clinic) == {pages[0].name}
    assert {pages[0]} == {*pages} & {*missing(clinic)}


def test_without_a_restore_nothing_is_to_be_signed_anew_or_asked_again(
    patient: Patient, clinic: Clinic
) -> None:
    director, page = access_for(clinic, "director"), default_pages(FOLDER)[0]
    signed = adopt(page.name, page.digest, by=director)
    assert signed is not None
    withdraw(signed, "too high", by=director)
    consent = shares_with(patient)
    assert to_sign_anew(clinic) == set()
    assert standing_consents(patient, SUBSTANCE_USE) == [consent]


@pytest.mark.parametrize(("role", "told"), [("admin", True), ("nurse", False)])
def test_whoever_keeps_the_people_is_told_for_two_weeks(
    staff: Staff, settings: Any, role: str, *, told: bool
) -> None:
    end_again()
    browser = staff(role)
    assert ("backup put back" in browser.get("/clinic/").content.decode()) is told
    Beat.objects.filter(name="restored").update(at=timezone.now() - timedelta(days=15))
    assert "backup put back" not in browser.get("/clinic/").content.decode()
