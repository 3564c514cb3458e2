"""The room as the framework names it."""

from __future__ import annotations

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "euthymia.clinic.assessments"
    label = "assessments"
