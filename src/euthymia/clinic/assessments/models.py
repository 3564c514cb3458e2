"""An assessment: what the judge said of a chart on a day, and all it rested on, kept as it was."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from euthymia.clinic.assessments.packed import Packed
from euthymia.clinic.patients.models import Patient


class SignedError(Exception):
    """What is signed, or was once kept, stays as it is; assess again instead."""


class Assessment(models.Model):
    """One assessment. Signed by a clinician at most once, and from then on unchanged.

    `chart` is the digest of the chart it was made from, `pages` that of the knowledge pages.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="assessments")
    as_of = models.DateField(_("As of"))
    answer = models.CharField(max_length=40)  # as the document has it, for lists
    chart = models.CharField(max_length=64)
    knowledge = models.CharField(max_length=20)
    pages = models.CharField(max_length=64)
    engine = models.CharField(max_length=20)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(_("Note of the clinician"), blank=True)
    superseded = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["patient", "-made_at"])]

    def __str__(self) -> str:
        return f"assessment {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises SignedError where a signed one would change, but for being superseded."""
        before = Assessment.objects.filter(pk=self.pk).exclude(signed_at=None).first()
        if before is not None and before.content() != self.content():
            raise SignedError(f"{self} is signed: assess again instead of changing it")
        super().save(*args, **kwargs)

    def content(self) -> dict[str, Any]:
        """Every column but those that tell of the time after it was signed."""
        later = {"superseded", "version"}
        return {
            one.attname: getattr(self, one.attname)
            for one in self._meta.concrete_fields
            if one.name not in later
        }


class Kept(models.Model):
    """All that an assessment rested on and showed; written once with it.

    Attributes:
        form: The chart as an intake form of the day.
        files: SHA-256 of each FHIR file that stood in the chart.
        given: The courses given here, with the day of each session.
        document: The public document (contracts/assessment.schema.json).
        page: The page as it was shown, with the drawings of the timeline and the causes.
        pictures: The drawings beside it: `choice`, and one of `trends` for each scale.
    """

    assessment = models.OneToOneField(
        Assessment, primary_key=True, on_delete=models.PROTECT, related_name="kept"
    )
    form = Packed()
    files: Any = models.JSONField(default=list)
    given: Any = models.JSONField(default=list)
    document = Packed()
    page = Packed()
    pictures = Packed()

    def __str__(self) -> str:
        return f"kept of {self.assessment_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises SignedError where it was written before."""
        if not self._state.adding:
            raise SignedError(f"{self} was written once: make another assessment")
        super().save(*args, **{**kwargs, "force_insert": True})


class Typeset(models.Model):
    """What an assessment shows whoever reads it, as HTML: a copy, to be made again at any time.

    `way` is the digest of all that it was set by, beside the page that was kept.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="typeset")
    language = models.CharField(max_length=10)
    way = models.CharField(max_length=64)
    told = Packed()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assessment", "language"], name="set_once_in_a_language"
            )
        ]

    def __str__(self) -> str:
        return f"typeset of {self.assessment_id}"
