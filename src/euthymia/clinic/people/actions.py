"""What an administrator does to places, and a director to the clinic. Whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from euthymia.clinic.people.access import Access
from euthymia.clinic.people.invitations import RefusedError, has_role
from euthymia.clinic.people.models import Clinic, Membership, User
from euthymia.clinic.people.roles import Role


@dataclass
class ChangedMeanwhileError(Exception):
    """Someone else changed the clinic meanwhile; `standing` is as it stands now."""

    standing: Clinic


@transaction.atomic
def change_role(place: Membership, role: str, *, by: Access) -> None:
    """Ends the place and gives a new one, so that what was done before stays with the old role.

    Raises:
        RefusedError: It is one's own place, the person has that role here in another place, or no
            administrator would be left.
    """
    if role != place.role and has_role(place.user, place.clinic, role):
        raise RefusedError("has_role")
    end_place(place, by=by)
    Membership.objects.create(user=place.user, clinic=place.clinic, role=role)


@transaction.atomic
def end_place(place: Membership, *, by: Access) -> None:
    """Ends a person's place in this clinic, and their sessions. Raises RefusedError."""
    if place.user_id == by.user.pk:
        raise RefusedError("own")
    _require_another_admin(place)
    place.ended = timezone.now()
    place.save()
    end_sessions(place.user)


def _require_another_admin(place: Membership) -> None:
    others = Membership.objects.select_for_update().filter(
        clinic=place.clinic, role=Role.ADMIN, ended=None
    )
    if place.role == Role.ADMIN and not others.exclude(pk=place.pk).exists():
        raise RefusedError("last_admin")


def end_sessions(user: User) -> None:
    """Every session of this person that has begun is over."""
    user.out_before = timezone.now()
    user.save()


@transaction.atomic
def change_clinic(clinic: Clinic, told: dict[str, Any], *, version: int) -> Clinic:
    """Changes what is told of a clinic that is still as the editor saw it.

    Raises:
        ChangedMeanwhileError: It is not.
    """
    standing = Clinic.objects.select_for_update().get(pk=clinic.pk)
    if standing.version != version:
        raise ChangedMeanwhileError(standing)
    for name, value in told.items():
        setattr(standing, name, value)
    standing.version += 1
    standing.save()
    return standing
