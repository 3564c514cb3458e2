"""Every address of the clinic. Who may come in stands at each view; the rest is shut."""

from __future__ import annotations

from django.urls import include, path

from euthymia.clinic.courses.gateway import readings

urlpatterns = [
    path("", include("euthymia.clinic.door.urls")),
    path("", include("euthymia.clinic.files.urls")),
    path("gateway/readings/", readings, name="gateway_readings"),
    path("account/", include("allauth.urls")),
    path("clinic/", include("euthymia.clinic.people.urls")),
    path("clinic/", include("euthymia.clinic.work.urls")),
    path("clinic/", include("euthymia.clinic.patients.urls")),
    path("clinic/", include("euthymia.clinic.rights.urls")),
    path("clinic/", include("euthymia.clinic.assessments.urls")),
    path("clinic/", include("euthymia.clinic.courses.urls")),
    path("clinic/", include("euthymia.clinic.stock.urls")),
    path("clinic/", include("euthymia.clinic.outcomes.urls")),
    path("clinic/", include("euthymia.clinic.recovery.urls")),
    path("clinic/", include("euthymia.clinic.operations.urls")),
]
handler400 = "euthymia.clinic.look.faults.unreadable"
handler403 = "euthymia.clinic.look.faults.refused"
handler404 = "euthymia.clinic.look.faults.not_found"
handler500 = "euthymia.clinic.look.faults.failed"
