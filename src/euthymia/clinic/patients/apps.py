"""The room as the framework names it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PatientsConfig(AppConfig):
    name = "euthymia.clinic.patients"
    label = "patients"

    def ready(self) -> None:
        """Lets each room say which courses of treatment it gave."""
        autodiscover_modules("given")
