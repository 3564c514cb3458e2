"""Who came, who was refused and who left is a row of the audit of each clinic it concerns."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from allauth.account.signals import password_changed, password_reset
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_used,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from euthymia.clinic.audit.models import NOBODY, Outcome, Row
from euthymia.clinic.people.access import places_of
from euthymia.clinic.people.lockout import whom
from euthymia.clinic.people.middleware import SINCE
from euthymia.clinic.people.models import User


def note(what: str, user: User | None, outcome: Outcome = Outcome.DONE, why: str = "") -> None:
    """One row in the chain of each clinic where this person works; else in that of no clinic.

    Who has several places in a clinic comes and goes as the person, in none of these roles.
    """
    who = user.pk if user else NOBODY
    roles: dict[int, set[str]] = defaultdict(set)
    for place in places_of(user) if user else ():
        roles[place.clinic_id].add(place.role)
    for clinic, held in (roles or {NOBODY: set()}).items():
        role = "".join(held) if len(held) == 1 else ""
        Row.leave(clinic=clinic, what=what, who=who, role=role, outcome=outcome, why=why)


@receiver(user_logged_in)
def _came(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    request.session[SINCE] = timezone.now().timestamp()
    note("sign_in", user)


@receiver(user_logged_out)
def _left(sender: Any, request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        note("sign_out", user, why=getattr(request, "ended", ""))


@receiver(user_login_failed)
def _refused(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any
) -> None:
    name = whom(request, credentials) if request is not None else ""
    note("sign_in", User.objects.filter(email=name).first(), Outcome.REFUSED)


@receiver(authentication_failed)
def _wrong_code(sender: Any, user: User, **_: Any) -> None:
    note("second_factor", user, Outcome.REFUSED)


@receiver(authenticator_used)
def _factor_used(sender: Any, user: User, **_: Any) -> None:
    note("second_factor", user)


@receiver(authenticator_added)
def _factor_added(sender: Any, user: User, **_: Any) -> None:
    note("second_factor_added", user)


@receiver(authenticator_removed)
def _factor_removed(sender: Any, user: User, **_: Any) -> None:
    note("second_factor_removed", user)


@receiver([password_changed, password_reset])
def _password(sender: Any, user: User, **_: Any) -> None:
    note("password_changed", user)
