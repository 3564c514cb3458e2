"""Coming in: which clinic, whether its door is open, in which language, under which clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, override

from euthymia.clinic.door.content import Page, pages
from euthymia.clinic.door.crisis import Help, crisis_help, help_for_all, may_open
from euthymia.clinic.door.languages import is_reviewed, languages_shown, shown_by
from euthymia.clinic.people.models import Clinic

COSTS = "costs"
IN = "in-"
"""How the button of a language begins, as in `in-es`."""
Visited = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Door:
    """The open door of one clinic, in the visitor's language."""

    clinic: Clinic
    help: Help
    languages: tuple[str, ...]
    reviewed: bool

    @property
    def pages(self) -> Mapping[str, Page]:
        """The pages it shows; that of costs only where the owner has told a price."""
        priced = self.clinic.prices.exists()
        return {slug: page for slug, page in pages().items() if slug != COSTS or priced}


def at_the_door(view: Visited) -> Visited:
    """Finds the clinic of the address; a door that is not open shows crisis help all the same."""

    @wraps(view)
    def visited(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponseBase:
        clinic = Clinic.objects.filter(slug=slug).first()
        if clinic is None or not may_open(clinic):
            return shut(request, clinic)
        languages = shown_by(clinic)
        language = wanted_language(request, languages)
        with override(language), timezone.override(ZoneInfo(clinic.zone)):
            reviewed = is_reviewed(clinic, language)
            door = Door(clinic, crisis_help(clinic.country), languages, reviewed)
            response = view(request, door, **kwargs)
        response.headers["Content-Language"] = language
        if asked_for(request) == language:
            remember(response, language)
        return response

    return visited


def wanted_language(request: HttpRequest, languages: tuple[str, ...]) -> str:
    """The language just asked for, the one chosen before, or the browser's; of those shown."""
    chosen = asked_for(request) or get_language() or ""
    code = chosen.split("-")[0]
    return code if code in languages else settings.LANGUAGE_CODE


def asked_for(request: HttpRequest) -> str:
    """The language of the button that was pressed; empty where another one was."""
    go = request.POST.get("go", "")
    return go.removeprefix(IN) if go.startswith(IN) else ""


def remember(response: HttpResponseBase, language: str) -> None:
    """The one cookie of the door: two letters, and only for who asked for a language."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def show(
    request: HttpRequest, door: Door, template: str, told: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """A page of the door, with crisis help first."""
    return render(request, f"door/{template}", {"door": door, **told}, status=status)


def shut(request: HttpRequest, clinic: Clinic | None = None) -> HttpResponse:
    """No door is open here: where to find help is said all the same."""
    with override(wanted_language(request, languages_shown())):
        told = {"help": crisis_help(clinic.country) if clinic else help_for_all()}
        return render(request, "door/shut.html", told, status=404)
