"""How allauth behaves here: nobody signs up by themselves, nobody is without a second factor."""

from __future__ import annotations

import base64
import hashlib
import logging
import time
from smtplib import SMTPException
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from euthymia.clinic.keys import key
from euthymia.clinic.people.lockout import address_of
from euthymia.clinic.people.models import User

log = logging.getLogger(__name__)


class NoSignUp(DefaultAccountAdapter):  # type: ignore[misc]
    """An account is made by an administrator."""

    error_messages = {  # noqa: RUF012 - as the framework spells it
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail or the password is not right."),
        "too_many_login_attempts": _("Too many tries. Wait 15 minutes and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Passwords are counted by axes; the count of allauth is kept for codes."""

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        if user.is_demo and not settings.DEMO:
            return self.respond_user_inactive(request, user)  # type: ignore[no-any-return]
        return super().pre_login(request, user, **kwargs)  # type: ignore[no-any-return]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever signed in within the last minutes has just shown who they are."""
        records = get_authentication_records(context.request, context.request.user)
        last = max((record["at"] for record in records), default=0)
        return bool(time.time() - last >= app_settings.REAUTHENTICATION_TIMEOUT)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Whoever never joined has no password to reset: the administrator's link is the way."""
        if user.has_usable_password():
            super().send_password_reset_mail(user, email, context)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        try:
            super().send_mail(template_prefix, email, context)
        except (SMTPException, OSError):
            log.error("mail for an account was not sent; check EUTHYMIA_MAIL")


class KnownPeopleOnly(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The hospital's sign-in opens an account that stands already, by its verified address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        if sociallogin.is_existing:
            return
        verified = [a.email.lower() for a in sociallogin.email_addresses if a.verified]
        user = User.objects.filter(email__in=verified, is_active=True).first()
        if user is None:
            raise PermissionDenied
        sociallogin.connect(request, user)


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors lie sealed in the database; the last factor cannot be removed."""

    error_messages = {  # noqa: RUF012 - as the framework spells it
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _(
            "This is your only second factor. Add another one first, then remove this."
        ),
        "incorrect_code": _(
            "This code is not right, or was used before. Wait for the next one and try again."
        ),
        "other_key": _(
            "Your second factor cannot be read any more. Ask the administrator for a new link."
        ),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        codes = Authenticator.Type.RECOVERY_CODES
        others = Authenticator.objects.filter(user=authenticator.user_id).exclude(type=codes)
        return bool(others.exclude(pk=authenticator.pk).exists())

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """Recovery codes alone are no second factor: they only stand in for one."""
        real = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        return bool(super().is_mfa_enabled(user, types=types or real))

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": settings.SITE_NAME}

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as fault:
            raise self.validation_error("other_key") from fault


def _box() -> Fernet:
    """A key for second factors only, drawn from the key that seals."""
    drawn = hashlib.sha256(b"second factors" + key(settings.KEYS, "seal")).digest()
    return Fernet(base64.urlsafe_b64encode(drawn))
