"""What comes into a chart and moves its outcomes: a score at once, a session in the next round."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from euthymia.clinic.courses.models import Course, Session
from euthymia.clinic.outcomes.looking import look_safely
from euthymia.clinic.outcomes.models import FollowUp
from euthymia.clinic.patients.models import Document, Entry
from euthymia.clinic.patients.parts import Part


@receiver(post_save, sender=Entry)
def on_entry(instance: Entry, *, raw: bool = False, **_: Any) -> None:
    """A score is looked at in the transaction that keeps it; anything else waits for the round."""
    if raw:
        return
    if instance.part == Part.SCALES and instance.struck is None:
        look_safely(instance.patient)
    else:
        moved(instance.patient_id)


@receiver(post_save, sender=Session)
@receiver(post_save, sender=Course)
@receiver(post_save, sender=Document)
def on_other(instance: Any, *, raw: bool = False, update_fields: Any = None, **_: Any) -> None:
    """What is charted while a session runs only counts its changes: that moves nothing yet."""
    if not raw and update_fields is None:
        moved(instance.patient_id)


def moved(patient: int) -> None:
    FollowUp.objects.filter(patient=patient).update(moved=True)
