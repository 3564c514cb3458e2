"""What a patient sees behind a link: a scale to fill in, or the intake; and what comes after."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, override
from django.views.decorators.http import require_http_methods, require_safe

from euthymia.clinic.door.crisis import crisis_help
from euthymia.clinic.door.languages import is_reviewed
from euthymia.clinic.door.welcome import asked_for
from euthymia.clinic.files import intake, links
from euthymia.clinic.files.answering import Answers
from euthymia.clinic.files.behind import (
    IN,
    NO_LINK,
    TOO_MANY,
    Opened,
    behind_link,
    first_shown,
    lay_open_too_long,
    no_such_link,
    page,
    sent_address,
)
from euthymia.clinic.patients.faults import UnreadableError
from euthymia.clinic.people.doorkeeper import public
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.people.once import done_once
from euthymia.clinic.work.models import Link


@public
@require_http_methods(["GET", "HEAD", "POST"])
def opened(request: HttpRequest, words: str) -> HttpResponseBase:
    """Opens a link by its words. What is sent twice is done once, and answered alike."""
    if request.method != "POST":
        return _shown(request, words)
    with transaction.atomic():
        Link.objects.select_for_update().filter(digest=Link.digest_of(words)).first()
        answer = done_once(request, lambda: _shown(request, words))
    if answer.status_code in (NO_LINK, TOO_MANY):  # undone, its count too: so it is counted here
        return no_such_link(request)
    return answer


@behind_link
def _shown(request: HttpRequest, opened: Opened) -> HttpResponseBase:
    if links.asks_intake(opened.link):
        return intake.shown(request, opened)
    return _sent(request, opened) if request.method == "POST" else _asked(request, opened)


def _asked(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The empty form; or as far as it was filled in, where another language was asked for."""
    links.leave_row(opened.link, "opened")
    form = Answers(scales=links.scales_of(opened.link), initial=request.POST.dict())
    return page(request, opened, "asked.html", {"form": form})


def _sent(request: HttpRequest, opened: Opened) -> HttpResponseBase:
    if asked_for(request):
        return _asked(request, opened)
    form = Answers(request.POST, scales=links.scales_of(opened.link))
    late, whole = lay_open_too_long(request, opened), form.is_valid()
    if late or not whole:
        return _again(request, opened, form, late=late)
    try:
        danger = links.submit(opened.link, {"scales": form.told()})
    except UnreadableError as fault:
        form.add_error(None, fault.in_words)
        return _again(request, opened, form, late=False)
    except links.UsedUpError:
        return no_such_link(request)
    return redirect(sent_address(opened.clinic, danger=danger))


def _again(request: HttpRequest, opened: Opened, form: Answers, *, late: bool) -> HttpResponse:
    """The form with what was answered. An answer that tells of danger is acted on all the same."""
    danger = form.shows_danger()
    if danger:
        links.ring(opened.link, links.patient_behind(opened.link))
        links.leave_row(opened.link, "rang")
    return page(request, opened, "asked.html", {"form": form, "late": late, "danger": danger})


@public
@require_safe
def sent(request: HttpRequest, clinic: str) -> HttpResponse:
    return _after(request, clinic, danger=False)


@public
@require_safe
def sent_in_danger(request: HttpRequest, clinic: str) -> HttpResponse:
    """Help first; that the answers arrived comes after it."""
    return _after(request, clinic, danger=True)


def _after(request: HttpRequest, slug: str, *, danger: bool) -> HttpResponse:
    clinic = get_object_or_404(Clinic, slug=slug)
    language = first_shown(clinic, (request.GET.get(IN, ""), get_language() or ""))
    with override(language):
        told = {"clinic": clinic, "help": crisis_help(clinic.country), "danger": danger}
        told["reviewed"] = is_reviewed(clinic, language)
        return render(request, "files/sent.html", told)
