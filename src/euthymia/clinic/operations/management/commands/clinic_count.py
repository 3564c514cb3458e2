"""How many rows of each kind there are: what two copies of a clinic are compared by."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Prints the number of rows of each table, without a word of what is in them."
    requires_system_checks = ()

    def handle(self, *_: Any, **__: Any) -> None:
        for model in sorted(apps.get_models(), key=lambda one: one._meta.db_table):
            self.stdout.write(f"{model._meta.db_table} {model._default_manager.count()}")
