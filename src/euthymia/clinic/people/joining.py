"""Coming in: one's own password and then a second factor, or yes to a place that is offered."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from euthymia.clinic.audit.models import Row
from euthymia.clinic.people.doorkeeper import public, signed_in
from euthymia.clinic.people.forms import PasswordForm
from euthymia.clinic.people.invitations import accept, answer, opened_by
from euthymia.clinic.people.models import Offer, User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
GONE = 410


@public
def join(request: HttpRequest, words: str) -> HttpResponse:
    """Sets the password of the person whose link this is; the link opens once."""
    invitation = opened_by(words)
    if invitation is None:
        return render(request, "people/link_gone.html", status=GONE)
    user = invitation.user
    form = PasswordForm(request.POST or None, user=user)
    if request.method != "POST" or not form.is_valid():
        told = {"form": form, "person": user}
        return render(request, "people/join.html", told, status=422 if form.is_bound else 200)
    if not accept(invitation, form.cleaned_data["password1"]):
        return render(request, "people/link_gone.html", status=GONE)
    return _come_in(request, user)


def _come_in(request: HttpRequest, user: User) -> HttpResponse:
    """To the second factor; someone who has one already shows it at the sign-in."""
    if is_mfa_enabled(user):
        return redirect("account_login")
    login(request, user, backend=BACKEND)
    record_authentication(request, user, method="password")
    return redirect("mfa_index")


@signed_in
@require_POST
@transaction.atomic
def answer_offer(request: HttpRequest, offer: int) -> HttpResponse:
    """Takes a place that a clinic offers, or declines it."""
    found = get_object_or_404(Offer.objects.open(), pk=offer, user=request.user.pk)
    told = "yes" if request.POST.get("answer") == "yes" else "no"
    answer(found, yes=told == "yes")
    Row.leave(
        clinic=found.clinic_id,
        what="offer_answered",
        who=found.user_id,
        role=found.role,
        about={"offer": str(found.pk), "answer": told},
    )
    return redirect("me")
