"""Pages for what went wrong: what happened, that nothing was lost, what to do.

On the public side crisis help stands on them, as on every page there. The page of a fault of our
own asks no database: that may be what failed.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from euthymia.clinic.door.crisis import ELSEWHERE, crisis_help
from euthymia.clinic.people.middleware import OF_PATIENTS
from euthymia.clinic.people.models import Clinic


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "not_found", 404)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "refused", 403)


def other_way(request: HttpRequest) -> HttpResponse:
    return _page(request, "other_way", 405)


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "unreadable", 400)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, "forged", 403)


def failed(request: HttpRequest) -> HttpResponse:
    told = {"help": crisis_help(ELSEWHERE)} if request.path.startswith(OF_PATIENTS) else {}
    return HttpResponse(render_to_string("faults/failed.html", told), status=500)


def _page(request: HttpRequest, name: str, status: int) -> HttpResponse:
    return render(request, f"faults/{name}.html", _help_for(request), status=status)


def _help_for(request: HttpRequest) -> dict[str, object]:
    if not request.path.startswith(OF_PATIENTS):
        return {}
    slug = request.path.split("/")[2]
    country = Clinic.objects.filter(slug=slug).values_list("country", flat=True).first()
    return {"help": crisis_help(country or ELSEWHERE)}
