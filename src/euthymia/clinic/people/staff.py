"""Who works in a clinic: invited, given another role, unlocked, given a new link, ended."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from euthymia.clinic.people import actions, invitations
from euthymia.clinic.people.access import Access, Staffed
from euthymia.clinic.people.doorkeeper import needs, tell
from euthymia.clinic.people.forms import InviteForm, RoleForm
from euthymia.clinic.people.invitations import RefusedError
from euthymia.clinic.people.lockout import locked_among, unlock
from euthymia.clinic.people.models import Invitation, Membership, Offer
from euthymia.clinic.people.roles import May

FRESH = "fresh_link"
"""Under this name a session carries the words of a new link to the one page that shows them."""
WHY_NOT = {
    "has_role": gettext_lazy("This person has that role here already."),
    "own": gettext_lazy("This is your own place. Another administrator must change it."),
    "last_admin": gettext_lazy(
        "This is the only administrator of the clinic. Give another person that role first."
    ),
    "elsewhere": gettext_lazy(
        "This person also works in a clinic that you do not administer. "
        "Only someone who administers every clinic of a person may give a new link."
    ),
}


def _place(request: Staffed, number: int) -> Membership:
    here = Membership.objects.filter(clinic=request.access.clinic, ended=None)
    return get_object_or_404(here.select_related("user", "clinic"), pk=number)


def _places(access: Access) -> list[Membership]:
    factors = Authenticator.objects.filter(user=OuterRef("user"))
    links = Invitation.objects.filter(user=OuterRef("user"), used=None, expires__gt=timezone.now())
    places: list[Any] = list(
        Membership.objects.filter(clinic=access.clinic, ended=None)
        .select_related("user")
        .annotate(has_factor=Exists(factors), has_link=Exists(links))
        .order_by("user__name", "pk")
    )
    locked = locked_among(place.user for place in places)
    for place in places:
        place.is_locked = place.user_id in locked
    return places


@needs(May.MANAGE_PEOPLE)
def people(request: Staffed) -> HttpResponse:
    """Everyone with a place here, and the form to invite another."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            place, words = invitations.invite(
                told["email"], told["name"], told["role"], by=request.access
            )
        except RefusedError as refused:
            form.add_error("email", WHY_NOT[str(refused)])
        else:
            what = "offer" if isinstance(place, Offer) else "place"
            tell(request, **{what: str(place.pk)}, role=place.role)
            return _led_on(request, place, words)
    places = _places(request.access)
    told = {
        "form": form,
        "places": places,
        "count": len({one.user_id for one in places}),
        "offers": request.access.clinic.offers.open().select_related("user"),
    }
    return render(request, "people/people.html", told, status=422 if form.is_bound else 200)


def _led_on(request: Staffed, place: Membership | Offer, words: str) -> HttpResponse:
    if isinstance(place, Offer):
        messages.success(request, _("Asked. The place is theirs once they sign in and say yes."))
        return redirect("people")
    if not words:
        messages.success(request, _("Done. This person signs in as before, and may choose."))
        return redirect("people")
    request.session[FRESH] = words
    return redirect("person", place=place.pk)


@needs(May.MANAGE_PEOPLE)
def person(request: Staffed, place: int) -> HttpResponse:
    """One person: what can be done, and the new link where one was just made, shown once."""
    found = _place(request, place)
    form = RoleForm(request.POST or None, initial={"role": found.role})
    if request.method == "POST" and form.is_valid():
        return _changed(request, found, form.cleaned_data["role"])
    words = request.session.pop(FRESH, "")
    told = {
        "place": found,
        "form": form,
        "locked": bool(locked_among([found.user])),
        "reached": invitations.reaches(request.access, found.user),
        "link": request.build_absolute_uri(reverse("join", args=[words])) if words else "",
        "lasts": invitations.LASTS,
    }
    return render(request, "people/person.html", told, status=422 if form.is_bound else 200)


def _changed(request: Staffed, place: Membership, role: str) -> HttpResponse:
    try:
        actions.change_role(place, role, by=request.access)
    except RefusedError as refused:
        messages.error(request, WHY_NOT[str(refused)])
        return redirect("person", place=place.pk)
    tell(request, role=role)
    messages.success(request, _("The role was changed. The person must sign in again."))
    return redirect("people")


@needs(May.MANAGE_PEOPLE)
@require_POST
def person_end(request: Staffed, place: int) -> HttpResponse:
    """Ends a place: the person does not come in here again."""
    found = _place(request, place)
    try:
        actions.end_place(found, by=request.access)
    except RefusedError as refused:
        messages.error(request, WHY_NOT[str(refused)])
        return redirect("person", place=place)
    messages.success(request, _("The place was ended, and every session with it."))
    return redirect("people")


@needs(May.MANAGE_PEOPLE)
@require_POST
def person_unlock(request: Staffed, place: int) -> HttpResponse:
    """Lets someone try again at once who tried too often."""
    unlock(request, _place(request, place).user)
    messages.success(request, _("Unlocked."))
    return redirect("person", place=place)


@needs(May.MANAGE_PEOPLE)
@require_POST
def person_start_over(request: Staffed, place: int) -> HttpResponse:
    """For a lost password or a lost second factor: both go, and a new link comes."""
    found = _place(request, place)
    try:
        words = invitations.start_over(found, by=request.access)
    except RefusedError as refused:
        messages.error(request, WHY_NOT[str(refused)])
        return redirect("person", place=place)
    unlock(request, found.user)
    return _led_on(request, found, words)
