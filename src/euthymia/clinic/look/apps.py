"""The room as the framework names it."""

from __future__ import annotations

from django.apps import AppConfig


class LookConfig(AppConfig):
    name = "euthymia.clinic.look"
    label = "look"
