"""SQLite for tests that empty every table afterwards, the audit too, whose triggers refuse that."""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3 import base, operations

from euthymia.clinic.audit.triggers import CREATE, DROP


class DatabaseOperations(operations.DatabaseOperations):
    def sql_flush(self, style: Any, tables: Any, **kwargs: Any) -> list[str]:
        emptied = super().sql_flush(style, tables, **kwargs)
        return [*DROP["sqlite"], *emptied, *CREATE["sqlite"]] if emptied else emptied


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations

    def close(self) -> None:
        """Stays open within the transaction of a test, as one in memory does."""
        if not self.in_atomic_block:
            super().close()
