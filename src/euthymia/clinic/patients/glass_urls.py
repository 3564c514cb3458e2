"""The address at which a guarded chart is opened for a reason."""

from __future__ import annotations

from django.urls import path

from euthymia.clinic.patients import glass

urlpatterns = [path("patients/<int:patient>/open/", glass.open_guarded, name="open_guarded")]
