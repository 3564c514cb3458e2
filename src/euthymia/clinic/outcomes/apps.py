"""The room as the framework names it."""

from __future__ import annotations

from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "euthymia.clinic.outcomes"
    label = "outcomes"

    def ready(self) -> None:
        """Lets a new score be looked at in the moment it is saved."""
        from euthymia.clinic.outcomes import arrivals  # noqa: F401, PLC0415 - once models exist
