"""The owner of an installation, and the first clinic, by prompt or environment.

In a small practice the owner is administrator and medical director in one; each is a place of its
own, and the person says which of the two they work in. Who has a director ends that place later.

EUTHYMIA_CLINIC_NAME, EUTHYMIA_CLINIC_ZONE, EUTHYMIA_CLINIC_COUNTRY, EUTHYMIA_ADMIN_NAME,
EUTHYMIA_ADMIN_EMAIL and EUTHYMIA_ADMIN_PASSWORD answer where nobody sits at the terminal.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.text import slugify

from euthymia.clinic.audit.models import Row
from euthymia.clinic.operations.zones import offered_zone
from euthymia.clinic.people.models import Clinic, Membership, User, require_zone
from euthymia.clinic.people.roles import Role

Ask = Callable[[str], str]
OWNER = (Role.ADMIN, Role.DIRECTOR)
"""The places of the owner, the first of them at hand after the sign-in."""


class NobodyAnswersError(Exception):
    """An answer is needed, and neither the environment nor a terminal gives it."""


def has_owner() -> bool:
    """Whether an administrator can sign in."""
    return Membership.objects.filter(role=Role.ADMIN, ended=None, user__is_active=True).exists()


def make_owner() -> User:
    """The owner, administrator and medical director of a clinic that stands or of the first one.

    Raises:
        NobodyAnswersError: No terminal, and a variable is missing or does not do.
    """
    clinic = Clinic.objects.order_by("pk").first() or _clinic()
    name = _asked("EUTHYMIA_ADMIN_NAME", "Your name", _something)
    email = _asked("EUTHYMIA_ADMIN_EMAIL", "Your e-mail address", validate_email)
    password = _password(User(email=email, name=name))
    with transaction.atomic():
        if clinic._state.adding:
            clinic.save()
        user = User.objects.create_user(email, name, password)
        for role in OWNER:
            Membership.objects.create(user=user, clinic=clinic, role=role)
        Row.leave(clinic=clinic.pk, what="first_administrator", about={"user": str(user.pk)})
    return user


def _clinic() -> Clinic:
    name = _asked("EUTHYMIA_CLINIC_NAME", "Name of the clinic", _something)
    country = _asked("EUTHYMIA_CLINIC_COUNTRY", "Its country, two letters as US", _two_letters)
    zone = _asked(
        "EUTHYMIA_CLINIC_ZONE",
        "Its time zone, as America/New_York",
        require_zone,
        offered=offered_zone(country),
    )
    return Clinic(name=name, slug=slugify(name) or "clinic", zone=zone, country=country.upper())


def _asked(
    variable: str, question: str, check: Callable[[str], object], *, offered: str = ""
) -> str:
    """From the environment, else from the terminal until the answer does; Enter takes the offer."""
    prompt = f"{question} [{offered}]: " if offered else f"{question}: "
    return _until_it_does(variable, lambda: input(prompt).strip() or offered, check)


def _password(user: User) -> str:
    def fits(password: str) -> None:
        validate_password(password, user)

    return _until_it_does("EUTHYMIA_ADMIN_PASSWORD", _typed_twice, fits)


def _typed_twice() -> str:
    first = getpass("A password of 15 characters or more: ")
    if first == getpass("The same again: "):
        return first
    print("these were not the same", file=sys.stderr)  # noqa: T201 - a dialog with a person
    return ""


def _until_it_does(variable: str, ask: Callable[[], str], check: Callable[[str], object]) -> str:
    given = os.environ.get(variable)
    while True:
        answer = given if given is not None else _from_terminal(variable, ask)
        try:
            check(answer)
        except ValidationError as fault:
            if given is not None:
                raise NobodyAnswersError(f"{variable}: {fault.messages[0]}") from None
            print(fault.messages[0], file=sys.stderr)  # noqa: T201 - a dialog with a person
        else:
            return answer


def _from_terminal(variable: str, ask: Callable[[], str]) -> str:
    if not sys.stdin.isatty():
        raise NobodyAnswersError(
            f"there is no administrator yet: run this once in a terminal, or set {variable}"
        )
    return ask()


def _something(answer: str) -> None:
    if not answer:
        raise ValidationError("something must stand here")


def _two_letters(answer: str) -> None:
    if len(answer) != 2 or not answer.isalpha():  # noqa: PLR2004 - as ISO 3166 has it
        raise ValidationError("two letters, as US or GB")
