"""Who is asking, in which clinic, as what. Every query of a patient starts from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone

from euthymia.clinic.people.models import Clinic, GlassBroken, Membership, User
from euthymia.clinic.people.roles import ALLOWED

CHOSEN = "place"
"""The name under which a session keeps which place was chosen: whose work, in which clinic."""


@dataclass(frozen=True)
class Access:
    """One person at work in one place.

    Attributes:
        membership: The place: which role, in which clinic.
        glass: Charts opened by breaking the glass, and why.
        others: Every other place that this person may change to.
    """

    user: User
    clinic: Clinic
    membership: Membership
    glass: Mapping[int, str] = field(default_factory=dict)
    others: tuple[Membership, ...] = ()

    @property
    def role(self) -> str:
        return self.membership.role

    @property
    def zone(self) -> tzinfo:
        return ZoneInfo(self.clinic.zone)

    def may(self, what: str) -> bool:
        return what in ALLOWED[self.role]


class Staffed(HttpRequest):
    """A request that the doorkeeper let through: someone at work in a clinic."""

    access: Access


def access_of(request: HttpRequest) -> Access | None:
    """The access of whoever is signed in; None without a place in any clinic."""
    user = request.user
    if not isinstance(user, User):
        return None
    places = places_of(user)
    chosen = request.session.get(CHOSEN)
    place = next((p for p in places if p.pk == chosen), places[0] if places else None)
    if place is None:
        return None
    others = tuple(one for one in places if one != place)
    return Access(user, place.clinic, place, _broken(place, timezone.now()), others)


def places_of(user: User) -> list[Membership]:
    """Where this person works, and as what; without a choice the first one holds."""
    standing = user.memberships.filter(ended=None).select_related("clinic")
    return list(standing.order_by("clinic__name", "pk"))


def _broken(place: Membership, moment: datetime) -> Mapping[int, str]:
    held = GlassBroken.objects.filter(membership=place, since__lte=moment, until__gt=moment)
    return dict(held.values_list("patient", "reason"))
