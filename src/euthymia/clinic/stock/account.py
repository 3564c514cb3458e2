"""Whether what was drawn for a session comes out even: drawn, less given, less wasted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from euthymia.clinic.courses.endings import asked_before_the_end
from euthymia.clinic.courses.models import Charted, Session, Therapy
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.stock.models import DRUG_OF, Lot, StockRow

Kind = StockRow.Kind
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Account:
    """Of one session, or of one lot in it; mg."""

    drawn: Decimal
    given: Decimal
    wasted: Decimal

    @property
    def left(self) -> Decimal:
        """What is not accounted for yet; below 0: more was given or wasted than drawn."""
        return self.drawn - self.given - self.wasted


def account_of(session: Session, lot: Lot | None = None) -> Account:
    rows = session.stock_rows.filter(struck_by=None).select_related("lot")
    found = list(rows.filter(lot=lot) if lot else rows)
    return Account(
        sum((one.drawn_mg for one in found if one.kind == Kind.DRAWN), NOTHING),
        _mg(one for one in found if one.kind == Kind.GIVEN),
        _mg(one for one in found if one.kind == Kind.WASTED),
    )


def _mg(rows: Iterable[StockRow]) -> Decimal:
    return sum((one.mg for one in rows if one.mg is not None), NOTHING)


def keeps_a_ledger(session: Session) -> bool:
    """Whether this clinic has ever had a lot of what the session is given with."""
    drug = DRUG_OF.get(Therapy(session.course.therapy))
    return Lot.objects.filter(clinic=session.patient.clinic_id, drug=drug).exists()


@asked_before_the_end
def open_in_the_ledger(session: Session) -> Sequence[str]:
    """What the ledger wants before a session is closed: that all that was drawn is told of."""
    if not keeps_a_ledger(session):
        return []
    told = account_of(session)
    started = session.charted.filter(kind=Charted.Kind.START, struck_by=None).exists()
    if told.left or (started and not told.drawn):
        return ["ledger"]
    return []


def counted_today(clinic: Clinic) -> bool:
    """Whether the cupboard was counted on this day of the clinic."""
    rows = StockRow.objects.filter(lot__clinic=clinic, kind=Kind.COUNTED)
    newest = rows.order_by("-pk").first()
    return newest is not None and timezone.localdate(newest.at) == timezone.localdate()


def uneven(clinic: Clinic) -> list[tuple[Session, Account]]:
    """Closed sessions that do not come out even, the newest first."""
    drawn = Session.objects.filter(patient__clinic=clinic, stock_rows__isnull=False)
    closed = drawn.exclude(closed_at=None).select_related("patient", "course").distinct()
    found = ((one, account_of(one)) for one in closed.order_by("-closed_at"))
    return [(session, told) for session, told in found if told.left]
