"""The room as the framework names it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PeopleConfig(AppConfig):
    name = "euthymia.clinic.people"
    label = "people"

    def ready(self) -> None:
        """Listens to who comes and goes, and lets each room say what waits."""
        from euthymia.clinic.people import signals  # noqa: F401, PLC0415 - needs the models

        autodiscover_modules("first_page")
