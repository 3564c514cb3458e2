"""A real browser before a live clinic: how it is opened, signed in, driven by keys and looked over.

What a page complains of in the console, and whom it asks for something, is kept beside the page.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.test import Client

from euthymia.clinic.people.models import Clinic, User
from tests.clinic.conftest import PASSWORD, person

CHROMIUM = shutil.which("chromium")
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 900}
NARROWEST = {"width": 320, "height": 700}
GRAVE = ("serious", "critical")
PATIENCE_MS = 120_000
"""A busy machine is no finding."""
REFUSED = re.compile(r"Failed to load resource: .* status of 4\d\d")
"""What the console says of an answer that a test asks for: a conflict, a page that is not there."""
MARKS = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        CHROMIUM is None, reason="no chromium here: apt-get install -y chromium brings it"
    ),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@contextmanager
def started() -> Iterator[Any]:
    """What starts browsers. Its loop runs in this thread, which the framework bears meanwhile."""
    playwright = pytest.importorskip("playwright.sync_api")
    with pytest.MonkeyPatch.context() as patch, playwright.sync_playwright() as tools:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield tools.chromium


def opened(chromium: Any, size: dict[str, int], *, signed_in: Any = None, at: str = "") -> Any:
    """A page of a fresh browser; `signed_in`: as whom already, at the clinic that stands `at`."""
    context = chromium.new_context(viewport=size, locale="en-US")
    context.set_default_timeout(PATIENCE_MS)
    if signed_in is not None:
        context.add_cookies([_cookie(signed_in, at)])
    page = context.new_page()
    page.complaints, page.asked = [], []
    page.on("console", lambda said: _note(page, said))
    page.on("pageerror", lambda fault: page.complaints.append(str(fault)))
    page.on("request", lambda request: page.asked.append(request.url))
    return page


def _note(page: Any, said: Any) -> None:
    if said.type in ("error", "warning") and not REFUSED.match(said.text):
        page.complaints.append(f"{said.type}: {said.text}")


def _cookie(user: User, at: str) -> dict[str, str]:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": at}


@dataclass
class Colleague:
    """Someone who works here, with the authenticator app in hand: it shows each code once."""

    user: User
    shown: int = 0

    def code(self) -> str:
        factor = Authenticator.objects.get(user=self.user, type="totp")
        now = list(totp.yield_hotp_counters_from_time())[1]
        self.shown = max(now, self.shown + 1)
        secret = totp.decrypt(factor.data["secret"])
        return str(totp.format_hotp_value(totp.hotp_value(secret, self.shown)))


def colleague(clinic: Clinic, role: str) -> Colleague:
    return Colleague(person(clinic, role).user)


def sign_in(page: Any, who: Colleague) -> None:
    """On the page that asks for a password: password, then code."""
    give_password(page, who.user.email)
    page.fill("[name=code]", who.code())
    page.press("[name=code]", "Enter")
    page.wait_for_selector(".me")


def give_password(page: Any, email: str) -> None:
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile("/account/2fa/"))


def tab_to(page: Any, goal: Any, *, most: int = 120) -> None:
    """Presses Tab until the goal is reached; where the keyboard is must be seen all the way."""
    for _ in range(most):
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN), f"no mark of focus on {page.evaluate(WHERE)}"
        if goal.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{most} times Tab do not reach {goal}")


WHERE = "document.activeElement.outerHTML.slice(0, 200)"
SEEN = """(() => {
  const style = getComputedStyle(document.activeElement);
  return document.activeElement === document.body
      || style.outlineStyle !== "none" || style.boxShadow !== "none";
})()"""


def grave_faults(page: Any) -> list[str]:
    """What the rules of accessibility call serious or critical, each with the first place."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in GRAVE]


def require_quiet(page: Any) -> None:
    """Nothing in the console, no rule of the content policy broken, nobody else asked."""
    host = re.match(r"https?://[^/]+/", page.url)
    assert host is not None
    elsewhere = [url for url in page.asked if not url.startswith((host[0], "data:"))]
    assert not page.complaints + elsewhere, page.complaints + elsewhere
