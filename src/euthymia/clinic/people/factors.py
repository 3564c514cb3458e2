"""The forms of second factors: each code opens once, and a wrong one counts as a wrong password."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from euthymia.clinic.people.lockout import count_failure, is_locked

CODE = _("Code")
HINT = _("Six digits from your authenticator app, or one of your recovery codes.")


class _Counted(forms.Form):
    """Refuses while locked out, and counts what was wrong."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label, field.help_text = CODE, HINT
        field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}

    def clean_code(self) -> str:
        request = context.request
        if is_locked(request, self.user):  # type: ignore[attr-defined]
            request.axes_locked_out = True
            raise get_adapter().validation_error("too_many_login_attempts")
        try:
            return super().clean_code()  # type: ignore[misc, no-any-return]
        except forms.ValidationError:
            count_failure(request, self.user)  # type: ignore[attr-defined]
            raise


class CodeAtSignIn(_Counted, AuthenticateForm):  # type: ignore[misc]
    """The code that is asked after the password."""


class CodeAgain(_Counted, ReauthenticateForm):  # type: ignore[misc]
    """The code that is asked again before something that matters."""


class FirstCode(ActivateTOTPForm):  # type: ignore[misc]
    """The code that shows that the app was set up; it does not open a second time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code shown by the app")
        self.fields["code"].widget.attrs = {
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
        }

    def clean_code(self) -> str:
        code = super().clean_code()
        TOTP(Authenticator(user=self.user))._mark_code_used(code)
        return str(code)


class NewPasskey(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey that signs in by itself, unless its owner unticks that."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("A name for this passkey, as in My phone")
        passwordless = self.fields["passwordless"]
        passwordless.initial = True
        passwordless.label = _("Sign in with this passkey alone")
        passwordless.help_text = _("The passkey then asks for your finger, face or PIN.")
