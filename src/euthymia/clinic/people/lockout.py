"""Who tries too often is shut out for a while: by person and address, counted for all workers.

A password, a code and a repeated sign-in count alike. An administrator may unlock at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from allauth.core import ratelimit
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from euthymia.clinic.people.models import User

TOO_MANY_REQUESTS = 429


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """What someone sees who tried too often: the same words, account or no account."""
    return render(request, "faults/locked_out.html", status=TOO_MANY_REQUESTS)


def whom(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The address that was tried, in small letters: `A@x` and `a@x` are one person."""
    told = credentials or {}
    name = told.get("email") or told.get("username") or request.POST.get("login", "")
    return str(name).strip().lower()[:255]


def address_of(request: HttpRequest) -> str:
    """Where a request came from: behind our proxy, the address that the proxy itself saw."""
    direct = request.META.get("REMOTE_ADDR", "")
    passed = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    return passed.rpartition(",")[2].strip() or direct


def is_locked(request: HttpRequest, user: User) -> bool:
    return not AxesProxyHandler.is_allowed(request, {"email": user.email})


def count_failure(request: HttpRequest, user: User) -> None:
    """Counts a wrong code as a wrong password is counted."""
    AxesProxyHandler.user_login_failed(User, {"email": user.email}, request)


def locked_among(users: Iterable[User]) -> set[int]:
    """Numbers of those who are locked out at this moment, from any address."""
    people = {user.email.lower(): user.pk for user in users}
    since = timezone.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    tries = AccessAttempt.objects.filter(username__in=people, attempt_time__gt=since)
    counted = tries.values("username", "ip_address").annotate(count=Sum("failures_since_start"))
    return {people[t["username"]] for t in counted if t["count"] >= settings.AXES_FAILURE_LIMIT}


def unlock(request: HttpRequest, user: User) -> None:
    """Forgets the failed tries of this person, at every address."""
    AxesProxyHandler.reset_attempts(username=user.email.lower())
    ratelimit.clear(request, action="login_failed", key=f"mfa-auth-user-{user.pk}")
