"""The audit: one row for each thing seen, changed or refused, in a chain that shows any loss.

Each row's seal is an HMAC over its content and the seal before it, with a key that lies outside the
database. The newest seal of each clinic is also written to a file beside that key, so that rows cut
off at the end are missed too. Triggers of the database refuse to change or remove a row.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from euthymia.clinic.audit import anchor
from euthymia.clinic.keys import key

NOBODY = 0
"""Number of the one who is not signed in, and of the clinic before one is chosen."""
FIRST_SEAL = "0" * 64


class Outcome(models.TextChoices):
    DONE = "done"
    REFUSED = "refused"


class Row(models.Model):
    """Who did what to whom, when, why. Numbers of rows only: no name, no answer, no measure."""

    clinic = models.BigIntegerField()
    number = models.BigIntegerField()
    at = models.DateTimeField()
    who = models.BigIntegerField()
    role = models.CharField(max_length=20)
    what = models.CharField(max_length=100)
    how = models.CharField(max_length=10)
    patient = models.BigIntegerField(null=True)
    about = models.JSONField(default=dict)
    why = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    seal = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clinic", "number"], name="one_row_of_a_number")
        ]
        indexes: ClassVar = [models.Index(fields=["clinic", "patient", "number"])]

    def __str__(self) -> str:
        return f"{self.clinic}/{self.number} {self.what}"

    @classmethod
    def leave(  # noqa: PLR0913 - the columns of one row, by name
        cls,
        *,
        clinic: int,
        what: str,
        who: int = NOBODY,
        role: str = "",
        how: str = "",
        patient: int | None = None,
        about: Mapping[str, str] | None = None,
        why: str = "",
        outcome: Outcome = Outcome.DONE,
    ) -> Row:
        """Adds the next row of this clinic's chain, in the transaction of what it tells of."""
        with transaction.atomic():
            last = cls._last_of(clinic)
            row = cls(
                clinic=clinic,
                number=last.number + 1 if last else 1,
                at=timezone.now(),
                who=who,
                role=role,
                what=what,
                how=how,
                patient=patient,
                about=dict(about or {}),
                why=why,
                outcome=outcome,
            )
            row.seal = row.sealed_after(last.seal if last else FIRST_SEAL)
            row.save(force_insert=True)
        transaction.on_commit(lambda: anchor.write(clinic, row.number, row.seal))
        return row

    @classmethod
    def _last_of(cls, clinic: int) -> Row | None:
        """The newest row, held against other writers until this transaction ends."""
        Chain.hold(clinic)
        return cls.objects.filter(clinic=clinic).order_by("-number").first()

    def sealed_after(self, before: str) -> str:
        """The seal this row must bear after the row that bears `before`."""
        content = json.dumps([before, *self._content()], ensure_ascii=True, separators=(",", ":"))
        return hmac.new(key(settings.KEYS, "audit"), content.encode(), hashlib.sha256).hexdigest()

    def _content(self) -> list[Any]:
        moment = self.at.timestamp()
        about = sorted(self.about.items())
        told = [self.who, self.role, self.what, self.how, self.patient, about, self.why]
        return [self.clinic, self.number, f"{moment:.6f}", *told, self.outcome]


class Chain(models.Model):
    """One row for each clinic, held while its chain grows by a row."""

    clinic = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.clinic)

    @classmethod
    def hold(cls, clinic: int) -> None:
        """SQLite holds all of the database from the start of a transaction; PostgreSQL this row."""
        if connection.features.has_select_for_update:
            cls.objects.get_or_create(clinic=clinic)
            cls.objects.select_for_update().get(clinic=clinic)
