"""Addresses of people and clinics."""

from __future__ import annotations

from django.urls import path

from euthymia.clinic.people import joining, staff, views

urlpatterns = [
    path("", views.home, name="home"),
    path("me/", views.me, name="me"),
    path("me/place/", views.choose_place, name="choose_place"),
    path("me/offers/<int:offer>/", joining.answer_offer, name="answer_offer"),
    path("me/shortcuts/", views.shortcuts, name="shortcuts"),
    path("me/leave-everywhere/", views.leave_everywhere, name="leave_everywhere"),
    path("me/stay/", views.stay, name="stay"),
    path("me/drafts/", views.drafts, name="drafts"),
    path("me/drafts/forget/", views.forget_draft, name="forget_draft"),
    path("no-place/", views.no_place, name="no_place"),
    path("join/<str:words>/", joining.join, name="join"),
    path("people/", staff.people, name="people"),
    path("people/<int:place>/", staff.person, name="person"),
    path("people/<int:place>/end/", staff.person_end, name="person_end"),
    path("people/<int:place>/unlock/", staff.person_unlock, name="person_unlock"),
    path("people/<int:place>/start-over/", staff.person_start_over, name="person_start_over"),
    path("settings/", views.clinic_settings, name="clinic_settings"),
]
