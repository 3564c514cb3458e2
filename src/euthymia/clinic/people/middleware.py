"""Sessions end: after a quiet time, and after a working day. What was being typed is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from euthymia.clinic.people.drafts import forget, keep, page_seen
from euthymia.clinic.people.models import User

SINCE, LAST = "signed_in_at", "last_seen_at"
QUIET = "X-Quiet"
"""A request that the page makes of itself says so, and does not count as a sign of life."""
FIRST_FAULT = 400
OF_PATIENTS = ("/at/", "/l/")
"""How addresses begin that patients come to."""
LEFT_BEHIND = '"cache", "storage"'
"""What a browser drops when someone leaves. Not the cookies: the next sign-in needs its own."""


class SessionsEnd:
    """Ends the session of staff after 15 quiet minutes or 12 hours; drafts survive.

    A patient to whom someone gave their own browser is not led to the sign-in: on a patient's page
    the session ends unseen, and what was told is taken as from anyone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        why = why_over(request, user, timezone.now())
        if why and request.path.startswith(OF_PATIENTS):
            _leave(request, why)
            return _emptied(self.get_response(request))
        if why:
            return _end(request, user, why)
        if QUIET not in request.headers:
            request.session[LAST] = timezone.now().timestamp()
        response = self.get_response(request)
        if request.method == "POST" and response.status_code < FIRST_FAULT:
            forget(user, request.path)
        return response if isinstance(request.user, User) else _emptied(response)


def why_over(request: HttpRequest, user: User, now: datetime) -> str:
    """Why this session is over; empty while it lasts."""
    since = request.session.setdefault(SINCE, now.timestamp())
    quiet = now.timestamp() - request.session.get(LAST, now.timestamp())
    reasons = {
        "quiet": quiet > settings.IDLE_SECONDS and not _stays_open(request),
        "day": now.timestamp() - since > settings.ABSOLUTE_SECONDS,
        "ended": bool(user.out_before and since < user.out_before.timestamp()),
        "demo": user.is_demo and not settings.DEMO,
    }
    return next((name for name, holds in reasons.items() if holds), "")


def _stays_open(request: HttpRequest) -> bool:
    """Whether a screen asks for itself what may be seen on although nobody has touched it."""
    if request.method != "GET" or QUIET not in request.headers:
        return False
    try:
        return bool(getattr(resolve(request.path_info).func, "stays_open", False))
    except Resolver404:
        return False


def _end(request: HttpRequest, user: User, why: str) -> HttpResponse:
    """Keeps what was typed, signs out, and leads to the sign-in and back to this page."""
    page = page_seen(request)
    if request.method == "POST":
        keep(user, page.partition("?")[0], request.POST)
    _leave(request, why)
    to_sign_in = redirect_to_login(page)
    if HtmxDetails(request):  # else the sign-in would be put into the middle of the page
        return _emptied(HttpResponseClientRedirect(to_sign_in.url))
    return _emptied(to_sign_in)


def _leave(request: HttpRequest, why: str) -> None:
    request.ended = why  # type: ignore[attr-defined]
    logout(request)


def _emptied(response: HttpResponse) -> HttpResponse:
    """Tells the browser to keep nothing of whoever has left."""
    response["Clear-Site-Data"] = LEFT_BEHIND
    return response
