"""How a person comes in: a link by an administrator, a password of their own, a second factor.

Who has an account already, and does not work here yet, is asked first: a place that nobody wanted
would tell a stranger their name, and keep their own administrator from helping them.
"""

from __future__ import annotations

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic, Invitation, Membership, Offer, User
from euthymia.clinic.people.roles import Role

LASTS = timedelta(hours=72)


class RefusedError(Exception):
    """What was asked would leave the clinic, or another one, unsafe; the message says why."""


@transaction.atomic
def invite(email: str, name: str, role: str, *, by: Access) -> tuple[Membership | Offer, str]:
    """Gives a person a place in this clinic, or offers it; the words of the link, if one is needed.

    Who works here already has said yes to this clinic, and gets one more role at once.

    Raises:
        RefusedError: The person has this role here already, or is the one who asks.
    """
    user = User.objects.filter(email__iexact=email).first()
    if user == by.user:
        raise RefusedError("own")
    if user is not None and has_role(user, by.clinic, role):
        raise RefusedError("has_role")
    if user is not None and user.memberships.filter(clinic=by.clinic, ended=None).exists():
        return _placed(user, role, by), ""
    if user is not None and not _never_came_in(user):
        return _offered(user, role, by), ""
    user = user or User.objects.create_user(email, name)
    return _placed(user, role, by), link_for(user, by=by)


def _never_came_in(user: User) -> bool:
    """Whether an account was never used and works nowhere: nobody could answer in its name."""
    return not user.has_usable_password() and not user.memberships.filter(ended=None).exists()


def _placed(user: User, role: str, by: Access) -> Membership:
    return Membership.objects.create(user=user, clinic=by.clinic, role=role)


def _offered(user: User, role: str, by: Access) -> Offer:
    """The offer; made a second time, it is the same one and waits longer."""
    told = {"by": by.user, "expires": timezone.now() + LASTS}
    offer, _made = Offer.objects.update_or_create(
        user=user, clinic=by.clinic, role=role, answered=None, defaults=told
    )
    return offer


@transaction.atomic
def answer(offer: Offer, *, yes: bool) -> None:
    """Says yes or no to an open offer, once: by yes the place is theirs."""
    now_answered = Offer.objects.open().filter(pk=offer.pk).update(answered=timezone.now())
    if now_answered and yes and not has_role(offer.user, offer.clinic, offer.role):
        Membership.objects.create(user=offer.user, clinic=offer.clinic, role=offer.role)


def has_role(user: User, clinic: Clinic, role: str) -> bool:
    return user.memberships.filter(clinic=clinic, role=role, ended=None).exists()


def link_for(user: User, *, by: Access | None) -> str:
    """A fresh link for this person; those before it are dead. Its words are returned once."""
    user.invitations.filter(used=None).update(expires=timezone.now())
    words, digest = Invitation.fresh()
    Invitation.objects.create(
        user=user, digest=digest, by=by.user if by else None, expires=timezone.now() + LASTS
    )
    return words


@transaction.atomic
def start_over(place: Membership, *, by: Access) -> str:
    """Takes password and second factors from a person and gives a new link instead.

    Raises:
        RefusedError: The person also works where the one who asks is not the administrator.
    """
    if not reaches(by, place.user):
        raise RefusedError("elsewhere")
    user = place.user
    Authenticator.objects.filter(user=user).delete()
    user.set_unusable_password()
    user.out_before = timezone.now()
    user.save()
    return link_for(user, by=by)


def reaches(by: Access, user: User) -> bool:
    """Whether an administrator's word covers every clinic in which this person works."""
    places = user.memberships.filter(ended=None).values_list("clinic", flat=True)
    own = by.user.memberships.filter(ended=None, role=Role.ADMIN).values_list("clinic", flat=True)
    return set(places) <= set(own)


def opened_by(words: str) -> Invitation | None:
    """The invitation whose link this is, while it may still be used."""
    found = Invitation.objects.filter(digest=Invitation.digest_of(words), used=None)
    return found.filter(expires__gt=timezone.now(), user__is_active=True).first()


@transaction.atomic
def accept(invitation: Invitation, password: str) -> bool:
    """Sets the password, unless the link was used a moment ago; whether it was set."""
    now = timezone.now()
    fresh = Invitation.objects.filter(pk=invitation.pk, used=None, expires__gt=now)
    if fresh.update(used=now) == 0:
        return False
    invitation.user.set_password(password)
    invitation.user.save()
    return True
