"""Courses, their orders, the sessions as delivered, all that was charted in them and decided."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.people.roles import May

WHO: dict[str, Any] = {"on_delete": models.PROTECT, "related_name": "+"}
"""How a row names the person who did something: never deleted, never followed back."""


class WrittenOnceError(Exception):
    """What was charted, ordered or decided stays as it is; write what is new beside it."""


Once = TypeVar("Once", bound=models.Model)


class WrittenOnceRows(models.QuerySet[Once]):
    """Rows of which each is written once."""

    def bulk_create(self, objs: Iterable[Once], *args: Any, **kwargs: Any) -> list[Once]:
        """Raises WrittenOnceError where one was written before; never writes over another."""
        new = list(objs)
        if args or kwargs or not all(one._state.adding for one in new):
            raise WrittenOnceError("these rows are written once: write others beside them")
        return super().bulk_create(new)


class WrittenOnce(models.Model):
    """A row that is written once and stays."""

    objects = WrittenOnceRows.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises WrittenOnceError where it was written before."""
        if not self._state.adding:
            raise WrittenOnceError(f"{self} was written once: write another beside it")
        super().save(*args, **{**kwargs, "force_insert": True})


class Room(models.Model):
    """A place where treatments are given, one patient at a time."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="rooms")
    name = models.CharField(_("Name of the room"), max_length=40)
    closed = models.DateTimeField(null=True, blank=True)  # no longer in use

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clinic", "name"], name="one_room_of_a_name")
        ]

    def __str__(self) -> str:
        return f"room {self.pk}"


class Therapy(models.TextChoices):
    """What is given under supervision, as the form of a session names it."""

    KETAMINE = "ketamine_iv", _("Ketamine infusion")
    ESKETAMINE = "esketamine", _("Esketamine spray")
    TMS = "tms", _("TMS")

    @property
    def given_by(self) -> May:
        """What whoever gives it must be allowed to: drugs are not an operator's."""
        return May.TREAT if self == Therapy.TMS else May.GIVE_DRUGS


class Course(models.Model):
    """The sessions of one therapy that a patient is to have, until it is ended."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="courses")
    therapy = models.CharField(_("Therapy"), max_length=12, choices=Therapy.choices)
    planned = models.PositiveSmallIntegerField(_("Sessions planned"), null=True, blank=True)
    payer = models.CharField(_("Who pays"), max_length=80, blank=True)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, **WHO)
    begun_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=400, blank=True)
    version = models.PositiveIntegerField(default=1)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["-begun_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "therapy"],
                condition=models.Q(ended_at=None),
                name="one_course_of_a_therapy_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"course {self.pk}"

    @property
    def order(self) -> Order | None:
        """The newest order; None: nothing is ordered yet."""
        return self.orders.order_by("-pk").first()


class Order(WrittenOnce):
    """What a prescriber ordered for the sessions of a course, in the shape of the session form."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="orders")
    told: Any = models.JSONField()
    why = models.CharField(max_length=400, blank=True)  # of one that differs from the one before
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, **WHO)
    signed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"order {self.pk}"


class Sessions(models.QuerySet["Session"]):
    def open(self) -> Sessions:
        """Those going on now."""
        return self.exclude(opened_at=None).filter(closed_at=None)


class Session(models.Model):
    """One treatment: planned, missed, or opened in a room and closed.

    `changes` counts what was charted and decided, so that a screen knows whether it shows all.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sessions")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="sessions")
    planned_at = models.DateTimeField(_("Planned for"), null=True, blank=True)
    room = models.ForeignKey(Room, null=True, blank=True, on_delete=models.PROTECT)
    order = models.ForeignKey(Order, null=True, blank=True, on_delete=models.PROTECT)
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, **WHO)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, **WHO)
    missed_at = models.DateTimeField(null=True, blank=True)
    missed_why = models.CharField(max_length=200, blank=True)
    changes = models.PositiveIntegerField(default=0)

    objects = Sessions.as_manager()
    history = HistoricalRecords(excluded_fields=["changes"])

    class Meta:
        ordering: ClassVar = ["planned_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["patient", "planned_at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["room"],
                condition=models.Q(opened_at__isnull=False, closed_at=None),
                name="one_open_session_in_a_room",
            ),
            models.UniqueConstraint(
                fields=["patient"],
                condition=models.Q(opened_at__isnull=False, closed_at=None),
                name="one_open_session_of_a_patient",
            ),
            models.CheckConstraint(
                condition=models.Q(opened_at=None)
                | models.Q(room__isnull=False, opened_by__isnull=False),
                name="an_open_session_has_a_room_and_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"session {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.opened_at is not None and self.closed_at is None


class Device(models.Model):
    """A monitor that may post readings for the open session of a room; off until it is enabled."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="devices")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="devices")
    name = models.CharField(_("Name of the device"), max_length=60)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of its key
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, **WHO)
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return f"device {self.pk}"

    @staticmethod
    def digest_of(key: str) -> str:
        """Under which a key is found again; the key itself is not kept."""
        return hashlib.sha256(key.encode()).hexdigest()


class Charted(WrittenOnce):
    """One thing charted in a session: readings, a line of the log, answers, or a correction.

    `key` is made where it was charted, so that what is sent twice is kept once. `told` has the
    shape of its place in the session form, without its minute; `at` is when it was observed,
    `received` when it came in. `second` is who signed it beside `by`.
    """

    class Kind(models.TextChoices):
        READING = "reading", _("Reading")
        EVENT = "event", _("Event")
        GATE = "gate", _("Before the first pulse")
        DELIVERED = "delivered", _("What was given")
        LEAVING = "leaving", _("Before going home")
        START = "start", _("The clock starts")
        STRUCK = "struck", _("Struck out")
        OVERRIDE = "override", _("Goes on against the stop")
        NOTE = "note", _("Note")

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="charted")
    key = models.UUIDField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    told: Any = models.JSONField(default=dict)
    strikes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="struck_by"
    )
    why = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField()
    received = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, **WHO)
    second = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, **WHO)
    device = models.ForeignKey(Device, null=True, blank=True, on_delete=models.PROTECT)

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["session", "at"]),
            models.Index(fields=["session", "kind"]),
            models.Index(
                fields=["session", "at"], condition=models.Q(device=None), name="charted_by_hand"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "key"], name="charted_once"),
            models.UniqueConstraint(fields=["strikes"], name="struck_out_once"),
            models.CheckConstraint(
                condition=models.Q(by__isnull=False) | models.Q(device__isnull=False),
                name="charted_by_someone_or_a_device",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="override")
                | (models.Q(second__isnull=False) & ~models.Q(second=models.F("by"))),
                name="two_people_go_on_against_a_stop",
            ),
        ]

    def __str__(self) -> str:
        return f"charted {self.pk}"


class Decision(WrittenOnce):
    """What the rules said at one moment of a session, as it was shown. Never deleted.

    `revises` names the decision of the same moment that it replaces, where something that came in
    late changed it.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="decisions")
    at = models.DateTimeField()
    word = models.CharField(max_length=24)
    findings: Any = models.JSONField(default=dict)
    made = models.DateTimeField(default=timezone.now)
    revises = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="revised_by"
    )

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["session", "at"]),
            models.Index(fields=["session", "word"]),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}"

    @property
    def asks(self) -> bool:
        """Whether a rule asks for something; one that only says how things stand does not."""
        return any(one["kind"] != "information" for one in self.findings.values())


class Answered(WrittenOnce):
    """Someone saw a decision that asks for something, and said what was done."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="answered")
    how = models.CharField(max_length=400)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, **WHO)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"answer to decision {self.decision_id}"
