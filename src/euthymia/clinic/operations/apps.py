"""The room as the framework names it."""

from __future__ import annotations

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "euthymia.clinic.operations"
    label = "operations"
