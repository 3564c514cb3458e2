"""Patients, the entries of their charts, the files that were brought, and requests to be seen."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from euthymia.clinic.patients.naming import Folded
from euthymia.clinic.patients.parts import Part
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic

ONCE = [
    "episode", "body", "screening.tass", "screening.ketamine", "screening.today", "genes",
    "context", "tms", "ketamine_iv", "esketamine", "preferences", "complete",
    "antidepressants_failed",
]  # fmt: skip
"""Parts told once, spelt out for the database; a test holds them to `parts.SINGLE`."""


class Source(models.TextChoices):
    """Where an entry came from."""

    STAFF = "staff", _("entered by staff")
    PATIENT = "patient", _("told by the patient")
    REQUEST = "request", _("told with the request")
    FILE = "file", _("read from a file")


class Patients(models.QuerySet["Patient"]):
    def seen_by(self, access: Access) -> Patients:
        """Those of this clinic, without the guarded ones unless the glass is broken."""
        here = self.filter(clinic=access.clinic, merged_into=None)
        open_ = models.Q(guarded=False) | models.Q(care_team=access.user)
        return here.filter(open_ | models.Q(pk__in=list(access.glass))).distinct()

    def named_in(self, access: Access) -> Patients:
        """Every patient of this clinic by name only, guarded ones too: to find whom to ask for."""
        return self.filter(clinic=access.clinic, merged_into=None)


class Patient(models.Model):
    """One person under the care of one clinic."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="patients")
    number = models.PositiveIntegerField()  # the chart number, counted in each clinic
    family_name = models.CharField(_("Family name"), max_length=80)
    given_name = models.CharField(_("Given name"), max_length=80)
    called = Folded(max_length=180, editable=False, default="")
    birth_date = models.DateField(_("Date of birth"), null=True, blank=True)
    # the age that was told where no birth date is known, and on which day
    age_told = models.FloatField(null=True, blank=True, editable=False)
    age_told_on = models.DateField(null=True, blank=True, editable=False)
    sex = models.CharField(
        _("Sex, as the rules of dose and pregnancy need it"),
        max_length=6,
        blank=True,
        choices=[("female", _("Female")), ("male", _("Male"))],
    )
    phone = models.CharField(_("Telephone"), max_length=40, blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    address = models.CharField(_("Address"), max_length=200, blank=True)  # where help would go
    contact_person = models.CharField(
        _("Someone to call in an emergency"), max_length=200, blank=True
    )
    language = models.CharField(max_length=5, default="en", choices=settings.LANGUAGES)
    country = models.CharField(max_length=2, blank=True)
    guarded = models.BooleanField(
        _("Guarded: only the care team sees the chart; others must give a reason"), default=False
    )
    care_team = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)
    synthetic = models.BooleanField(default=False, editable=False)
    emptied = models.DateTimeField(null=True, blank=True, editable=False)
    created = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = Patients.as_manager()
    history = HistoricalRecords(m2m_fields=[care_team])

    class Meta:
        ordering: ClassVar = ["family_name", "given_name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clinic", "number"], name="one_chart_of_a_number")
        ]
        indexes: ClassVar = [
            models.Index(fields=["clinic", "family_name", "given_name"]),
            models.Index(fields=["clinic", "birth_date"]),
            models.Index(fields=["clinic", "called"]),
        ]

    def __str__(self) -> str:
        return f"chart {self.number}"  # never a name: it may land in a log

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class Entries(models.QuerySet["Entry"]):
    def standing(self) -> Entries:
        """Those that were not struck out."""
        return self.filter(struck=None)


class Entry(models.Model):
    """One entry of a chart, in the shape of its part of the intake form.

    Changed under a version number, so that of two editors none overwrites the other unseen. Struck
    out with a reason, never deleted; every earlier version stays in `history`.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="entries")
    part = models.CharField(max_length=24, choices=Part.choices)
    told: Any = models.JSONField()
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.STAFF)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_by = models.ForeignKey(  # who sent the patient the link that it came by
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    struck = models.DateTimeField(null=True, blank=True)
    struck_why = models.CharField(max_length=200, blank=True)
    substance_use = models.BooleanField(default=False)  # 42 CFR Part 2: shared by consent only
    version = models.PositiveIntegerField(default=1)

    objects = Entries.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["patient", "part"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "part"],
                condition=models.Q(
                    struck__isnull=True,
                    part__in=ONCE,
                ),
                name="a_single_part_stands_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.part} of chart {self.patient_id}"

    @property
    def whence(self) -> str:
        """Where it came from; one that staff changed says so, whoever told it first."""
        if self.sent_by is not None:
            return str(_("told by the patient, by a link from %(who)s")) % {
                "who": self.sent_by.name
            }
        changed = self.source == Source.STAFF and self.version > 1 and self.by_id is not None
        return str(_("changed by staff") if changed else Source(self.source).label)


class Document(models.Model):
    """A FHIR file as received, byte for byte. Its narrative is kept and never shown."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="documents")
    name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)  # SHA-256 of the content
    batch = models.CharField(max_length=64)  # SHA-256 over the digests of what was brought with it
    content = models.BinaryField()
    subject = models.CharField(max_length=200, blank=True)  # id of the patient in the file
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    struck = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "batch", "digest"], name="a_file_is_kept_once"
            )
        ]

    def __str__(self) -> str:
        return f"document {self.digest[:12]}"


class Requests(models.QuerySet["Request"]):
    def seen_by(self, access: Access) -> Requests:
        """Those of this clinic, without what was told by someone whose chart is not seen."""
        charts = Patient.objects.seen_by(access).values("pk")
        open_ = models.Q(patient=None) | models.Q(patient__in=charts)
        return self.filter(open_, clinic=access.clinic)


class Request(models.Model):
    """Someone asked to be seen. What they told waits until staff open it."""

    class State(models.TextChoices):
        NEW = "new", _("New")
        CONTACTED = "contacted", _("Contacted")
        ACCEPTED = "accepted", _("Accepted")
        CLOSED = "closed", _("Closed")

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="requests")
    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    birth_date = models.DateField(null=True, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=200, blank=True)
    contact_person = models.CharField(max_length=200, blank=True)
    best_time = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=5, default="en")
    told: Any = models.JSONField(
        default=dict
    )  # an intake form, as far as it was told; may be empty
    summary: Any = models.JSONField(default=list)  # what the patient saw and sent, line by line
    consent = models.CharField(max_length=40)  # version of the words that were agreed to
    urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    patient = models.ForeignKey(Patient, null=True, blank=True, on_delete=models.PROTECT)
    received = models.DateTimeField(default=timezone.now)
    closed_why = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = Requests.as_manager()
    history = HistoricalRecords()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "state", "received"])]

    def __str__(self) -> str:
        return f"request {self.pk}"


class Contact(models.Model):
    """One try to reach whoever sent a request, as staff noted it. Never changed."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="contacts")
    says = models.CharField(max_length=400)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"contact {self.pk}"
