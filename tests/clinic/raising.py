"""The addresses of the clinic, and some that fail in every way, with a patient's data in hand."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.doorkeeper import public
from euthymia.clinic.urls import handler400, handler403, handler404, handler500
from euthymia.clinic.urls import urlpatterns as every

FAULTS: dict[str, type[Exception]] = {
    "value": ValueError,
    "key": KeyError,
    "database": IntegrityError,
    "missing": Http404,
    "refused": PermissionDenied,
    "suspicious": SuspiciousOperation,
    "bad": BadRequest,
}


@public
def fails(request: HttpRequest, how: str) -> HttpResponse:
    """Raises with a patient's name in the message, in a local variable and in a library's log."""
    patient = Patient.objects.get()
    told = f"{patient.name}, born {patient.birth_date}, {patient.phone}, {patient.email}"
    logging.getLogger("some.library").warning(told)
    logging.getLogger("some.library").error("cannot read %s", told)
    raise FAULTS[how](told)


urlpatterns: list[Any] = [path("fails/<str:how>/", fails, name="fails"), *every]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
