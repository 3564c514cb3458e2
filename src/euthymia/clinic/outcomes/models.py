"""How each patient's treatment stood when last looked at, what was raised, what left as a table."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.models import Clinic


class FollowUp(models.Model):
    """What the engine said of a patient's scales and courses when it last looked.

    It can be made anew from the chart at any time. Its days are no moments: to look at a chart is
    not to treat, so it never makes a chart younger than it is.

    Attributes:
        scales: Of each scale the verdicts on the day of its newest score, and whether it is due.
        courses: Of each course given here its span, its sessions, and each scale's verdicts.
        readable: Whether the chart could be read.
        moved: Whether something changed since, so that it is to be looked at again.
    """

    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, related_name="follow_up")
    as_of = models.DateField()
    scales: Any = models.JSONField(default=list)
    courses: Any = models.JSONField(default=list)
    readable = models.BooleanField(default=True)
    moved = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"follow-up of chart {self.patient_id}"


class Raised(models.Model):
    """A finding for which staff got a task, once, until it no longer holds."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="raised")
    scale = models.CharField(max_length=40)
    state = models.CharField(max_length=40)
    task = models.BigIntegerField()
    since = models.DateField()
    ended = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "scale", "state"],
                condition=models.Q(ended=None),
                name="a_finding_is_raised_once",
            )
        ]

    def __str__(self) -> str:
        return f"raised {self.pk}"


class Release(models.Model):
    """A de-identified table that was made: by whom, on which ground, of how many. Not the table."""

    class Ground(models.TextChoices):
        CONSENT = "consent", _("Each patient in it agreed to research")
        BOARD = "board", _("A review board or privacy board allowed it")
        QUALITY = "quality", _("It serves the quality of care and stays within this clinic")
        LAW = "law", _("A law or public authority asks for it")

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="releases")
    ground = models.CharField(max_length=10, choices=Ground.choices)
    why = models.CharField(max_length=400, blank=True)
    people = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"release {self.pk}"
