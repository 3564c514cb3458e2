"""Breaking the glass: a guarded chart opened for a reason, for an hour, and everyone will know."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import GlassBroken

LASTS = timedelta(minutes=60)


def break_glass(patient: int, reason: str, *, by: Access) -> Access:
    """Opens the chart of this number for an hour; the access that sees it, with the reason."""
    now = timezone.now()
    GlassBroken.objects.create(
        membership=by.membership, patient=patient, reason=reason, since=now, until=now + LASTS
    )
    return replace(by, glass={**by.glass, patient: reason})
