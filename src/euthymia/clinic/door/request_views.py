"""Asking for a consultation: with the answers or without, by consent."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from euthymia.clinic.door.actions import send_request
from euthymia.clinic.door.check_views import TOO_MANY
from euthymia.clinic.door.content import consent, until_seen
from euthymia.clinic.door.forms import RequestForm
from euthymia.clinic.door.limits import may_send
from euthymia.clinic.door.seal import Answers, BrokenSealError, unseal
from euthymia.clinic.door.summary import summarise
from euthymia.clinic.door.told import Json, speaks_of_suicide, told_form
from euthymia.clinic.door.welcome import Door, at_the_door, show
from euthymia.clinic.people.doorkeeper import public
from euthymia.clinic.people.once import done_once

SEND = "send"


@public
@require_http_methods(["GET", "HEAD", "POST"])
@at_the_door
def ask_to_be_seen(request: HttpRequest, door: Door) -> HttpResponseBase:
    """The form, filled as far as it was; or the sending of it."""
    sealed, answers, broken = _brought(request, door)
    told = {"sealed": sealed, "broken": broken, "help_first": speaks_of_suicide(answers)}
    if request.POST.get("go") != SEND:
        typed = request.POST if request.POST.get("given_name") is not None else None
        return _form(request, door, RequestForm(typed, answered=bool(sealed)), told)
    form = RequestForm(request.POST, answered=bool(sealed))
    if broken or not form.is_valid():
        return _form(request, door, form, told)
    return _send(request, door, form, answers)


def _brought(request: HttpRequest, door: Door) -> tuple[str, Answers, bool]:
    """The sealed answers that came along, and whether they can no longer be read."""
    sealed = request.POST.get("sealed", "")
    try:
        return sealed, unseal(sealed, door.clinic.pk), False
    except BrokenSealError:
        return "", {}, True


def _send(
    request: HttpRequest, door: Door, form: RequestForm, answers: Answers
) -> HttpResponseBase:
    shared = answers if form.cleaned_data.get("with_answers") == "yes" else {}
    told = _told(door, form, shared) if shared else {}
    urgent = speaks_of_suicide(shared)
    first = speaks_of_suicide(answers)
    if not may_send(request, "urgent" if urgent else "request"):
        kept = {"sealed": request.POST.get("sealed", ""), "too_many": True, "help_first": first}
        response = _form(request, door, form, kept, status=TOO_MANY)
        response.headers["Retry-After"] = "3600"
        return response

    def act() -> HttpResponse:
        send_request(
            door.clinic,
            form.cleaned_data,
            told=told,
            summary=summarise(shared).lines if shared else [],
            language=get_language() or "en",
            urgent=urgent,
        )
        return redirect("request_sent_first" if first else "request_sent", door.clinic.slug)

    return done_once(request, act)


def _told(door: Door, form: RequestForm, answers: Answers) -> Json:
    """The intake form; a date of birth that was given wins over an age."""
    told = told_form(answers, timezone.localdate(), door.clinic.country)
    told["patient"].pop("age_years", None)
    told["patient"]["birth_date"] = form.cleaned_data["birth_date"].isoformat()
    return told


def _form(
    request: HttpRequest, door: Door, form: RequestForm, told: dict[str, Any], status: int = 200
) -> HttpResponse:
    return show(
        request, door, "ask.html", {"form": form, "consent": consent(), **told}, status=status
    )


@public
@require_safe
@at_the_door
def request_sent(request: HttpRequest, door: Door) -> HttpResponse:
    return show(request, door, "sent.html", {"until": until_seen()})


@public
@require_safe
@at_the_door
def request_sent_first(request: HttpRequest, door: Door) -> HttpResponseBase:
    """After answers that tell of danger, sent or not: help again, and no word of days."""
    return show(request, door, "sent_first.html", {"until": until_seen()})
