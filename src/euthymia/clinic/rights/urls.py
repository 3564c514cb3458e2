"""Addresses of consent, wishes, merging, export, retention and adopted pages."""

from __future__ import annotations

from django.urls import path

from euthymia.clinic.rights import views

CHART = "patients/<int:patient>/"
urlpatterns = [
    path("knowledge/", views.adoption, name="adoption"),
    path("consents/", views.to_confirm, name="consents_to_confirm"),
    path("retention/", views.retention, name="retention"),
    path(f"{CHART}consents/", views.consents, name="consents"),
    path(f"{CHART}consents/<slug:form>/new/", views.consent_new, name="consent_new"),
    path(f"{CHART}consents/<int:consent>/", views.consent, name="consent"),
    path(f"{CHART}rights/", views.rights, name="patient_rights"),
    path(f"{CHART}rights/wish/<int:wish>/", views.answer_wish, name="wish"),
    path(f"{CHART}rights/merge/", views.merge, name="merge"),
    path(f"{CHART}rights/merge/<int:merged>/undo/", views.part, name="part"),
    path(f"{CHART}rights/copy/<slug:whom>/", views.copy, name="copy"),
    path(f"{CHART}rights/empty/", views.empty, name="empty"),
]
