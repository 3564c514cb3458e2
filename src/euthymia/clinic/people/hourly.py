"""What of this room is kept no longer than it serves; the worker clears it away each hour."""

from __future__ import annotations

from datetime import timedelta

from axes.models import AccessAttempt, AccessLog
from django.utils import timezone

from euthymia.clinic.people.drafts import forget_old
from euthymia.clinic.people.models import Brake, Once

KEY_OF_A_FORM = timedelta(days=2)
WRONG_TRIES = timedelta(days=1)
"""They count for a quarter of an hour; for a day an owner may ask who tried."""
SIGN_INS = timedelta(days=30)
"""The list of the lock-out; the audit has its own rows of who came, and keeps them."""
COUNTS = timedelta(hours=1)


def clear_away() -> int:
    """Removes what has run out; how many rows."""
    now = timezone.now()
    gone = [
        Once.objects.filter(at__lt=now - KEY_OF_A_FORM).delete(),
        AccessAttempt.objects.filter(attempt_time__lt=now - WRONG_TRIES).delete(),
        AccessLog.objects.filter(attempt_time__lt=now - SIGN_INS).delete(),
        Brake.objects.filter(hour__lt=now - COUNTS).delete(),
    ]
    return forget_old() + sum(int(count) for count, _ in gone)
