"""Addresses of the public door. None holds anything that was told."""

from __future__ import annotations

from django.urls import path

from euthymia.clinic.door import check_views, desk_views, request_views, views

urlpatterns = [
    path("", views.front, name="front"),
    path("clinic/prices/", desk_views.prices, name="prices"),
    path("clinic/languages/", desk_views.languages, name="languages"),
    path("at/<slug:slug>/", views.door, name="door"),
    path("at/<slug:slug>/about/<slug:page>/", views.education, name="education"),
    path("at/<slug:slug>/side-by-side/", views.side_by_side, name="side_by_side"),
    path("at/<slug:slug>/language/", views.language, name="door_language"),
    path("at/<slug:slug>/check/", check_views.self_check_start, name="self_check"),
    path("at/<slug:slug>/check/<slug:name>/", check_views.self_check_step, name="self_check_step"),
    path("at/<slug:slug>/ask/", request_views.ask_to_be_seen, name="ask_to_be_seen"),
    path("at/<slug:slug>/ask/sent/", request_views.request_sent, name="request_sent"),
    path(
        "at/<slug:slug>/ask/sent/first/",
        request_views.request_sent_first,
        name="request_sent_first",
    ),
    path("at/<slug:slug>/<path:rest>/", views.nothing_here, name="nothing_here"),
]
