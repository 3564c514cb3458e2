"""What waits for oneself, on the first page: a place that another clinic offers."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import ngettext

from euthymia.clinic.people.access import Access
from euthymia.clinic.people.waiting import Pile, waits


@waits
def offers(access: Access) -> Iterator[Pile]:
    count = access.user.offers.open().count()
    if count:
        says = ngettext("place offered to you: answer", "places offered to you: answer", count)
        yield Pile(count, says, reverse("me"))
