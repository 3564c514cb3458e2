"""The ledger as a table for whoever inspects: no names of patients, only the numbers of charts."""

from __future__ import annotations

from django.utils import timezone

from euthymia.clinic.stock.models import StockRow

COLUMNS = (
    "row", "at", "drug", "strength", "mg_in_container", "lot", "expires", "what", "containers",
    "mg", "balance", "session", "chart", "by", "second_person", "why", "strikes_row",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a program of tables would run."""


def cells(row: StockRow) -> list[str]:
    """One row, cell by cell; words that a person typed are no formula."""
    lot, session = row.lot, row.session
    return [
        str(row.pk),
        timezone.localtime(row.at).isoformat(timespec="seconds"),
        lot.drug,
        _text(lot.strength),
        str(lot.container_mg),
        _text(lot.number),
        lot.expires.isoformat(),
        row.kind,
        str(row.containers),
        "" if row.mg is None else str(row.mg),
        str(row.balance),
        str(session.pk) if session else "",
        str(session.patient.number) if session else "",
        _text(row.by.name),
        _text(row.second.name) if row.second else "",
        _text(row.why),
        str(row.strikes_id or ""),
    ]


def _text(told: str) -> str:
    return f"'{told}" if told.startswith(FORMULA) else told
