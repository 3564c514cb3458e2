"""The room as the framework names it."""

from __future__ import annotations

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "euthymia.clinic.patients"
    label = "patients"
