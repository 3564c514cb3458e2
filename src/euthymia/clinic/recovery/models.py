"""A plan for lasting recovery, version by version, and the steps that were agreed on."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from euthymia.clinic.courses.models import WHO, WrittenOnce
from euthymia.clinic.patients.models import Patient


class RecoveryPlan(WrittenOnce):
    """One version of a patient's plan: written once, followed by another where it changes.

    `told` holds the answers under the ids of the page's questions; what nobody told is not in it.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="recovery_plans")
    number = models.PositiveIntegerField()
    told: Any = models.JSONField(default=dict)
    with_patient = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, **WHO)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "number"], name="one_plan_of_a_number_for_a_patient"
            )
        ]

    def __str__(self) -> str:
        return f"plan {self.pk}"


class Step(models.Model):
    """Something agreed on until a day: a task of the patient's or the clinic's, or a referral."""

    class Kind(models.TextChoices):
        OWN = "own", _("The patient does it")
        CLINIC = "clinic", _("The clinic does it")
        REFERRAL = "referral", _("Referral")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="recovery_steps")
    kind = models.CharField(_("Who does it"), max_length=10, choices=Kind.choices)
    what = models.CharField(_("What"), max_length=200)
    whom = models.CharField(_("With whom, or to whom"), max_length=200, blank=True)
    until = models.DateField(_("Until"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, **WHO)
    made_at = models.DateTimeField(default=timezone.now)
    asked_at = models.DateTimeField(null=True, blank=True)  # when it became a task of staff
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, **WHO)
    done_how = models.CharField(max_length=400, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["until", "pk"]

    def __str__(self) -> str:
        return f"step {self.pk}"

    @property
    def is_late(self) -> bool:
        return self.done_at is None and self.until < timezone.localdate()
