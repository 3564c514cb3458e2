"""Addresses of courses and their sessions."""

from __future__ import annotations

from django.urls import path

from euthymia.clinic.courses import charting, course_views, override_views, room_views, views

COURSES = "patients/<int:patient>/courses/"
COURSE, SESSION = f"{COURSES}<int:course>/", f"{COURSES}sessions/<int:session>/"

urlpatterns = [
    path("today/", views.today, name="today"),
    path("rooms/", room_views.rooms, name="rooms"),
    path("rooms/devices/", room_views.devices, name="devices"),
    path("rooms/devices/<int:device>/end/", room_views.end_device, name="device_end"),
    path(COURSES, course_views.courses, name="courses"),
    path(COURSE, course_views.course, name="course"),
    path(f"{COURSE}order/", course_views.order, name="course_order"),
    path(f"{COURSE}plan/", course_views.plan, name="course_plan"),
    path(f"{COURSE}end/", course_views.end, name="course_end"),
    path(SESSION, views.session, name="session"),
    path(f"{SESSION}open/", views.open_, name="session_open"),
    path(f"{SESSION}miss/", views.miss, name="session_miss"),
    path(f"{SESSION}live/", views.live, name="session_live"),
    path(f"{SESSION}chart/<str:kind>/", charting.chart, name="session_chart"),
    path(f"{SESSION}answer/<int:decision>/", views.answer, name="session_answer"),
    path(f"{SESSION}override/", override_views.override, name="session_override"),
    path(f"{SESSION}close/", views.close, name="session_close"),
]
