"""People who work in a clinic, the clinics of this installation, and who is what where."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import ClassVar
from zoneinfo import available_timezones

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from euthymia.clinic.people.roles import Role


def require_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("No such time zone; write it as America/New_York."))


class People(BaseUserManager["User"]):
    def create_user(self, email: str, name: str, password: str | None = None) -> User:
        user = self.model(email=self.normalize_email(email).lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """One person who signs in. What they may do hangs on their place in a clinic."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    joined = models.DateTimeField(default=timezone.now, editable=False)
    shortcuts = models.BooleanField(default=True)
    out_before = models.DateTimeField(null=True, blank=True, editable=False)
    """Sessions begun before this moment are over: a role changed, or a device was lost."""

    objects: ClassVar[People] = People()
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Clinic(models.Model):
    """One clinic. Nothing of one is seen from another."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    zone = models.CharField(max_length=64, default="America/New_York", validators=[require_zone])
    country = models.CharField(max_length=2, default="US", help_text=_("ISO 3166, as in US or GB"))
    phone = models.CharField(max_length=40, blank=True)
    address = models.TextField(blank=True)
    open_to_public = models.BooleanField(default=False)
    """Whether its public pages are shown: closed until an administrator has looked at them."""
    is_demo = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    history = HistoricalRecords()

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """Who is what in which clinic; in a small practice one person is several. Never deleted."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    ended = models.DateTimeField(null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "clinic", "role"],
                condition=models.Q(ended__isnull=True),
                name="one_place_of_a_person_in_a_role",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.clinic_id}"


class GlassBroken(models.Model):
    """Someone opened a guarded chart for a reason, for an hour. Every reading of it says so."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="glass")
    patient = models.BigIntegerField()  # by number: this room knows no patient
    reason = models.TextField()
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.membership_id} {self.patient}"

    def holds_at(self, moment: datetime) -> bool:
        return self.since <= moment < self.until


class Invitation(models.Model):
    """A link by which one person sets their own password. Opened once; its words are not kept."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the words in the address
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @staticmethod
    def fresh() -> tuple[str, str]:
        """Words for a new address, and the digest under which they are found again."""
        words = secrets.token_urlsafe(32)
        return words, Invitation.digest_of(words)

    @staticmethod
    def digest_of(words: str) -> str:
        return hashlib.sha256(words.encode()).hexdigest()


class Offers(models.QuerySet["Offer"]):
    def open(self) -> Offers:
        """Those that wait for an answer and have not run out."""
        return self.filter(answered=None, expires__gt=timezone.now())


class Offer(models.Model):
    """A place for someone who has an account already: theirs once they say yes, not before."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="offers")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="offers")
    role = models.CharField(max_length=20, choices=Role.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    answered = models.DateTimeField(null=True, blank=True)

    objects = Offers.as_manager()

    def __str__(self) -> str:
        return f"offer {self.pk}"


class Once(models.Model):
    """A form sent once: the same key again is answered with what came of the first."""

    key = models.CharField(max_length=64, primary_key=True)  # digest of who sent what to where
    answer = models.CharField(max_length=400)  # where the first was led on to
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.key


class Brake(models.Model):
    """How often a person did one kind of heavy thing within an hour."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    hour = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "kind", "hour"], name="one_count_of_a_person_in_an_hour"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"


class Draft(models.Model):
    """What someone had typed when the session ended or the page was left."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    path = models.CharField(max_length=400)
    fields = models.JSONField()
    saved = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "path"], name="one_draft_of_a_person_on_a_page")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.path}"

    @property
    def version(self) -> str:
        """The version of what was edited that its editor saw; empty where there is none."""
        return str(next(iter(self.fields.get("version", [])), ""))


class Cached(models.Model):
    """The table of the framework's cache, which all workers share: codes used, tries counted."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "people_cached"

    def __str__(self) -> str:
        return self.cache_key
