"""Behind a link: whose clinic, in which language, under which clock; and one page for all others.

Whoever has the words of an open link gets in, however often others guessed. Words that open
nothing, that ran out or were used get one and the same page, and are counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override

from euthymia.clinic.door.crisis import Help, crisis_help, help_for_all
from euthymia.clinic.door.languages import is_reviewed, languages_shown, shown_by
from euthymia.clinic.door.limits import may_send
from euthymia.clinic.door.welcome import (
    asked_for,
    remember,
    wanted_language,
)
from euthymia.clinic.files import links
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.work.models import Link

NO_LINK, TOO_MANY = 404, 429
IN = "in"
"""By what name the address of the last page carries the language."""
SINCE = "since"
"""The hidden field that says, signed, since when a page lay open."""


@dataclass(frozen=True)
class Opened:
    """An open link and the words that opened it."""

    link: Link
    words: str

    @property
    def clinic(self) -> Clinic:
        return self.link.clinic

    @property
    def help(self) -> Help:
        return crisis_help(self.clinic.country)


def behind_link(
    view: Callable[[HttpRequest, Opened], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Finds the open link of the words in the address; all other words find one plain page."""

    @wraps(view)
    def visited(request: HttpRequest, words: str) -> HttpResponseBase:
        link = links.standing(words)
        if link is None:
            return no_such_link(request)
        language = language_of(link, request)
        with override(language), timezone.override(ZoneInfo(link.clinic.zone)):
            answer = view(request, Opened(link, words))
        if asked_for(request) == language:
            remember(answer, language)
        return answer

    return visited


def no_such_link(request: HttpRequest) -> HttpResponse:
    """It says neither whether there ever was such a link, nor why it does not open."""
    status = NO_LINK if may_send(request, "link") else TOO_MANY
    with override(wanted_language(request, languages_shown())):
        return render(request, "files/no_link.html", {"help": help_for_all()}, status=status)


def language_of(link: Link, request: HttpRequest) -> str:
    """The language asked for by a button, now or before; else the patient's."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    wanted = (asked_for(request), chosen, links.patient_behind(link).language)
    return first_shown(link.clinic, wanted)


def first_shown(clinic: Clinic, wanted: Iterable[str]) -> str:
    """The first of these languages that the clinic's director has read, else that of the house."""
    shown = shown_by(clinic)
    return next((one for one in wanted if one in shown), settings.LANGUAGE_CODE)


def sent_address(clinic: Clinic, *, danger: bool) -> str:
    """The page that follows on sending. The link is over then, so it carries the language."""
    language = get_language() or settings.LANGUAGE_CODE
    address = reverse("link_sent_now" if danger else "link_sent", args=[clinic.slug])
    return address if language == settings.LANGUAGE_CODE else f"{address}?{IN}={language}"


def page(
    request: HttpRequest, opened: Opened, template: str, told: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page behind a link, with crisis help first and the time since when it lies open."""
    return render(
        request,
        f"files/{template}",
        {
            "opened": opened,
            "clinic": opened.clinic,
            "help": opened.help,
            "languages": shown_by(opened.clinic),
            "reviewed": is_reviewed(opened.clinic, get_language() or ""),
            "since": _signer().sign(str(opened.link.pk)),
            "idle_seconds": settings.PATIENT_IDLE_SECONDS,
            **told,
        },
        status=status,
    )


def lay_open_too_long(request: HttpRequest, opened: Opened) -> bool:
    """Whether what is sent comes from a page that was left alone for longer than a quiet time."""
    try:
        told = _signer().unsign(request.POST.get(SINCE, ""), max_age=settings.PATIENT_IDLE_SECONDS)
    except BadSignature:  # run out, or not ours
        return True
    return told != str(opened.link.pk)


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="patient link")
