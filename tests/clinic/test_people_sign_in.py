"""Nobody comes in without a password and a second factor, and nobody guesses either."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import password_validation
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from euthymia.clinic.audit.models import Row
from euthymia.clinic.people.lockout import address_of
from euthymia.clinic.people.models import Clinic, Membership, User
from tests.clinic.conftest import PASSWORD, Staff, person

pytestmark = pytest.mark.django_db
LOGIN, CODE = "/account/login/", "/account/2fa/authenticate/"


def code_of(user: User) -> str:
    factor = Authenticator.objects.get(user=user, type="totp").wrap()
    secret = totp.decrypt(factor.instance.data["secret"])
    return totp.format_hotp_value(
        totp.hotp_value(secret, list(totp.yield_hotp_counters_from_time())[1])
    )


def try_password(browser: Client, email: str, password: str = "wrong", **extra: Any) -> Any:  # noqa: S107
    return browser.post(LOGIN, {"login": email, "password": password}, **extra)


def without_what_differs(page: bytes, email: str) -> str:
    text = page.decode().replace(email, "EMAIL")
    return re.sub(r'name="(csrfmiddlewaretoken|once)" value="[^"]*"', "", text)


# R01


def test_a_common_password_is_refused() -> None:
    listed = Path(password_validation.__file__).parent / "common-passwords.txt.gz"
    with gzip.open(listed, "rt") as file:
        common = [line.strip() for line in file]
    accepted = [word for word in common[:10_000] if not _refused(word)]
    assert (len(common) >= 10_000, accepted) == (True, [])


@pytest.mark.parametrize(
    ("password", "refused"),
    [
        ("fourteen chars", True),
        ("123456789012345678", True),
        ("nora.quint@example.org", True),
        ("fifteen letters", False),
        (PASSWORD, False),
    ],
)
def test_a_password_is_long_and_not_about_its_owner(password: str, refused: bool) -> None:
    assert _refused(password, User(email="nora.quint@example.org", name="Nora Quint")) is refused


def _refused(password: str, user: User | None = None) -> bool:
    try:
        validate_password(password, user)
    except ValidationError:
        return True
    return False


# R02


def test_a_password_alone_opens_nothing_but_the_set_up_of_a_second_factor(clinic: Clinic) -> None:
    user = User.objects.create_user("new@example.org", "New", PASSWORD)
    Membership.objects.create(user=user, clinic=clinic, role="director")
    browser = Client()
    assert try_password(browser, user.email, PASSWORD).headers["Location"] == "/clinic/"
    for address in ("/clinic/", "/clinic/patients/", "/clinic/me/", "/clinic/people/"):
        assert browser.get(address).headers["Location"] == "/account/2fa/"
    assert browser.get("/account/2fa/").status_code == 200


def test_the_password_of_someone_with_a_second_factor_does_not_sign_in_yet(clinic: Clinic) -> None:
    user = person(clinic, "nurse").user
    browser = Client()
    assert try_password(browser, user.email, PASSWORD).headers["Location"] == CODE
    assert browser.get("/clinic/").headers["Location"].startswith(LOGIN)


def test_the_only_second_factor_cannot_be_removed(clinic: Clinic) -> None:
    user = person(clinic, "nurse").user
    browser = signed_in_by_hand(user)
    answer = browser.post("/account/2fa/totp/deactivate/")
    assert b"only second factor" in answer.content
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_recovery_codes_alone_are_no_second_factor(clinic: Clinic) -> None:
    user = User.objects.create_user("codes@example.org", "Codes", PASSWORD)
    Membership.objects.create(user=user, clinic=clinic, role="nurse")
    RecoveryCodes.activate(user)
    browser = Client()
    try_password(browser, user.email, PASSWORD)
    assert browser.get("/clinic/").headers["Location"] == "/account/2fa/"


def test_a_second_factor_is_set_up_with_an_app(clinic: Clinic) -> None:
    user = User.objects.create_user("app@example.org", "App", PASSWORD)
    Membership.objects.create(user=user, clinic=clinic, role="nurse")
    browser = Client()
    try_password(browser, user.email, PASSWORD)
    page = browser.get("/account/2fa/totp/activate/").content.decode()
    secret = re.search(r'id="authenticator_secret">([A-Z2-7=]+)<', page)
    assert secret is not None
    counter = list(totp.yield_hotp_counters_from_time())[1]
    code = totp.format_hotp_value(totp.hotp_value(secret[1], counter))
    answer = browser.post("/account/2fa/totp/activate/", {"code": code})
    assert answer.headers["Location"] == "/account/2fa/recovery-codes/"
    assert browser.get("/account/2fa/recovery-codes/").content.count(b"<li><code>") == 10
    assert browser.get("/clinic/").status_code == 200
    assert secret[1] not in str(Authenticator.objects.get(user=user, type="totp").data)


# R03


def signed_in_by_hand(user: User, code: str = "") -> Client:
    browser = Client()
    try_password(browser, user.email, PASSWORD)
    browser.post(CODE, {"code": code or code_of(user)})
    return browser


def is_in(browser: Client) -> bool:
    return bool(browser.get("/clinic/me/").status_code == 200)


def test_a_code_opens_once(clinic: Clinic) -> None:
    user = person(clinic, "nurse").user
    code = code_of(user)
    assert is_in(signed_in_by_hand(user, code))
    assert not is_in(signed_in_by_hand(user, code))


def test_a_recovery_code_opens_once(clinic: Clinic) -> None:
    user = person(clinic, "nurse").user
    code = RecoveryCodes.activate(user).get_unused_codes()[3]
    assert is_in(signed_in_by_hand(user, code))
    assert not is_in(signed_in_by_hand(user, code))


# R04


def test_six_wrong_passwords_lock_out_and_the_right_one_does_not_help(clinic: Clinic) -> None:
    user = person(clinic, "nurse").user
    browser = Client()
    answers = [try_password(browser, user.email).status_code for _ in range(6)]
    assert answers == [200, 200, 200, 200, 429, 429]
    assert try_password(browser, user.email, PASSWORD).status_code == 429


def test_the_lock_opens_by_itself_after_a_quarter_of_an_hour(clinic: Clinic) -> None:
    user = person(clinic, "nurse").user
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(6):
            try_password(Client(), user.email)
        clock.shift(timedelta(minutes=15, seconds=1))
        assert try_password(Client(), user.email, PASSWORD).status_code == 302


def test_a_lock_is_for_one_person_at_one_address(clinic: Clinic) -> None:
    locked, other = person(clinic, "nurse").user, person(clinic, "nurse").user
    for spelling in (locked.email, locked.email.upper()) * 3:
        try_password(Client(), spelling)
    assert try_password(Client(), locked.email, PASSWORD).status_code == 429
    assert try_password(Client(), other.email, PASSWORD).status_code == 302
    elsewhere = try_password(Client(), locked.email, PASSWORD, REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status_code == 302


def test_wrong_codes_lock_out_like_wrong_passwords(clinic: Clinic) -> None:
    user = person(clinic, "nurse").user
    browser = Client()
    try_password(browser, user.email, PASSWORD)
    answers = [browser.post(CODE, {"code": "000000"}).status_code for _ in range(6)]
    assert answers[-1] == 429
    assert browser.post(CODE, {"code": code_of(user)}).status_code == 429
    assert not is_in(browser)


def test_an_account_that_is_not_there_is_answered_like_one_that_is(clinic: Clinic) -> None:
    user = person(clinic, "nurse").user
    nobody = "nobody-at-all@example.org"
    for _ in range(7):
        there, not_there = try_password(Client(), user.email), try_password(Client(), nobody)
        assert there.status_code == not_there.status_code
        assert without_what_differs(there.content, user.email) == without_what_differs(
            not_there.content, nobody
        )


def test_a_forgotten_password_is_answered_alike_for_anyone(clinic: Clinic, mailoutbox: Any) -> None:
    user = person(clinic, "nurse").user
    answers = [
        Client().post("/account/password/reset/", {"email": email}, follow=True).content
        for email in (user.email, "nobody-at-all@example.org")
    ]
    assert without_what_differs(answers[0], "") == without_what_differs(answers[1], "")
    assert [mail.to for mail in mailoutbox] == [[user.email]]


def test_the_administrator_unlocks_at_once(clinic: Clinic, staff: Staff) -> None:
    place = person(clinic, "nurse")
    for _ in range(6):
        try_password(Client(), place.user.email)
    admin = staff("admin")
    assert b"locked out" in admin.get("/clinic/people/").content
    admin.post(f"/clinic/people/{place.pk}/unlock/")
    assert try_password(Client(), place.user.email, PASSWORD).status_code == 302


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(rf: Any, settings: Any) -> None:
    request = rf.get("/", HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.7", REMOTE_ADDR="10.0.0.1")
    settings.BEHIND_PROXY = True
    assert address_of(request) == "198.51.100.7"
    settings.BEHIND_PROXY = False
    assert address_of(request) == "10.0.0.1"


# R05


def test_signing_in_gives_a_new_session_and_signing_out_kills_the_old_one(clinic: Clinic) -> None:
    user = person(clinic, "nurse").user
    browser = Client()
    browser.get(LOGIN)
    try_password(browser, user.email, PASSWORD)
    before = browser.cookies["session"].value
    browser.post(CODE, {"code": code_of(user)})
    after = browser.cookies["session"].value
    assert before != after
    browser.post("/account/logout/")
    thief = Client()
    for stolen in (before, after):
        thief.cookies["session"] = stolen
        assert not is_in(thief)
    assert not Session.objects.filter(session_key__in=[before, after]).exists()


def test_a_changed_role_ends_the_sessions_of_before(clinic: Clinic, staff: Staff) -> None:
    place = person(clinic, "director")
    browser = signed_in_by_hand(place.user)
    assert is_in(browser)
    staff("admin").post(f"/clinic/people/{place.pk}/", {"role": "front_desk"})
    assert not is_in(browser)


def test_a_changed_password_ends_the_other_sessions(clinic: Clinic) -> None:
    user = person(clinic, "nurse").user
    browser = signed_in_by_hand(user)
    user.set_password("another long river of words")
    user.save()
    assert not is_in(browser)


def test_signing_out_everywhere_ends_each_session(clinic: Clinic, staff: Staff) -> None:
    user = person(clinic, "nurse").user
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert is_in(browser)
    browsers[0].post("/clinic/me/leave-everywhere/")
    assert [is_in(browser) for browser in browsers] == [False, False]


# What is noted


def test_coming_going_and_being_refused_are_rows_of_the_audit(clinic: Clinic) -> None:
    user = person(clinic, "nurse").user
    try_password(Client(), user.email)
    browser = signed_in_by_hand(user)
    browser.post("/account/logout/")
    rows = Row.objects.filter(clinic=clinic.pk, who=user.pk).order_by("number")
    assert list(rows.values_list("what", "outcome")) == [
        ("sign_in", "refused"),
        ("second_factor", "done"),
        ("sign_in", "done"),
        ("sign_out", "done"),
    ]


def test_a_try_for_an_account_that_is_not_there_is_noted_without_its_name(clinic: Clinic) -> None:
    try_password(Client(), "nobody-at-all@example.org")
    row = Row.objects.get(what="sign_in")
    assert (row.clinic, row.who, row.outcome) == (0, 0, "refused")
    assert "nobody" not in str(vars(row))


def test_an_account_of_the_demo_does_not_come_in_for_real(clinic: Clinic, settings: Any) -> None:
    user = person(clinic, "nurse").user
    user.is_demo = True
    user.save()
    browser = Client()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert is_in(browser)
    settings.DEMO = False
    assert not is_in(browser)
    assert try_password(Client(), user.email, PASSWORD).headers["Location"] == "/account/inactive/"


@pytest.mark.parametrize(("server", "promised"), [("dummy", False), ("locmem", True)])
def test_a_link_is_promised_only_where_mail_leaves_the_clinic(
    clinic: Clinic, settings: Any, server: str, *, promised: bool
) -> None:
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{server}.EmailBackend"
    email, address = person(clinic, "nurse").user.email, "/account/password/reset/"
    asked = Client().get(address).content.decode()
    done = Client().post(address, {"email": email}, follow=True).content.decode()
    assert ("we send a link" in asked) is ("a link is on its way" in done) is promised
    for page in (asked, done):
        assert ("euthymia clinic reset-password" in page) is not promised
