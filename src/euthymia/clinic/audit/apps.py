"""The room as the framework names it."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "euthymia.clinic.audit"
    label = "audit"
