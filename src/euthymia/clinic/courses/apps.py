"""The room as the framework names it."""

from __future__ import annotations

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "euthymia.clinic.courses"
    label = "courses"
