"""The room as the framework names it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class WorkConfig(AppConfig):
    name = "euthymia.clinic.work"
    label = "work"

    def ready(self) -> None:
        """Lets each room say what the worker clears away for it, and whose a task is."""
        autodiscover_modules("hourly", "whose")
