"""A session ends, and nothing that was typed is lost with it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from euthymia.clinic.patients.actions import add, change
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.drafts import LONGEST, forget_old
from euthymia.clinic.people.models import Clinic, Draft, Membership
from tests.clinic.conftest import Staff, access_for

pytestmark = pytest.mark.django_db
SETTINGS = "/clinic/settings/"
TYPED = {"name": "Harbour House", "phone": "555 0199", "address": "Quay 3"}


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(timezone.now().replace(microsecond=0), tick=False) as moved:
        yield moved


@pytest.fixture
def director(clock: Any, staff: Staff) -> Client:
    browser = staff("director")
    assert is_in(browser)
    return browser


def is_in(browser: Client, **headers: Any) -> bool:
    return bool(browser.get("/clinic/me/", **headers).status_code == 200)


def user_of(browser: Client) -> Any:
    return Membership.objects.get(role="director").user


@pytest.mark.parametrize(("seconds", "lasts"), [(900, True), (901, False)])
def test_a_quiet_session_ends_after_a_quarter_of_an_hour(
    clock: Any, director: Client, seconds: int, lasts: bool
) -> None:
    clock.shift(timedelta(seconds=seconds))
    assert is_in(director) is lasts


@pytest.mark.parametrize(("seconds", "lasts"), [(12 * 3600, True), (12 * 3600 + 1, False)])
def test_a_busy_session_ends_after_twelve_hours(
    clock: Any, director: Client, seconds: int, lasts: bool
) -> None:
    for _ in range(seconds // 600):
        clock.shift(timedelta(minutes=10))
        alive = is_in(director)
    clock.shift(timedelta(seconds=seconds % 600))
    assert (alive, is_in(director)) == (True, lasts)


@pytest.mark.parametrize("way", ["/account/logout/", "/clinic/me/leave-everywhere/"])
def test_the_browser_is_told_to_drop_what_it_holds_when_someone_leaves(
    director: Client, way: str
) -> None:
    assert "Clear-Site-Data" not in director.get("/clinic/me/").headers
    assert director.post(way).headers["Clear-Site-Data"] == '"cache", "storage"'
    assert director.get("/account/login/").status_code == 200


def test_the_browser_is_told_so_when_the_session_ended_by_itself(
    clock: Any, director: Client
) -> None:
    clock.shift(timedelta(seconds=901))
    assert director.get("/clinic/me/").headers["Clear-Site-Data"] == '"cache", "storage"'


def test_what_a_page_asks_by_itself_is_no_sign_of_life(clock: Any, director: Client) -> None:
    for _ in range(3):
        clock.shift(timedelta(minutes=6))
        alive = is_in(director, HTTP_X_QUIET="1")
    assert not alive


def test_someone_who_types_without_sending_is_not_signed_out(clock: Any, director: Client) -> None:
    for _ in range(6):
        clock.shift(timedelta(minutes=14))
        assert director.post("/clinic/me/stay/").status_code == 204
    assert is_in(director)


def test_a_form_sent_too_late_is_kept_and_offered_again(clock: Any, director: Client) -> None:
    user = user_of(director)
    clock.shift(timedelta(hours=1))
    answer = director.post(SETTINGS, {**TYPED, "csrfmiddlewaretoken": "x", "once": "y"})
    assert answer.headers["Location"] == f"/account/login/?next={SETTINGS}"
    director.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = director.get(SETTINGS).content.decode()
    assert "You had begun to fill in this form" in page
    assert 'data-draft-field="address">Quay 3<' in page
    assert Draft.objects.get().fields == {name: [value] for name, value in TYPED.items()}


def test_a_form_kept_while_it_is_typed_outlives_the_session(clock: Any, director: Client) -> None:
    sent = director.post(
        "/clinic/me/drafts/", {**TYPED, "draft_of": SETTINGS}, headers={"X-Quiet": "1"}
    )
    assert sent.status_code == 204
    assert b"Quay 3" in director.get(SETTINGS).content


def test_a_draft_put_back_over_a_newer_text_makes_a_conflict_and_overwrites_nothing(
    clinic: Clinic, director: Client
) -> None:
    director.post("/clinic/me/drafts/", {**TYPED, "draft_of": SETTINGS, "version": "1"})
    whole = {**TYPED, "zone": "America/Chicago", "country": "us"}
    Clinic.objects.filter(pk=clinic.pk).update(name="Newer House", version=2)
    page = director.get(SETTINGS).content.decode()
    assert "Someone has changed this since." in page
    kept = re.search(r'<span hidden data-draft-field="version">(\d+)</span>', page)
    assert kept is not None
    answer = director.post(SETTINGS, {**whole, "version": kept[1]})
    assert answer.status_code == 409
    clinic.refresh_from_db()
    assert (clinic.name, clinic.version) == ("Newer House", 2)


def test_a_draft_of_what_nobody_changed_says_nothing_of_a_change(director: Client) -> None:
    director.post("/clinic/me/drafts/", {**TYPED, "draft_of": SETTINGS, "version": "1"})
    page = director.get(SETTINGS).content.decode()
    assert "You had begun" in page
    assert "Someone has changed" not in page


def test_an_entry_typed_before_a_colleague_changed_it_is_put_back_as_it_was_typed(
    clinic: Clinic, patient: Patient, director: Client
) -> None:
    by = access_for(clinic, "clinician")
    entry = add(patient, "body", {"weight_kg": 70}, by=by)
    place = f"/clinic/patients/{patient.pk}/entries/{entry.pk}/"
    typed = {"weight_kg": "75", "version": "1"}
    director.post("/clinic/me/drafts/", {**typed, "draft_of": place})
    change(entry, {"weight_kg": 72}, version=1, by=by)
    page = director.get(place).content.decode()
    assert "Someone has changed this since." in page
    assert '<input type="hidden" name="version" value="1">' in page
    assert director.post(place, typed).status_code == 409
    entry.refresh_from_db()
    assert entry.told == {"weight_kg": 72}


def test_a_form_that_was_sent_needs_no_draft_any_more(
    clinic: Clinic, clock: Any, director: Client
) -> None:
    director.post("/clinic/me/drafts/", {**TYPED, "draft_of": SETTINGS})
    whole = {**TYPED, "zone": "America/Chicago", "country": "us", "version": clinic.version}
    assert director.post(SETTINGS, whole).status_code == 302
    assert not Draft.objects.exists()


def test_a_form_that_was_refused_keeps_its_draft(director: Client) -> None:
    director.post("/clinic/me/drafts/", {**TYPED, "draft_of": SETTINGS})
    assert director.post(SETTINGS, {"name": ""}).status_code == 422
    assert Draft.objects.exists()


def test_a_draft_is_thrown_away_when_asked(director: Client) -> None:
    director.post("/clinic/me/drafts/", {**TYPED, "draft_of": SETTINGS})
    gone = director.post("/clinic/me/drafts/forget/", {"draft_of": SETTINGS, "back": SETTINGS})
    assert (gone.headers["Location"], Draft.objects.exists()) == (SETTINGS, False)


def test_throwing_a_draft_away_leads_nowhere_outside(director: Client) -> None:
    for elsewhere in ("https://example.org/", "//example.org/"):
        gone = director.post("/clinic/me/drafts/forget/", {"draft_of": SETTINGS, "back": elsewhere})
        assert gone.headers["Location"] == "/clinic/"


def test_nobody_sees_the_draft_of_another(director: Client, staff: Staff) -> None:
    director.post("/clinic/me/drafts/", {**TYPED, "draft_of": SETTINGS})
    assert b"Quay 3" not in staff("admin").get(SETTINGS).content


def test_no_secret_is_ever_kept(director: Client) -> None:
    told = {"password1": "p", "oldpassword": "p", "code": "1", "credential": "c", "note": "n"}
    director.post("/clinic/me/drafts/", {**told, "draft_of": SETTINGS})
    assert Draft.objects.get().fields == {"note": ["n"]}


@pytest.mark.parametrize(
    "told", [{"note": "x" * (LONGEST + 1)}, {}, {"note": ""}, {"version": "12"}]
)
def test_a_draft_has_a_size(director: Client, told: dict[str, str]) -> None:
    director.post("/clinic/me/drafts/", {**told, "draft_of": SETTINGS})
    assert not Draft.objects.exists()


def test_a_draft_is_of_a_page_of_ours(director: Client) -> None:
    assert director.post("/clinic/me/drafts/", {"draft_of": "/nowhere/"}).status_code == 404


def test_a_draft_nobody_came_back_for_goes_after_a_week(clock: Any, director: Client) -> None:
    director.post("/clinic/me/drafts/", {**TYPED, "draft_of": SETTINGS})
    clock.shift(timedelta(days=6))
    assert forget_old() == 0
    clock.shift(timedelta(days=1, seconds=1))
    assert forget_old() == 1


NOTE = "/clinic/drug-note/"
THERE = "http://testserver"


def asks_of_a_dose(browser: Client, page: str) -> Any:
    """As the page of a trial asks by itself, with all that is typed in its form."""
    headers = {"HX-Request": "true", "HX-Current-URL": page}
    return browser.post(NOTE, {"drug": "sertraline", "version": "0"}, headers=headers)


def test_what_was_typed_is_kept_for_the_page_that_asked_for_a_part_of_itself(
    clock: Any, patient: Patient, director: Client
) -> None:
    user = user_of(director)
    place = f"/clinic/patients/{patient.pk}/new/trials/"
    clock.shift(timedelta(hours=1))
    answer = asks_of_a_dose(director, f"{THERE}{place}?from=here")
    assert answer.headers["HX-Redirect"] == f"/account/login/?next={place}%3Ffrom%3Dhere"
    director.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = director.get(place).content.decode()
    assert 'value="sertraline"' in page
    assert "This is what you had typed here before." in page


@pytest.mark.parametrize("page", ["https://example.org/clinic/", f"{THERE}/nowhere/", "x", ""])
def test_a_draft_hangs_on_no_page_that_is_not_ours(clock: Any, director: Client, page: str) -> None:
    clock.shift(timedelta(hours=1))
    asks_of_a_dose(director, page)
    assert Draft.objects.get().path == NOTE


def test_the_editor_of_an_entry_is_kept_while_it_is_typed_and_what_is_put_back_can_go(
    patient: Patient, director: Client
) -> None:
    place = f"/clinic/patients/{patient.pk}/new/trials/"
    assert re.search(r'<form method="post"[^>]* data-keep>', director.get(place).content.decode())
    director.post("/clinic/me/drafts/", {"drug": "sertraline", "draft_of": place})
    page = director.get(place).content.decode()
    assert f'name="draft_of" value="{place}"' in page
    director.post("/clinic/me/drafts/forget/", {"draft_of": place, "back": place})
    assert "sertraline" not in re.sub(
        r"<datalist.*?</datalist>", "", director.get(place).content.decode(), flags=re.S
    )
