"""The room as the framework names it."""

from __future__ import annotations

from django.apps import AppConfig


class RecoveryConfig(AppConfig):
    name = "euthymia.clinic.recovery"
    label = "recovery"
