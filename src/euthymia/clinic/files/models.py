"""What was brought and waits, why a file was struck, and what was attached."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from euthymia.clinic.patients.models import Document, Patient
from euthymia.clinic.people.models import Clinic


class ImportBatch(models.Model):
    """A file that was brought and waits for someone to look at what would be read of it.

    For one chart (`patient`) or, without one, for as many patients as it holds. The file itself
    lies in the store under a random name until it is taken in, put aside or a day old.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, null=True, blank=True, on_delete=models.PROTECT)
    name = models.CharField(max_length=120)
    stored = models.CharField(max_length=32, unique=True)
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    done = models.DateTimeField(null=True, blank=True)
    outcome: Any = models.JSONField(default=dict)  # counts only: read, kept, left out
    seated: Any = models.JSONField(default=dict)  # place in the list of its people: chart it is in

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "done"])]

    def __str__(self) -> str:
        return f"import {self.pk}"


class Strike(models.Model):
    """Why a brought file was struck out of a chart. It stays, unread, and can be brought back."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="strikes")
    why = models.CharField(_("Reason"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"strike {self.pk}"


class Identifier(models.Model):
    """A number under which another system knows a patient; by it the next file finds the chart."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="identifiers")
    system = models.CharField(max_length=200)
    value = models.CharField(max_length=100)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "system", "value"], name="a_number_of_a_patient_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["system", "value"])]

    def __str__(self) -> str:
        return f"identifier of chart {self.patient_id}"


class Attachment(models.Model):
    """A letter, a picture or a text beside a chart. It is never judged; struck, never deleted."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(_("Name"), max_length=120)
    note = models.CharField(_("Note"), max_length=400, blank=True)
    kind = models.CharField(max_length=40)  # media type, by content
    size = models.PositiveIntegerField()  # bytes
    digest = models.CharField(max_length=64)
    stored = models.CharField(max_length=32, unique=True)
    by = models.ForeignKey(  # None: told by the patient
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_by = models.ForeignKey(  # who sent the patient the link that it came by
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    struck = models.DateTimeField(null=True, blank=True)
    struck_why = models.CharField(_("Reason"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "digest"],
                condition=models.Q(struck__isnull=True),
                name="an_attachment_stands_once",
            )
        ]

    def __str__(self) -> str:
        return f"attachment {self.pk}"
