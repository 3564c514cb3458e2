"""Addresses of requests, patients and charts."""

from __future__ import annotations

from django.urls import include, path

from euthymia.clinic.patients import entry_views, request_views, timeline_views, views

PATIENT = "patients/<int:patient>/"
ENTRY = f"{PATIENT}entries/<int:entry>/"

urlpatterns = [
    path("", include("euthymia.clinic.patients.glass_urls")),
    path("requests/", request_views.requests, name="requests"),
    path("requests/<int:number>/", request_views.request, name="request"),
    path("requests/<int:number>/accept/", request_views.request_accept, name="request_accept"),
    path("requests/<int:number>/close/", request_views.request_close, name="request_close"),
    path("patients/", views.patients, name="patients"),
    path("patients/new/", views.patient_new, name="patient_new"),
    path("drug-note/", entry_views.drug_note, name="drug_note"),
    path(PATIENT, views.chart, name="chart"),
    path(f"{PATIENT}edit/", views.patient_edit, name="patient_edit"),
    path(f"{PATIENT}danger/", views.danger, name="danger"),
    path(f"{PATIENT}danger/tried/", views.note_try, name="danger_tried"),
    path(f"{PATIENT}timeline/", timeline_views.timeline, name="timeline"),
    path(f"{PATIENT}new/<str:part>/", entry_views.entry_new, name="entry_new"),
    path(f"{ENTRY}", entry_views.entry_edit, name="entry_edit"),
    path(f"{ENTRY}strike/", entry_views.entry_strike, name="entry_strike"),
    path(f"{ENTRY}history/", entry_views.entry_history, name="entry_history"),
]
