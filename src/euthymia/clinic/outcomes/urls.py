"""Addresses of outcomes."""

from __future__ import annotations

from django.urls import path

from euthymia.clinic.outcomes import views

urlpatterns = [
    path("patients/<int:patient>/outcomes/", views.outcomes, name="patient_outcomes"),
    path("outcomes/", views.dashboard, name="outcomes"),
    path("outcomes/summary/", views.summary, name="outcomes_summary"),
    path("outcomes/registry/", views.registry, name="registry"),
    path("outcomes/registry/table/", views.registry_table, name="registry_table"),
]
