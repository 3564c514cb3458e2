"""Who is invited, who changes, who leaves; and the clinic's own page."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from euthymia.clinic.audit.models import Row
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.models import Clinic, Invitation, Membership, Offer, User
from tests.clinic.conftest import PASSWORD, Staff, person

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NEW = {"name": "Nora Quint", "email": "nora@example.org", "role": "nurse", "once": "k"}
CHOSEN = {"password1": PASSWORD, "password2": PASSWORD}


def invited(admin: Client, **told: str) -> tuple[str, str]:
    """The page after an invitation, and the address in it."""
    answer = admin.post("/clinic/people/", {**NEW, **told}, follow=True)
    found = re.search(r'value="https?://testserver(/clinic/join/[^"]+)"', answer.content.decode())
    return answer.content.decode(), found[1] if found else ""


def test_an_invitation_leads_to_a_password_and_then_to_a_second_factor(staff: Staff) -> None:
    page, link = invited(staff("admin"))
    assert "The link for this person" in page
    guest = Client()
    assert b"Nora Quint" in guest.get(link).content
    assert guest.post(link, CHOSEN).headers["Location"] == "/account/2fa/"
    assert guest.get("/clinic/").headers["Location"] == "/account/2fa/"
    assert guest.get("/account/2fa/totp/activate/").status_code == 200


def test_the_link_is_shown_once_and_its_words_are_not_kept(staff: Staff) -> None:
    admin = staff("admin")
    _, link = invited(admin)
    place = Membership.objects.get(user__email="nora@example.org")
    words = link.rstrip("/").rpartition("/")[2]
    assert words not in admin.get(f"/clinic/people/{place.pk}/").content.decode()
    assert words not in str(vars(Invitation.objects.get()))


def test_an_invitation_opens_once(staff: Staff) -> None:
    _, link = invited(staff("admin"))
    Client().post(link, CHOSEN)
    again = Client().post(link, {"password1": "x" * 20, "password2": "x" * 20})
    assert again.status_code == 410
    assert User.objects.get(email="nora@example.org").check_password(PASSWORD)


def test_an_invitation_ends_after_three_days(staff: Staff) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        _, link = invited(staff("admin"))
        clock.shift(timedelta(hours=72))
        assert Client().get(link).status_code == 410


@pytest.mark.parametrize(
    "chosen",
    [
        {"password1": "short", "password2": "short"},
        {"password1": PASSWORD, "password2": PASSWORD + "x"},
        {"password1": "nora@example.org", "password2": "nora@example.org"},
        {},
    ],
)
def test_a_bad_password_does_not_use_the_link_up(staff: Staff, chosen: dict[str, str]) -> None:
    _, link = invited(staff("admin"))
    assert Client().post(link, {"x": "1", **chosen}).status_code == 422
    assert Client().post(link, CHOSEN).status_code == 302


def test_whoever_never_joined_gets_no_password_by_mail(staff: Staff, mailoutbox: Any) -> None:
    invited(staff("admin"))
    Client().post("/account/password/reset/", {"email": "nora@example.org"})
    assert mailoutbox == []


def test_a_new_link_takes_the_old_password_and_second_factor_away(
    clinic: Clinic, staff: Staff
) -> None:
    place = person(clinic, "nurse")
    browser = Client()
    browser.force_login(place.user, backend=BACKEND)
    page = staff("admin").post(f"/clinic/people/{place.pk}/start-over/", follow=True)
    assert b"/clinic/join/" in page.content
    assert browser.get("/clinic/me/").status_code == 302
    assert not Authenticator.objects.filter(user=place.user).exists()
    assert not User.objects.get(pk=place.user_id).has_usable_password()


def test_an_administrator_does_not_reach_into_another_clinic_through_a_person(
    clinic: Clinic, other_clinic: Clinic, staff: Staff
) -> None:
    place = person(clinic, "nurse")
    Membership.objects.create(user=place.user, clinic=other_clinic, role="clinician")
    page = staff("admin").post(f"/clinic/people/{place.pk}/start-over/", follow=True)
    assert b"another clinic" in page.content or b"do not administer" in page.content
    assert b"/clinic/join/" not in page.content
    assert User.objects.get(pk=place.user_id).check_password(PASSWORD)


def signed_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user, backend=BACKEND)
    return browser


def standing(user: User, clinic: Clinic) -> list[str]:
    return list(user.memberships.filter(clinic=clinic, ended=None).values_list("role", flat=True))


def test_someone_known_works_in_another_clinic_only_after_their_own_yes(
    clinic: Clinic, other_clinic: Clinic, staff: Staff
) -> None:
    nora = person(other_clinic, "nurse", "nora@example.org").user
    page, link = invited(staff("admin"), email="NORA@example.org")
    assert (link, standing(nora, clinic)) == ("", [])
    assert "nora@example.org" in page
    assert nora.name not in page

    browser, offer = signed_in(nora), Offer.objects.get()
    assert "place offered to you" in browser.get("/clinic/").content.decode()
    assert "Harbour Clinic offers you a place" in browser.get("/clinic/me/").content.decode()
    browser.post(f"/clinic/me/offers/{offer.pk}/", {"answer": "yes"})
    assert standing(nora, clinic) == ["nurse"]
    row = Row.objects.get(clinic=clinic.pk, what="offer_answered")
    assert (row.who, row.about["answer"]) == (nora.pk, "yes")
    assert "offers you a place" not in browser.get("/clinic/me/").content.decode()


@pytest.mark.parametrize("answer", ["no", ""])
def test_without_a_yes_there_is_no_place(
    answer: str, clinic: Clinic, other_clinic: Clinic, staff: Staff
) -> None:
    nora = person(other_clinic, "nurse", "nora@example.org").user
    invited(staff("admin"))
    place = f"/clinic/me/offers/{Offer.objects.get().pk}/"
    assert signed_in(nora).post(place, {"answer": answer}).status_code == 302
    assert signed_in(nora).post(place, {"answer": "yes"}).status_code == 404
    assert standing(nora, clinic) == []


def test_nobody_says_yes_for_another_and_nobody_when_the_offer_has_run_out(
    clinic: Clinic, other_clinic: Clinic, staff: Staff
) -> None:
    nora = person(other_clinic, "nurse", "nora@example.org").user
    with time_machine.travel(timezone.now(), tick=False) as clock:
        admin = staff("admin")
        invited(admin)
        place = f"/clinic/me/offers/{Offer.objects.get().pk}/"
        assert admin.post(place, {"answer": "yes"}).status_code == 404
        clock.shift(timedelta(hours=72))
        assert signed_in(nora).post(place, {"answer": "yes"}).status_code == 404
    assert standing(nora, clinic) == []


def test_an_offer_keeps_nobodys_own_administrator_from_helping_them(
    other_clinic: Clinic, staff: Staff
) -> None:
    place = person(other_clinic, "nurse", "nora@example.org")
    invited(staff("admin"))
    page = staff("admin", other_clinic).post(f"/clinic/people/{place.pk}/start-over/", follow=True)
    assert b"/clinic/join/" in page.content


def test_an_offer_made_twice_is_one(other_clinic: Clinic, staff: Staff) -> None:
    person(other_clinic, "nurse", "nora@example.org")
    admin = staff("admin")
    for once in ("k", "l"):
        invited(admin, once=once)
    assert Offer.objects.count() == 1


def test_who_works_nowhere_any_more_is_asked_too_and_answers_from_the_page_without_a_place(
    clinic: Clinic, staff: Staff
) -> None:
    place = person(clinic, "clinician", "nora@example.org")
    Membership.objects.filter(pk=place.pk).update(ended=timezone.now())
    invited(staff("admin"))
    browser = signed_in(place.user)
    page = browser.get("/clinic/", follow=True).content.decode()
    assert "no place in a clinic" in page
    assert "Harbour Clinic offers you a place" in page
    assert standing(place.user, clinic) == []


def test_whoever_was_invited_once_and_never_came_gets_a_new_link(
    clinic: Clinic, staff: Staff
) -> None:
    admin = staff("admin")
    invited(admin)
    nora = User.objects.get(email="nora@example.org")
    nora.memberships.update(ended=timezone.now())
    assert invited(admin, once="l")[1] != ""
    assert standing(nora, clinic) == ["nurse"]


def test_nobody_has_the_same_role_twice_in_one_clinic(staff: Staff, clinic: Clinic) -> None:
    place = person(clinic, "nurse", "nora@example.org")
    admin = staff("admin")
    answer = admin.post("/clinic/people/", NEW)
    assert answer.status_code == 422
    assert b"has that role here already" in answer.content
    other = Membership.objects.create(user=place.user, clinic=clinic, role="director")
    page = admin.post(f"/clinic/people/{other.pk}/", {"role": "nurse"}, follow=True)
    assert b"has that role here already" in page.content
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=place.user, clinic=clinic, role="nurse")


def test_someone_who_works_here_gets_one_more_role_and_keeps_the_first(
    staff: Staff, clinic: Clinic
) -> None:
    place = person(clinic, "clinician", "nora@example.org")
    admin = staff("admin")
    assert invited(admin)[1] == ""
    standing = place.user.memberships.filter(ended=None).values_list("role", flat=True)
    assert set(standing) == {"clinician", "nurse"}
    assert b"2 people work here" in admin.get("/clinic/people/").content


def test_an_administrator_gives_no_place_to_themselves(staff: Staff) -> None:
    admin = staff("admin")
    own = Membership.objects.get(role="admin").user
    answer = admin.post("/clinic/people/", {**NEW, "email": own.email, "role": "director"})
    assert answer.status_code == 422
    assert b"your own place" in answer.content
    assert own.memberships.count() == 1


def test_a_person_of_another_clinic_is_not_there(other_clinic: Clinic, staff: Staff) -> None:
    place = person(other_clinic, "nurse")
    admin = staff("admin")
    for what in ("", "end/", "unlock/", "start-over/"):
        assert admin.post(f"/clinic/people/{place.pk}/{what}").status_code == 404
    assert place.user.email not in admin.get("/clinic/people/").content.decode()


def test_another_role_is_another_place_and_the_old_one_stays_in_the_books(
    clinic: Clinic, staff: Staff
) -> None:
    place = person(clinic, "nurse")
    staff("admin").post(f"/clinic/people/{place.pk}/", {"role": "clinician"})
    place.refresh_from_db()
    assert (place.role, place.ended is None) == ("nurse", False)
    assert place.user.memberships.get(ended=None).role == "clinician"
    row = Row.objects.get(what="person", how="POST")
    assert row.about == {"place": str(place.pk), "role": "clinician"}


def test_nobody_changes_their_own_place(clinic: Clinic, staff: Staff) -> None:
    admin = staff("admin")
    own = Membership.objects.get(role="admin")
    assert b"your own place" in admin.post(f"/clinic/people/{own.pk}/end/", follow=True).content
    answer = admin.post(f"/clinic/people/{own.pk}/", {"role": "director"}, follow=True)
    assert b"your own place" in answer.content
    own.refresh_from_db()
    assert (own.ended, own.role) == (None, "admin")


def test_a_person_whose_place_ended_does_not_come_in(clinic: Clinic, staff: Staff) -> None:
    place = person(clinic, "nurse")
    staff("admin").post(f"/clinic/people/{place.pk}/end/")
    browser = Client()
    browser.force_login(place.user, backend=BACKEND)
    assert browser.get("/clinic/patients/").headers["Location"] == "/clinic/no-place/"
    assert browser.get("/clinic/no-place/").status_code == 200


def test_someone_in_two_clinics_chooses_and_sees_only_the_chosen_one(
    clinic: Clinic, other_clinic: Clinic
) -> None:
    place = person(clinic, "admin")
    there = Membership.objects.create(user=place.user, clinic=other_clinic, role="auditor")
    browser = Client()
    browser.force_login(place.user, backend=BACKEND)
    assert browser.get("/clinic/people/").status_code == 200
    browser.post("/clinic/me/place/", {"place": there.pk})
    assert browser.get("/clinic/people/").status_code == 404
    assert browser.get("/clinic/audit/").status_code == 200


@pytest.fixture
def owner(clinic: Clinic) -> tuple[Client, Membership, Membership]:
    """An owner of a small practice: the browser, and the two places, the first one at hand."""
    first = person(clinic, "admin")
    second = Membership.objects.create(user=first.user, clinic=clinic, role="director")
    browser = Client()
    browser.force_login(first.user, backend=BACKEND)
    return browser, first, second


def test_the_owner_of_a_small_practice_works_in_one_role_at_a_time(
    owner: tuple[Client, Membership, Membership], patient: Patient
) -> None:
    browser, first, second = owner
    chart = f"/clinic/patients/{patient.pk}/"
    assert [browser.get(at).status_code for at in ("/clinic/people/", chart)] == [200, 404]
    browser.post("/clinic/me/place/", {"place": second.pk})
    assert [browser.get(at).status_code for at in ("/clinic/people/", chart)] == [404, 200]
    browser.post("/clinic/me/place/", {"place": first.pk})
    assert browser.get(chart).status_code == 404


def test_each_page_offers_the_other_place_and_the_own_page_all_of_them(
    owner: tuple[Client, Membership, Membership],
) -> None:
    browser, first, second = owner
    page = browser.get("/clinic/").content.decode()
    assert f'name="place" value="{second.pk}">Work as Medical director</button>' in page
    assert f'value="{first.pk}">Work as' not in page
    mine = browser.get("/clinic/me/").content.decode()
    assert f'name="place" value="{first.pk}" checked' in mine
    assert f'name="place" value="{second.pk}">' in mine


def test_a_change_of_place_is_a_new_session_and_a_row_of_its_role(
    owner: tuple[Client, Membership, Membership], patient: Patient
) -> None:
    browser, _, second = owner
    before = browser.cookies["session"].value
    browser.post("/clinic/me/place/", {"place": second.pk})
    assert browser.cookies["session"].value != before
    row = Row.objects.get(what="place_chosen")
    assert (row.clinic, row.role, row.about) == (
        second.clinic_id,
        "director",
        {"place": str(second.pk)},
    )
    browser.get(f"/clinic/patients/{patient.pk}/")
    assert Row.objects.get(what="chart").role == "director"


def test_who_holds_two_places_comes_in_once_in_the_audit_of_the_clinic(
    owner: tuple[Client, Membership, Membership],
) -> None:
    row = Row.objects.get(what="sign_in")
    assert (row.clinic, row.role) == (owner[1].clinic_id, "")


def test_a_place_that_ended_is_chosen_no_more(
    owner: tuple[Client, Membership, Membership],
) -> None:
    browser, _, second = owner
    browser.post("/clinic/me/place/", {"place": second.pk})
    Membership.objects.filter(pk=second.pk).update(ended=timezone.now())
    assert browser.get("/clinic/people/").status_code == 200
    assert browser.post("/clinic/me/place/", {"place": second.pk}).status_code == 404
    assert b"Work as" not in browser.get("/clinic/").content


def test_nobody_works_in_the_place_of_another(staff: Staff, clinic: Clinic) -> None:
    theirs = person(clinic, "director")
    assert staff("nurse").post("/clinic/me/place/", {"place": theirs.pk}).status_code == 404


@pytest.mark.parametrize("number", ["0", "999999", "x", "", "²", "9" * 40])
def test_nobody_goes_to_work_where_they_have_no_place(staff: Staff, number: str) -> None:
    assert staff("nurse").post("/clinic/me/place/", {"place": number}).status_code == 404


def test_shortcuts_are_turned_off(staff: Staff) -> None:
    browser = staff("nurse")
    assert b'data-shortcuts="on"' in browser.get("/clinic/me/").content
    browser.post("/clinic/me/shortcuts/", {"once": "k"})
    assert b'data-shortcuts="on"' not in browser.get("/clinic/me/").content


@pytest.mark.parametrize(
    "role",
    ["front_desk", "nurse", "tms_operator", "clinician", "director", "auditor", "admin"],
)
def test_every_pile_on_the_first_page_leads_somewhere_for_its_role(staff: Staff, role: str) -> None:
    browser = staff(role)
    page = browser.get("/clinic/").content.decode()
    links = re.findall(r'<li class="card[^"]*"><a href="([^"]+)">', page)
    assert links
    assert {browser.get(link).status_code for link in links} == {200}


# The clinic's own page

WHOLE = {
    "name": "Harbour House", "phone": "555 0199", "address": "Quay 3",
    "zone": "America/Chicago", "country": "gb", "open_to_public": "on",
}  # fmt: skip


def test_the_clinic_is_changed_whole(clinic: Clinic, staff: Staff) -> None:
    answer = staff("director").post("/clinic/settings/", {**WHOLE, "version": clinic.version})
    assert answer.status_code == 302
    clinic.refresh_from_db()
    assert (clinic.name, clinic.country, clinic.version) == ("Harbour House", "GB", 2)


def test_two_who_change_the_clinic_lose_nothing(clinic: Clinic, staff: Staff) -> None:
    first, second = staff("director"), staff("admin")
    first.post("/clinic/settings/", {**WHOLE, "version": 1})
    answer = second.post("/clinic/settings/", {**WHOLE, "name": "Hill House", "version": 1})
    assert answer.status_code == 409
    assert b"Harbour House" in answer.content
    assert b"Hill House" in answer.content
    clinic.refresh_from_db()
    assert clinic.name == "Harbour House"


@pytest.mark.parametrize("wrong", [{"zone": "Mars/Base"}, {"country": "USA"}, {"name": ""}])
def test_what_no_clinic_can_be_is_refused(
    clinic: Clinic, staff: Staff, wrong: dict[str, str]
) -> None:
    told = {**WHOLE, "version": 1, **wrong}
    assert staff("director").post("/clinic/settings/", told).status_code == 422
