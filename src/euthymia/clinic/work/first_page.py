"""What of safety waits in the whole clinic: its number is everybody's to know."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import ngettext

from euthymia.clinic.people.access import Access
from euthymia.clinic.people.roles import May
from euthymia.clinic.people.waiting import Pile, waits
from euthymia.clinic.work.models import Task


@waits
def safety(access: Access) -> Iterator[Pile]:
    """Open safety tasks, whoever may take them; for who sees no patient the number alone."""
    count = access.clinic.tasks.waiting().filter(kind=Task.Kind.SAFETY).count()
    says = ngettext("safety task open", "safety tasks open", count)
    address = reverse("tasks") if access.may(May.SEE_NAMES) else ""
    yield Pile(count, says, address, urgent=True)
