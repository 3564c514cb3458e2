"""Pages for whoever works here: the first page, one's own, and what a page asks by itself."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from euthymia.clinic.audit.models import Row
from euthymia.clinic.people.access import CHOSEN, Staffed, places_of
from euthymia.clinic.people.actions import ChangedMeanwhileError, change_clinic, end_sessions
from euthymia.clinic.people.doorkeeper import needs, signed_in
from euthymia.clinic.people.drafts import forget, is_ours, keep
from euthymia.clinic.people.forms import ClinicForm
from euthymia.clinic.people.models import Clinic, Offers, User
from euthymia.clinic.people.numbers import number_in
from euthymia.clinic.people.quicker import version_of
from euthymia.clinic.people.roles import May
from euthymia.clinic.people.waiting import waiting_for

NOTHING_TO_SAY = 204


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this person, in this role."""
    access = getattr(request, "access", None)
    if access is None:
        return redirect("no_place")
    return render(request, "people/home.html", {"piles": waiting_for(access)})


@signed_in
def no_place(request: HttpRequest) -> HttpResponse:
    return render(request, "people/no_place.html", {"offers": _offers(_user(request))})


def _offers(user: User) -> Offers:
    """The places that wait for this person's answer."""
    return user.offers.open().select_related("clinic")


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """One's own account: second factors, the place at hand, shortcuts, sessions."""
    user = _user(request)
    places = places_of(user)
    factors = Authenticator.objects.filter(user=user).order_by("type", "pk")
    shown = {"places": places, "factors": factors, "offers": _offers(user)}
    return render(request, "people/me.html", shown)


@signed_in
@require_POST
def choose_place(request: HttpRequest) -> HttpResponse:
    """Goes to work in another place of this person: in another role, or in another clinic."""
    user, number = _user(request), number_in(request.POST.get("place"))
    place = get_object_or_404(user.memberships, pk=number, ended=None)
    request.session[CHOSEN] = place.pk
    request.session.cycle_key()
    about = {"place": str(place.pk)}
    Row.leave(
        clinic=place.clinic_id, what="place_chosen", who=user.pk, role=place.role, about=about
    )
    return redirect("home")


@signed_in
@require_POST
def shortcuts(request: HttpRequest) -> HttpResponse:
    """Turns the keyboard shortcuts on or off."""
    user = _user(request)
    user.shortcuts = request.POST.get("shortcuts") == "on"
    user.save(update_fields=["shortcuts"])
    messages.success(request, _("Keyboard shortcuts: saved."))
    return redirect("me")


@signed_in
@require_POST
def leave_everywhere(request: HttpRequest) -> HttpResponse:
    """Ends every session of this person, this one too."""
    end_sessions(_user(request))
    logout(request)
    return redirect("account_login")


@signed_in
@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Asked by a page in which someone has just typed: the session does not end meanwhile."""
    return HttpResponse(status=NOTHING_TO_SAY)


@signed_in
@require_POST
def drafts(request: HttpRequest) -> HttpResponse:
    """Keeps what is typed in a form that was not sent yet."""
    path = _form_address(request)
    told = request.POST.copy()
    told.pop("draft_of", None)
    keep(_user(request), path, told)
    return HttpResponse(status=NOTHING_TO_SAY)


@signed_in
@require_POST
def forget_draft(request: HttpRequest) -> HttpResponse:
    """Throws a kept draft away, and goes back to the form."""
    forget(_user(request), _form_address(request))
    back = request.POST.get("back", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, None) else "home")


def _form_address(request: HttpRequest) -> str:
    """The address a form is sent to, as far as it is one of ours. Raises Http404."""
    path = request.POST.get("draft_of", "")
    if not is_ours(path):
        raise Http404
    return path


@needs(May.MANAGE_CLINIC)
def clinic_settings(request: Staffed) -> HttpResponse:
    """What the clinic tells of itself."""
    clinic = Clinic.objects.get(pk=request.access.clinic.pk)
    form = ClinicForm(request.POST or None, instance=clinic)
    if request.method != "POST" or not form.is_valid():
        return _settings(request, form, clinic.version, status=422 if form.is_bound else 200)
    try:
        change_clinic(clinic, form.cleaned_data, version=version_of(request))
    except ChangedMeanwhileError as changed:
        return _settings(request, form, changed.standing.version, changed.standing, status=409)
    messages.success(request, _("Saved."))
    return redirect("clinic_settings")


def _settings(
    request: Staffed,
    form: ClinicForm,
    version: int,
    standing: Clinic | None = None,
    *,
    status: int,
) -> HttpResponse:
    told = {"form": form, "version": version, "standing": standing}
    return render(request, "people/settings.html", told, status=status)
