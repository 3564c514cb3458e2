"""A second person signs beside whoever is signed in, with their own password and second factor.

Their tries count as tries to sign in; nobody is signed in by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from euthymia.clinic.people.access import Staffed, places_of
from euthymia.clinic.people.doorkeeper import covered, leave_row
from euthymia.clinic.people.factors import CodeAtSignIn
from euthymia.clinic.people.models import Clinic, User
from euthymia.clinic.people.roles import ALLOWED, May


def may_here(user: User, clinic: Clinic, what: May) -> bool:
    """Whether a person has a place in this clinic whose role may do this."""
    return any(place.clinic == clinic and what in ALLOWED[place.role] for place in places_of(user))


class SecondPersonForm(forms.Form):
    """Where the second person gives e-mail, password and code; `second` is who it was.

    A view that shows it must not be undone as a whole where it refuses, or no try would count.
    """

    key = forms.UUIDField(widget=forms.HiddenInput)
    login = forms.EmailField(
        label=gettext_lazy("Second person: e-mail"),
        max_length=254,
        help_text=gettext_lazy("Someone else than you, who works here and is beside you now."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Second person: password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    code = forms.CharField(
        label=gettext_lazy("Second person: code"),
        max_length=40,
        help_text=gettext_lazy("From their authenticator app, or one of their recovery codes."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    def __init__(self, request: Staffed, what: May, *args: Any, **more: Any) -> None:
        super().__init__(*args, **{**more, "initial": {"key": uuid4(), **more.get("initial", {})}})
        self.request, self.what = request, what
        self.second: User | None = None
        names = ("login", "password", "code")
        self.order_fields([*(name for name in self.fields if name not in names), *names])

    def clean(self) -> dict[str, Any]:
        """Asks who it is only once all else is well: a code opens once."""
        told = super().clean() or self.cleaned_data
        if not self.errors:
            self.second = self._proved(told)
        return told

    def _proved(self, told: dict[str, Any]) -> User:
        if told["login"].lower() == self.request.access.user.email.lower():
            raise forms.ValidationError(_("The second person must be someone else than you."))
        user = _with_password(self.request, told["login"], told["password"])
        if user is None or not _with_code(user, told["code"]):
            raise forms.ValidationError(self._refusal())
        if not may_here(user, self.request.access.clinic, self.what):
            raise forms.ValidationError(_("This person has no role here that may sign this."))
        return user

    def _refusal(self) -> str:
        """Why not; who was locked out by it stays on this page, and is not led away from it."""
        if getattr(self.request, "axes_locked_out", False):
            self.request.axes_locked_out = False  # type: ignore[attr-defined]
            return _("Too many tries of this person: wait 15 minutes, or ask someone else.")
        return _("E-mail, password or code of the second person is not right.")


@contextmanager
def in_one_piece(request: Staffed, **kwargs: Any) -> Iterator[None]:
    """What a view writes that counts tries by itself: it and its row of the audit stand together.

    Around it the view is marked `@needs(..., whole=False)`, so that tries count where it refuses.
    """
    with transaction.atomic():
        yield
        leave_row(request, kwargs)
    covered(request)


def key_in(request: HttpRequest) -> UUID:
    """The key under which a form was sent; a fresh one, which nothing has, where it has none.

    It tells what was kept before the code is asked: that does not open twice.
    """
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


def _with_password(request: Staffed, email: str, password: str) -> User | None:
    user = authenticate(request, email=email, password=password)
    if not isinstance(user, User) or (user.is_demo and not settings.DEMO):
        return None
    return user


def _with_code(user: User, code: str) -> bool:
    return CodeAtSignIn({"code": code}, user=user).is_valid()
