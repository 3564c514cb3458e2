"""The room as the framework names it."""

from __future__ import annotations

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "euthymia.clinic.files"
    label = "files"
