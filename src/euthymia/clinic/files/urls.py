"""Addresses of brought files, attachments and patient links."""

from __future__ import annotations

from django.urls import include, path

from euthymia.clinic.files import (
    attachment_views,
    import_views,
    link_views,
    many_views,
    opened_views,
)

of_a_patient = [
    path("files/", import_views.files, name="files"),
    path("files/import/", import_views.bring_file, name="import_file"),
    path("files/import/<int:batch>/", import_views.preview, name="import_preview"),
    path("files/documents/<int:document>/strike/", import_views.strike, name="document_strike"),
    path("files/documents/<int:document>/back/", import_views.back, name="document_back"),
    path("files/attachments/", attachment_views.attach, name="attach"),
    path("files/attachments/<int:attachment>/", attachment_views.download, name="attachment"),
    path(
        "files/attachments/<int:attachment>/strike/",
        attachment_views.strike,
        name="attachment_strike",
    ),
    path("links/", link_views.links, name="patient_links"),
    path("links/<int:link>/print/", link_views.printed, name="link_print"),
    path("links/<int:link>/close/", link_views.close, name="link_close"),
]
urlpatterns = [
    path("clinic/patients/<int:patient>/", include(of_a_patient)),
    path("clinic/import/", many_views.bring_export, name="import_export"),
    path("clinic/import/<int:batch>/", many_views.preview, name="export_preview"),
    path("l/<slug:clinic>/sent/", opened_views.sent, name="link_sent"),
    path("l/<slug:clinic>/sent/now/", opened_views.sent_in_danger, name="link_sent_now"),
    path("l/<str:words>/", opened_views.opened, name="link"),
]
