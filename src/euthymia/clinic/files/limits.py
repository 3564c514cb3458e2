"""What is longer than an upload may be is put down before it is read."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from euthymia.clinic.people.numbers import LARGEST, MOST_DIGITS, number_in

BESIDE_THE_FILE = 500_000
"""Bytes of the other fields of a form with a file."""


def not_too_large(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a request that says it is too long is answered at once with 413."""

    def answered(request: HttpRequest) -> HttpResponse:
        if _length(request) <= settings.UPLOAD_LIMIT_BYTES + BESIDE_THE_FILE:
            return get_response(request)
        most = settings.UPLOAD_LIMIT_BYTES // 1_000_000
        return render(request, "files/too_large.html", {"most": most}, status=413)

    return answered


def _length(request: HttpRequest) -> int:
    told = request.META.get("CONTENT_LENGTH") or "0"
    return number_in(told) or (LARGEST if len(told) > MOST_DIGITS else 0)
