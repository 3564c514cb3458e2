"""What a clinic says at its door: prices, reviewed languages; and how often a visitor sent."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from euthymia.clinic.people.models import Clinic


class Price(models.Model):
    """What the owner says that something costs. Without a price there is no page of costs."""

    class What(models.TextChoices):
        FIRST_VISIT = "first_visit", _("First visit")
        TMS = "tms", _("TMS, one session")
        TMS_COURSE = "tms_course", _("TMS, a full course")
        KETAMINE = "ketamine", _("Ketamine, one infusion")
        ESKETAMINE = "esketamine", _("Esketamine, one visit")

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="prices")
    what = models.CharField(max_length=20, choices=What.choices)
    says = models.CharField(max_length=200)  # in the owner's words, such as "$300, drug included"
    since = models.DateField(default=timezone.localdate)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clinic", "what"], name="one_price_of_a_thing")
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.clinic_id}"


class Reviewed(models.Model):
    """The medical director read the door in this language, and signed that it may be shown."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="reviewed_languages")
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    words = models.CharField(max_length=64)  # SHA-256 of what was read
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    history = HistoricalRecords()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clinic", "language"], name="a_language_is_signed_once")
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.clinic_id}"


class Turn(models.Model):
    """How often one address sent within one hour. It holds a digest, never the address."""

    visitor = models.CharField(max_length=64)
    window = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["visitor", "window"], name="one_count_of_a_visitor")
        ]

    def __str__(self) -> str:
        return f"{self.window:%H}: {self.count}"
