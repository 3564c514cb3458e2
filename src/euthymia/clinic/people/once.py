"""What a form asks is done once, however often it is sent: a lost answer may be asked for again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect

from euthymia.clinic.people.models import Once

FIRST_FAULT = 400
"""The lowest HTTP status that says nothing was done."""


def done_once(request: HttpRequest, act: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Runs `act` in one transaction; a second sending of the same is led to what came of the first.

    A form carries its key in the field `once`. Whatever answers with a fault leaves nothing behind.
    """
    key = _key(request)
    try:
        with transaction.atomic():
            return _before(key) or _first_time(key, act)
    except IntegrityError:  # both were sent at the same moment, and the other was first
        answered = _before(key)
        if answered is None:
            raise
        return answered


def _first_time(key: str, act: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    response = act()
    if response.status_code >= FIRST_FAULT:
        transaction.set_rollback(True)
    elif key and isinstance(response, HttpResponseRedirect):
        Once.objects.create(key=key, answer=response.url)
    return response


def _before(key: str) -> HttpResponseRedirect | None:
    found = Once.objects.filter(key=key).first() if key else None
    return HttpResponseRedirect(found.answer) if found else None


def _key(request: HttpRequest) -> str:
    """Digest of who sent what to where; empty where the form has no key."""
    if not request.POST.get("once"):
        return ""
    fields = {name: request.POST.getlist(name) for name in sorted(request.POST)}
    fields.pop("csrfmiddlewaretoken", None)
    files = {
        name: [_digest_of(file) for file in request.FILES.getlist(name)] for name in request.FILES
    }
    told = json.dumps([request.user.pk, request.path, fields, files], ensure_ascii=True)
    return hashlib.sha256(told.encode()).hexdigest()


def _digest_of(file: UploadedFile[bytes]) -> str:
    """Digest of a file that was sent; it is read from its start again afterwards."""
    found = hashlib.sha256(str(file.name).encode())
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()
