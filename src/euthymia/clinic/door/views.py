"""What anyone may read, without an account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from euthymia.clinic.door.crisis import help_for_all, may_open
from euthymia.clinic.door.figures import compared, much_better
from euthymia.clinic.door.languages import languages_shown
from euthymia.clinic.door.welcome import (
    COSTS,
    Door,
    at_the_door,
    show,
    shut,
    wanted_language,
)
from euthymia.clinic.people.doorkeeper import public
from euthymia.clinic.people.models import Clinic


@public
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Leads to the only clinic, or lists them."""
    clinics = [one for one in Clinic.objects.order_by("name") if may_open(one)]
    if len(clinics) == 1:
        return redirect("door", clinics[0].slug)
    with override(wanted_language(request, languages_shown())):
        told = {"clinics": clinics, "help": help_for_all()}
        return render(request, "door/front.html", told)


@public
@require_safe
@at_the_door
def door(request: HttpRequest, door: Door) -> HttpResponse:
    return show(request, door, "door.html", {})


@public
@require_safe
@at_the_door
def education(request: HttpRequest, door: Door, page: str) -> HttpResponse:
    if page not in door.pages:
        return shut(request, door.clinic)
    prices = door.clinic.prices.all() if page == COSTS else ()
    return show(request, door, "page.html", {"page": door.pages[page], "prices": prices})


@public
@require_safe
@at_the_door
def side_by_side(request: HttpRequest, door: Door) -> HttpResponse:
    return show(request, door, "compare.html", {"compared": compared(), "better": much_better()})


@public
@csrf_exempt  # it changes a cookie of two letters, and so no page needs to set a token for it
@require_POST
@at_the_door
def language(request: HttpRequest, door: Door) -> HttpResponse:
    """Goes back to the page in the language of the button; the door itself remembers it."""
    back = request.POST.get("back", "")
    here = url_has_allowed_host_and_scheme(back, None) and back.startswith("/at/")
    return redirect(back) if here else redirect("door", door.clinic.slug)


@public
@at_the_door
def nothing_here(request: HttpRequest, door: Door, rest: str) -> HttpResponse:
    """An address below the door at which nothing is; crisis help is there all the same."""
    return shut(request, door.clinic)
