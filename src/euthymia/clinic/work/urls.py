"""Addresses of work."""

from __future__ import annotations

from django.urls import path

from euthymia.clinic.work import views

urlpatterns = [
    path("tasks/", views.tasks, name="tasks"),
    path("tasks/<int:task>/", views.task, name="task"),
    path("tasks/<int:task>/take/", views.take_task, name="take_task"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<int:message>/", views.message, name="message"),
    path("outbox/<int:message>/again/", views.message_again, name="message_again"),
    path(
        "outbox/<int:message>/handed-over/", views.message_handed_over, name="message_handed_over"
    ),
]
