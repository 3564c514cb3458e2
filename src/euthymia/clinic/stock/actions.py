"""What can be done with the ledger. Each is one transaction: whole, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from euthymia.clinic.courses.models import Session, Therapy
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic, User
from euthymia.clinic.people.roles import May, Role
from euthymia.clinic.people.second import may_here
from euthymia.clinic.stock.account import account_of
from euthymia.clinic.stock.models import DRUG_OF, Lot, StockRow
from euthymia.clinic.work.actions import ask_staff

Kind = StockRow.Kind
TO_LOOK_INTO = timedelta(hours=4)
"""How long a count that differs may wait for the director."""


class StockError(Exception):
    """Something that the ledger does not take; `why` says so to a person."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Signed:
    """Who signs a row: one person, or two; a key by which it is kept once."""

    by: Access
    second: User | None = None
    key: UUID | None = None


@dataclass(frozen=True)
class LotTold:
    """What stands on a box."""

    drug: str
    strength: str
    container_mg: Decimal
    number: str
    expires: date


@transaction.atomic
def receive(clinic: Clinic, told: LotTold, containers: int, *, by: Access) -> StockRow:
    """So many sealed containers came in."""
    if containers < 1:
        raise StockError(_("Say how many came in."))
    lot, _made = Lot.objects.get_or_create(clinic=clinic, **told.__dict__)
    return _row(lot, Kind.RECEIVED, Signed(by), containers)


@transaction.atomic
def draw(session: Session, lot: Lot, containers: int, *, by: Access) -> StockRow:
    """So many containers are opened for a session that is open, and for no other.

    Raises:
        StockError: The session is closed, the lot is of another drug, expired, or holds too few.
    """
    _require_open(session)
    if DRUG_OF.get(Therapy(session.course.therapy)) != lot.drug:
        raise StockError(_("This is not what is ordered."))
    if lot.is_expired:
        raise StockError(_("This lot has expired."))
    if containers < 1:
        raise StockError(_("Say how many are opened."))
    return _row(lot, Kind.DRAWN, Signed(by), -containers, session=session)


@transaction.atomic
def give(session: Session, lot: Lot, mg: Decimal, *, by: Access) -> StockRow:
    """So much of what was drawn went to the patient. Raises StockError, as `waste` does."""
    return _used(session, lot, mg, Kind.GIVEN, Signed(by))


@transaction.atomic
def waste(session: Session, lot: Lot, mg: Decimal, *, signed: Signed) -> StockRow:
    """So much of what was drawn was destroyed before a second person's eyes.

    Raises:
        StockError: The session is closed, it is more than what is left, or only one signs.
    """
    return _used(session, lot, mg, Kind.WASTED, signed)


@transaction.atomic
def remove(lot: Lot, containers: int, why: str, *, signed: Signed) -> StockRow:
    """Takes sealed containers out that go to no patient."""
    if containers < 1:
        raise StockError(_("Say how many are taken out."))
    return _row(lot, Kind.REMOVED, signed, -containers, why=_reason(why))


@transaction.atomic
def adjust(lot: Lot, containers: int, why: str, *, signed: Signed) -> StockRow:
    """The director sets a balance right once a count that differed was looked into."""
    if not signed.by.may(May.ADOPT):
        raise StockError(_("The medical director sets a balance right."))
    if not containers:
        raise StockError(_("Say by how many: more, or fewer with a minus."))
    return _row(lot, Kind.ADJUSTED, signed, containers, why=_reason(why))


@transaction.atomic
def strike(row: StockRow, why: str, *, signed: Signed) -> StockRow:
    """Strikes a row out that was a mistake; it stays to be seen. A count stays as it was."""
    if row.kind in (Kind.COUNTED, Kind.STRUCK):
        raise StockError(_("This row stays: count again, or write what is right beside it."))
    if StockRow.objects.filter(strikes=row).exists():
        raise StockError(_("It is struck out already."))
    if row.kind == Kind.DRAWN and row.session and _used_up(row):
        raise StockError(_("Something of it was given or wasted: strike that out first."))
    told = {"strikes": row, "session": row.session, "why": _reason(why)}
    return _row(row.lot, Kind.STRUCK, signed, -row.containers, **told)


def _used_up(row: StockRow) -> bool:
    told = account_of(row.session, row.lot)  # type: ignore[arg-type]
    return told.left < row.drawn_mg


@transaction.atomic
def count(found: Mapping[Lot, int], *, by: Access) -> list[StockRow]:
    """What was found in the cupboard. Where it differs, the director is asked; nothing changes."""
    rows = [_counted(lot, number, by) for lot, number in found.items()]
    if any(one.containers != one.balance for one in rows):
        ask_staff(
            by.clinic,
            "other",
            _("A count of controlled substances differs from the ledger: look into it"),
            within=TO_LOOK_INTO,
            role=Role.DIRECTOR,
        )
    return rows


def _counted(lot: Lot, number: int, by: Access) -> StockRow:
    held = Lot.objects.select_for_update().get(pk=lot.pk)
    told = {"containers": number, "balance": held.balance}
    return StockRow.objects.create(lot=held, kind=Kind.COUNTED, by=by.user, **told)


def _used(session: Session, lot: Lot, mg: Decimal, kind: Kind, signed: Signed) -> StockRow:
    _require_open(session)
    Lot.objects.select_for_update().get(pk=lot.pk)
    if mg <= 0:
        raise StockError(_("Say how much, in mg."))
    if mg > account_of(session, lot).left:
        raise StockError(_("That is more than is left of what was drawn from this lot."))
    return _row(lot, kind, signed, mg=mg, session=session)


def _require_open(session: Session) -> None:
    held = Session.objects.select_for_update().get(pk=session.pk)
    if not held.is_open:
        raise StockError(_("The session is not open."))


def _reason(why: str) -> str:
    if not why.strip():
        raise StockError(_("Say why."))
    return why.strip()


def _row(lot: Lot, kind: Kind, signed: Signed, containers: int = 0, **told: Any) -> StockRow:
    """One row, once its lot is held: no two of them can take the same container."""
    if kind in StockRow.BY_TWO:
        _require_second(signed)
    held = Lot.objects.select_for_update().get(pk=lot.pk)
    left = held.balance + containers
    if left < 0:
        raise StockError(
            _("So many are not there: %(count)s by the ledger.") % {"count": held.balance}
        )
    return StockRow.objects.create(
        lot=held,
        kind=kind,
        containers=containers,
        balance=left,
        by=signed.by.user,
        second=signed.second,
        key=signed.key or uuid4(),
        **told,
    )


def _require_second(signed: Signed) -> None:
    """Raises StockError where not two people sign who may both give drugs here."""
    second = signed.second
    if second is None or second == signed.by.user:
        raise StockError(_("The second person must be someone else than you."))
    if not may_here(second, signed.by.clinic, May.GIVE_DRUGS):
        raise StockError(_("The second person must be someone who gives drugs here."))
