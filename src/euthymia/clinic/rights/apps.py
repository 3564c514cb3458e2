"""The room as the framework names it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class RightsConfig(AppConfig):
    name = "euthymia.clinic.rights"
    label = "rights"

    def ready(self) -> None:
        """Lets each room say what it removes when a chart is emptied."""
        autodiscover_modules("emptying")
