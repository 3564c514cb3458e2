"""The room as the framework names it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import import_string


class StockConfig(AppConfig):
    name = "euthymia.clinic.stock"
    label = "stock"

    def ready(self) -> None:
        """Has its say before a session is closed."""
        import_string("euthymia.clinic.stock.account.open_in_the_ledger")
