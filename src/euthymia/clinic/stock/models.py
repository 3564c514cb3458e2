"""Lots of controlled substances and the rows of their ledger. A row is written once and stays."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from euthymia.clinic.courses.models import WHO, Session, Therapy, WrittenOnce, WrittenOnceError
from euthymia.clinic.people.models import Clinic

MG: dict[str, Any] = {"max_digits": 8, "decimal_places": 2}


class Drug(models.TextChoices):
    KETAMINE = "ketamine", _("Ketamine")
    ESKETAMINE = "esketamine", _("Esketamine")


DRUG_OF = {Therapy.KETAMINE: Drug.KETAMINE, Therapy.ESKETAMINE: Drug.ESKETAMINE}
"""What a therapy is given with; of one that stands not here, nothing is kept under lock."""


class Lot(models.Model):
    """Containers (vials, devices) of one drug, strength, lot number and day of expiry."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="lots")
    drug = models.CharField(_("Drug"), max_length=12, choices=Drug.choices)
    strength = models.CharField(_("Strength"), max_length=40)
    container_mg = models.DecimalField(_("mg in one container"), **MG)
    number = models.CharField(_("Lot number"), max_length=40)
    expires = models.DateField(_("Expires"))

    class Meta:
        ordering: ClassVar = ["drug", "expires", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["clinic", "drug", "strength", "container_mg", "number", "expires"],
                name="one_lot_of_a_number_and_strength",
            ),
            models.CheckConstraint(
                condition=models.Q(container_mg__gt=0), name="a_container_holds_something"
            ),
        ]

    def __str__(self) -> str:
        return f"lot {self.pk}"

    @property
    def balance(self) -> int:
        """Sealed containers that should be in the cupboard."""
        newest = self.rows.order_by("-pk").first()
        return newest.balance if newest else 0

    @property
    def is_expired(self) -> bool:
        return self.expires < timezone.localdate()


class StockRow(WrittenOnce):
    """One row of the ledger, with how many sealed containers of its lot are left after it.

    `containers` is what came in or, below 0, went out; of a count, how many were found. `mg` is of
    what was drawn for a session: given, or wasted. A mistake is struck out by another row.
    """

    class Kind(models.TextChoices):
        RECEIVED = "received", _("Received")
        DRAWN = "drawn", _("Drawn for a session")
        GIVEN = "given", _("Given")
        WASTED = "wasted", _("Wasted")
        REMOVED = "removed", _("Taken out: expired, broken or sent back")
        ADJUSTED = "adjusted", _("Set right after a count")
        COUNTED = "counted", _("Counted")
        STRUCK = "struck", _("Struck out")

    BY_TWO = (Kind.WASTED, Kind.REMOVED, Kind.ADJUSTED, Kind.STRUCK)

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="rows")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    containers = models.IntegerField(default=0)
    mg = models.DecimalField(null=True, blank=True, **MG)
    balance = models.PositiveIntegerField()
    session = models.ForeignKey(
        Session, null=True, blank=True, on_delete=models.PROTECT, related_name="stock_rows"
    )
    strikes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="struck_by"
    )
    why = models.CharField(max_length=400, blank=True)
    key = models.UUIDField(default=uuid4, unique=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, **WHO)
    second = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, **WHO)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(balance__gte=0), name="a_balance_is_never_below_zero"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind__in=["wasted", "removed", "adjusted", "struck"])
                | (models.Q(second__isnull=False) & ~models.Q(second=models.F("by"))),
                name="two_people_sign_what_leaves_no_trace",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind__in=["drawn", "given", "wasted"])
                | models.Q(session__isnull=False),
                name="what_is_drawn_is_for_a_session",
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.pk} of the ledger"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises WrittenOnceError: a row stays."""
        raise WrittenOnceError(f"{self} stays: strike it out by another beside it")

    @property
    def drawn_mg(self) -> Decimal:
        """Of a row by which something was drawn: how much that was."""
        return -self.containers * self.lot.container_mg
