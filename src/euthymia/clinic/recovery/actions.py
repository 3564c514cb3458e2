"""What can be done with a plan for recovery. Each is one transaction: whole, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.people.quicker import MovedOnError
from euthymia.clinic.people.roles import May
from euthymia.clinic.people.second import may_here
from euthymia.clinic.recovery.models import RecoveryPlan, Step
from euthymia.clinic.work.actions import ask_staff

TO_FOLLOW_UP = timedelta(days=1)
"""How long a step that is due may wait for someone to ask how it went."""
FALLBACK_ROLE = "clinician"


def newest(patient: Patient) -> RecoveryPlan | None:
    """The plan as it stands; None: none was made yet."""
    return patient.recovery_plans.select_related("by").first()


@transaction.atomic
def write(
    patient: Patient, told: Mapping[str, str], *, with_patient: bool, version: int, by: Access
) -> RecoveryPlan:
    """Writes the next version; those before stay.

    Args:
        patient: Whose.
        told: Answers under the ids of the questions.
        with_patient: Whether it was made with the patient, and not about them.
        version: The number that its writer saw; 0 where there was none.
        by: Who writes it down.

    Raises:
        MovedOnError: There is a newer version; `mine` is what was to be written.
    """
    held = Patient.objects.select_for_update().get(pk=patient.pk)
    standing = newest(held)
    if (standing.number if standing else 0) != version:
        raise MovedOnError(standing, dict(told))
    kept = {name: words.strip() for name, words in told.items() if words.strip()}
    return RecoveryPlan.objects.create(
        patient=held, number=version + 1, told=kept, with_patient=with_patient, by=by.user
    )


@transaction.atomic
def finish(step: Step, how: str, *, by: Access) -> Step:
    """Says how a step came out. Raises MovedOnError where somebody has said so already."""
    held = Step.objects.select_for_update().get(pk=step.pk)
    if held.done_at is not None:
        raise MovedOnError(held, how)
    held.done_at, held.done_by, held.done_how = timezone.now(), by.user, how.strip()
    held.save()
    return held


def follow_up() -> int:
    """Makes a task of each step that is due and not done; how many. Once for each step."""
    waiting = Step.objects.filter(asked_at=None, done_at=None, patient__emptied=None)
    found = waiting.select_related("patient__clinic", "made_by")
    return sum(_asked(step.pk) for step in found if step.until <= _today(step.patient.clinic))


def _today(clinic: Clinic) -> date:
    return timezone.localdate(timezone=ZoneInfo(clinic.zone))


@transaction.atomic
def _asked(number: int) -> int:
    step = (
        Step.objects.select_for_update(of=("self",))
        .select_related("patient__clinic")
        .get(pk=number)
    )
    if step.asked_at is not None or step.done_at is not None:
        return 0
    clinic = step.patient.clinic
    here = may_here(step.made_by, clinic, May.SEE_CHART)
    ask_staff(
        clinic,
        "other",
        _("A step of the plan for recovery is due: ask how it went"),
        within=TO_FOLLOW_UP,
        owner=step.made_by if here else None,
        role="" if here else FALLBACK_ROLE,
        patient=step.patient_id,
    )
    step.asked_at = timezone.now()
    step.save()
    return 1
