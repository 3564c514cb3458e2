"""Letting someone in again from the machine itself, where no administrator is left to do it.

Whoever can run this can read the keys too, so it opens no door that was shut to them. It is asked
at a terminal, and a row of the audit tells of it.
"""

from __future__ import annotations

import sys

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from euthymia.clinic.audit.models import Row
from euthymia.clinic.operations.backup import INSTALLATION
from euthymia.clinic.people.access import places_of
from euthymia.clinic.people.actions import end_sessions
from euthymia.clinic.people.invitations import link_for
from euthymia.clinic.people.models import User

AT_TERMINAL = "terminal"
"""How it was done, in the words of the audit."""


class NotLetInError(Exception):
    """Why nothing was changed, and the mend, in one line."""


def account(email: str) -> User:
    """The account of this e-mail. Raises NotLetInError where none can sign in by it."""
    user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if user is None:
        raise NotLetInError("no account has this e-mail; look it up under People, or spell it anew")
    return user


def require_meant(user: User, what: str) -> None:
    """Asks at the terminal. Raises NotLetInError where nobody sits there, or it is not meant.

    Args:
        user: Whom it is about.
        what: What is about to be done, as "remove the second factors".
    """
    if not sys.stdin.isatty():
        raise NotLetInError("this is asked at a terminal, and there is none: run it there by hand")
    told = input(f"To {what} of {user.name}, type the e-mail of the account again: ")
    if told.strip().lower() != user.email.lower():
        raise NotLetInError("that is another e-mail: nothing was changed")


@transaction.atomic
def remove_factors(user: User) -> None:
    """Removes every second factor and ends the sessions; the next sign-in asks to enroll one."""
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user)
    _note("second_factors_reset", user)


@transaction.atomic
def password_link(user: User) -> str:
    """The address at which this person sets a new password, once; links before it are dead."""
    words = link_for(user, by=None)
    _note("password_link_made", user)
    return f"{settings.ADDRESS}{reverse('join', args=[words])}"


def _note(what: str, user: User) -> None:
    clinics = {place.clinic_id for place in places_of(user)} or {INSTALLATION}
    for clinic in clinics:
        Row.leave(clinic=clinic, what=what, how=AT_TERMINAL, about={"user": str(user.pk)})
