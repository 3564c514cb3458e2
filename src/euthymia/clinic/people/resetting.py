"""Links to reset a password: void as soon as the sessions of whoever asked were ended."""

from __future__ import annotations

from django.contrib.auth.tokens import PasswordResetTokenGenerator

from euthymia.clinic.people.models import User


class UntilSessionsEnd(PasswordResetTokenGenerator):
    """One link opens until its time is over, it was used, or `out_before` moved on."""

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        ended = user.out_before.timestamp() if user.out_before else ""
        return f"{super()._make_hash_value(user, timestamp)}{ended}"
