"""Tasks with an owner and a clock, messages on their way out, links that a patient opens once."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.people.roles import May
from euthymia.clinic.work.heartbeat import Beat


class Tasks(models.QuerySet["Task"]):
    def waiting(self) -> Tasks:
        return self.filter(done=None)

    def untaken_safety(self) -> Tasks:
        """Those about safety of which nobody has said: I see to this."""
        return self.filter(kind="safety", done=None, taken=None)

    def mine(self, access: Access) -> Tasks:
        return self.filter(owner=access.user)

    def of_my_role(self, access: Access) -> Tasks:
        """Those for every holder of my role, taken by nobody yet."""
        return self.filter(role=access.role).exclude(owner=access.user)

    def that_i_may_take(self, access: Access) -> Tasks:
        """Whoever signs for patients may take any task; others theirs and their role's.

        A safety task may be taken by whoever writes in charts: nobody waits for one role.
        """
        if access.may(May.SIGN):
            return self
        mine = (
            models.Q(owner=access.user)
            | models.Q(role=access.role)
            | models.Q(role="", owner__isnull=True)
        )
        if access.may(May.WRITE_CHART):
            mine |= models.Q(kind="safety")
        return self.filter(mine)


class Task(models.Model):
    """Something a person must do by a time. Without an owner it is for every holder of `role`."""

    class Kind(models.TextChoices):
        SAFETY = "safety", _("Safety: answer now")
        REQUEST = "request", _("Request for a consultation")
        SCALE = "scale", _("Scale came back")
        MESSAGE = "message", _("Message could not be sent")
        OTHER = "other", _("To do")

    class Reached(models.TextChoices):
        """Who was spoken with before a safety task was closed."""

        PATIENT = "patient", _("Yes: I spoke with the patient")
        BESIDE = "beside", _("Yes: I spoke with someone who is with the patient")
        HELP = "help", _("No: help was sent to where the patient is")
        MISTAKE = "mistake", _("It was a mistake: the answer is corrected in the chart")

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    says = models.CharField(max_length=200)  # no clinical word: it may be listed beside names only
    patient = models.BigIntegerField(null=True, blank=True)
    request = models.BigIntegerField(null=True, blank=True)
    message = models.BigIntegerField(null=True, blank=True)
    session = models.BigIntegerField(null=True, blank=True)  # the treatment whose room called
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(max_length=20, blank=True)
    made = models.DateTimeField(default=timezone.now)
    due = models.DateTimeField()
    escalated = models.DateTimeField(null=True, blank=True)
    taken = models.DateTimeField(null=True, blank=True)  # when someone said: I see to this
    called = models.DateTimeField(null=True, blank=True)  # when people were last called to it
    done = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    done_how = models.CharField(max_length=400, blank=True)  # of a safety task: the plan
    reached = models.CharField(max_length=10, blank=True, choices=Reached.choices)
    next_step = models.CharField(max_length=400, blank=True)
    version = models.PositiveIntegerField(default=1)
    may_take: bool = False  # said by a list of tasks of whoever looks at it
    whose: str = ""  # name and chart number, said likewise
    words_open: bool = False  # whether the visitor may read how it was closed, said likewise

    objects = Tasks.as_manager()

    class Meta:
        ordering: ClassVar = ["due", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["clinic", "done", "due"]),
            models.Index(
                fields=["clinic"],
                condition=models.Q(kind="safety", done=None, taken=None),
                name="safety_that_nobody_took",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(done__isnull=True, done_by__isnull=True)
                | models.Q(done__isnull=False, done_by__isnull=False),
                name="a_task_is_done_by_someone",
            ),
            models.CheckConstraint(
                condition=models.Q(done__isnull=True)
                | ~models.Q(kind="safety")
                | ~models.Q(done_how=""),
                name="a_safety_task_is_closed_with_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_overdue(self) -> bool:
        return self.done is None and self.due < timezone.now()

    @property
    def is_untaken_safety(self) -> bool:
        """Whether people are still called to it."""
        return self.kind == self.Kind.SAFETY and self.done is None and self.taken is None

    @property
    def needs_words(self) -> bool:
        """Whether it may be closed only with words of what was done."""
        return self.kind == self.Kind.SAFETY

    @property
    def is_of_a_room(self) -> bool:
        """Whether a treatment room called: the patient lies there, and need not be reached."""
        return self.session is not None

    def unseen(self) -> models.QuerySet[Ring]:
        """Newer answers of danger that nobody has said to have seen."""
        return self.rings.filter(seen=None)


class Ring(models.Model):
    """A newer answer that tells of danger, while a safety task is open already."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="rings")
    at = models.DateTimeField(default=timezone.now)
    seen = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"ring {self.pk} of task {self.task_id}"


class Try(models.Model):
    """One try to reach someone about a safety task, as staff noted it. Never changed."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="tries")
    says = models.CharField(max_length=400)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"try {self.pk} of task {self.task_id}"


class Messages(models.QuerySet["Message"]):
    def due(self) -> Messages:
        """Those that the worker should try now, oldest first."""
        waiting = self.filter(state=Message.State.WAITING, next_try__lte=timezone.now())
        return waiting.order_by("next_try", "pk")

    def open(self) -> Messages:
        """Those that someone must still bring to their reader."""
        return self.filter(state__in=Message.OPEN)


class Message(models.Model):
    """One message on its way out. It holds no clinical word: a greeting, the clinic, a link."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        TO_PRINT = "to_print", _("To print or read out: no mail server is set")
        SENT = "sent", _("Sent")
        HANDED_OVER = "handed", _("Handed over by staff")
        FAILED = "failed", _("Could not be sent")
        WITHDRAWN = "withdrawn", _("Withdrawn: a backup was put back, and its link is closed")

    OPEN: ClassVar = (State.WAITING, State.TO_PRINT, State.FAILED)

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="messages")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    to = models.EmailField()
    subject = models.CharField(max_length=120)
    body = models.TextField(blank=True)  # forgotten once it is out: it may hold a link
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField(default=timezone.now)
    fault = models.CharField(max_length=200, blank=True)
    made = models.DateTimeField(default=timezone.now)
    sent = models.DateTimeField(null=True, blank=True)

    objects = Messages.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "next_try"])]

    def __str__(self) -> str:
        return f"message {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether someone must still bring it to its reader."""
        return self.state in self.OPEN


class Link(models.Model):
    """A link for one patient and one purpose, opened without an account; its words are not kept.

    `ask` says what is asked: {"scale": "phq9"} or {"intake": true}.
    """

    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the words in the address
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT)
    patient = models.BigIntegerField()
    ask: Any = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True, blank=True)
    saved = models.BinaryField(null=True, blank=True)  # "save and return", sealed

    def __str__(self) -> str:
        return f"link {self.pk}"

    @staticmethod
    def fresh() -> tuple[str, str]:
        """Words for a new address, and the digest under which they are found again."""
        words = secrets.token_urlsafe(32)
        return words, Link.digest_of(words)

    @staticmethod
    def digest_of(words: str) -> str:
        return hashlib.sha256(words.encode()).hexdigest()


__all__ = ["Beat", "Link", "Message", "Ring", "Task", "Try"]
