"""Addresses of plans for recovery."""

from __future__ import annotations

from django.urls import path

from euthymia.clinic.recovery import views

RECOVERY = "patients/<int:patient>/recovery/"

urlpatterns = [
    path(RECOVERY, views.recovery, name="recovery"),
    path(f"{RECOVERY}edit/", views.edit, name="recovery_edit"),
    path(f"{RECOVERY}print/", views.printed, name="recovery_print"),
    path(f"{RECOVERY}steps/new/", views.new_step, name="recovery_step_new"),
    path(f"{RECOVERY}steps/<int:step>/", views.end_step, name="recovery_step"),
]
