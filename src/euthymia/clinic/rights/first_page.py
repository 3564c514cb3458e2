"""What waits for the medical director: pages of design defaults, and wishes of patients."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import ngettext

from euthymia.clinic.people.access import Access
from euthymia.clinic.people.roles import May
from euthymia.clinic.people.waiting import Pile, waits
from euthymia.clinic.rights.adoption import missing


@waits
def pages_to_sign(access: Access) -> Iterator[Pile]:
    if not access.may(May.ADOPT):
        return
    count = len(missing(access.clinic))
    says = ngettext(
        "page of design defaults to sign: plans wait for it",
        "pages of design defaults to sign: plans wait for them",
        count,
    )
    yield Pile(count, says, reverse("adoption"))
