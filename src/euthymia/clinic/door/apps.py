"""The room as the framework names it."""

from __future__ import annotations

from django.apps import AppConfig


class DoorConfig(AppConfig):
    name = "euthymia.clinic.door"
    label = "door"
