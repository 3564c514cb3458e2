"""Consents, adopted pages, merges and what a patient asked about their data."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.work.heartbeat import restored


class Adoption(models.Model):
    """The medical director adopts a page of design defaults, as it stands, for one clinic."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="adoptions")
    page = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    withdrawn = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["clinic", "page", "digest"],
                condition=models.Q(withdrawn=None),
                name="a_page_is_adopted_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.page} {self.digest[:12]}"


class Consents(models.QuerySet["Consent"]):
    def standing(self) -> Consents:
        """Those that were not taken back and have not ended."""
        lasts = models.Q(expires=None) | models.Q(expires__gte=timezone.localdate())
        return self.filter(lasts, withdrawn=None)

    def unconfirmed(self) -> Consents:
        """Those of before a backup was put back of which nobody has asked since.

        One of them may have been taken back after the backup was made: nobody can know.
        """
        at = restored()
        if at is None:
            return self.none()
        silent = models.Q(confirmed=None) | models.Q(confirmed__lte=at)
        return self.filter(silent, signed_at__lte=at)


class Consent(models.Model):
    """A patient agreed to words of a version; the words are kept with the signature."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="consents")
    form = models.CharField(max_length=40)  # id of the form, such as tms
    version = models.CharField(max_length=20)
    words: Any = models.JSONField()  # as they were read
    choices: Any = models.JSONField(default=dict)  # what was ticked, or for whom
    signed_name = models.CharField(_("Name, as the patient signs"), max_length=120)
    signed_at = models.DateTimeField(default=timezone.now)
    witness = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    expires = models.DateField(null=True, blank=True)
    # when the patient was last asked whether it stands, after a backup was put back
    confirmed = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=200, blank=True)

    objects = Consents.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["-signed_at"]

    def __str__(self) -> str:
        return f"{self.form} {self.version}"


class Merge(models.Model):
    """Two charts of one person became one. What moved is written down, so that it can go back."""

    kept = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="merges")
    gone = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    moved: Any = models.JSONField()  # {"entries": [..], "documents": [..], ...}: numbers of rows
    guarding: Any = models.JSONField(default=dict)  # what it changed of who may open the kept one
    why = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.gone_id} into {self.kept_id}"


class Wish(models.Model):
    """What a patient asked about their data: to see it, to correct it, to have it removed."""

    class Kind(models.TextChoices):
        COPY = "copy", _("A copy of the chart")
        CORRECTION = "correction", _("A correction")
        REMOVAL = "removal", _("Removal")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        DECLINED = "declined", _("Declined")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="wishes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    says = models.TextField(_("What is asked, in the patient's words"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.TextField(_("What was done, or why not"), blank=True)
    asked = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["-asked"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Retention(models.Model):
    """How many years after the last entry a chart is kept; set by the medical director."""

    clinic = models.OneToOneField(Clinic, on_delete=models.PROTECT, related_name="retention")
    years = models.PositiveSmallIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.years} years"
