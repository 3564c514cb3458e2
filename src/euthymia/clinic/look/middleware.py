"""What every answer has in common: no browser keeps it, and none is a bare page of the browser."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from euthymia.clinic.look.faults import other_way
from euthymia.clinic.people.doorkeeper import METHODS


def nothing_is_kept(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def answered(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
            response["Cache-Control"] = "no-store, private"
            response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()"
        return response

    return answered


def no_bare_page(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Where an address of a button alone is opened as a page, shows one of ours with a way back."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or request.method not in METHODS:
            return response
        page = other_way(request)
        page["Allow"] = response["Allow"]
        return page

    return answered
