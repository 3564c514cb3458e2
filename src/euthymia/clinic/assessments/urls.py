"""Addresses of assessments."""

from __future__ import annotations

from django.urls import include, path

from euthymia.clinic.assessments import paper_views, views

of_one = [
    path("", views.assessment, name="assessment"),
    path("statement/<str:place>/", views.statement, name="statement"),
    path("sign/", views.sign, name="sign"),
    path("override/", views.override, name="override"),
    path("compared/", views.compared, name="compared"),
    path("again/", views.again, name="again"),
    path("letter/", paper_views.letters, name="letters"),
    path("letter/<slug:whom>/", paper_views.letter, name="letter"),
    path("letter/<slug:whom>/pdf/", paper_views.letter_pdf, name="letter_pdf"),
    path("packet/", paper_views.payers, name="payers"),
    path("packet/<slug:payer>/", paper_views.payer, name="payer"),
    path("packet/<slug:payer>/pdf/", paper_views.payer_pdf, name="payer_pdf"),
]
urlpatterns = [
    path("patients/<int:patient>/assessments/", views.assessments, name="assessments"),
    path("patients/<int:patient>/assessments/<int:assessment>/", include(of_one)),
]
