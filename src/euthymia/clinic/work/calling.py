"""Calling people to a safety task: by a message without a clinical word, until someone takes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Membership
from euthymia.clinic.people.roles import ALLOWED, May, Role, roles_that_may
from euthymia.clinic.work.models import Message, Task, Tasks

AGAIN = timedelta(minutes=15)
"""How long a call may go unanswered before it is made again."""
NO_SERVER = "django.core.mail.backends.dummy.EmailBackend"
Places = QuerySet[Membership]


def someone_is_called() -> bool:
    """Whether messages leave this installation at all; without a mail server nobody is called."""
    return settings.EMAIL_BACKEND != NO_SERVER


def call(task: Task) -> int:
    """Writes to everyone who should take a safety task now; how many people.

    One whose last call has not left yet gets no second.
    """
    if task.kind != Task.Kind.SAFETY or not someone_is_called() or not _claimed(task):
        return 0
    calls = [one for one in _calls(task) if not _still_waits(one)]
    Message.objects.bulk_create(calls)
    return len(calls)


def call_again(at_most: int = 50) -> int:
    """Calls once more for each safety task that nobody took since its last call; how many."""
    if not someone_is_called():
        return 0
    unanswered = Q(called=None) | Q(called__lt=timezone.now() - AGAIN)
    late = Task.objects.untaken_safety().filter(unanswered).select_related("clinic", "owner")
    return sum(call(task) > 0 for task in late[:at_most])


def untaken(access: Access) -> int:
    """How many safety tasks wait that this person may take and nobody has taken."""
    if not access.may(May.SEE_NAMES):
        return 0
    return safety_of(access).that_i_may_take(access).count()


def safety_of(access: Access) -> Tasks:
    """Safety tasks of this clinic that nobody has taken."""
    return Task.objects.untaken_safety().filter(clinic=access.clinic)


def _claimed(task: Task) -> bool:
    """Notes the call; False where another worker was quicker."""
    now = timezone.now()
    noted = Task.objects.filter(pk=task.pk, called=task.called).update(called=now)
    task.called = now
    return noted == 1


def _calls(task: Task) -> Iterator[Message]:
    for place in whom(task):
        subject, body = _words(place)
        yield Message(clinic=task.clinic, to=place.user.email, subject=subject, body=body)


def _still_waits(message: Message) -> bool:
    same = Message.objects.filter(to=message.to, subject=message.subject, clinic=message.clinic)
    return same.filter(state=Message.State.WAITING).exists()


def whom(task: Task) -> list[Membership]:
    """Whom to call: the owner, once it was handed on the next role, and whoever there is at last.

    Beside the director, once even that time is over, the administrator: to find someone.
    """
    here = Membership.objects.filter(clinic=task.clinic_id, ended=None, user__is_active=True)
    for places in (_owner(task, here), _of_role(task, here), _signing(here), _keeping(here)):
        found = list(places.select_related("user"))
        if found:
            return found
    return []


def _owner(task: Task, here: Places) -> Places:
    return here.none() if task.escalated else here.filter(user=task.owner_id)


def _of_role(task: Task, here: Places) -> Places:
    if task.role == Role.DIRECTOR and task.is_overdue:
        return here.filter(role__in=[Role.DIRECTOR, Role.ADMIN])
    return here.filter(role=task.role)


def _signing(here: Places) -> Places:
    return here.filter(role__in=roles_that_may(May.SIGN))


def _keeping(here: Places) -> Places:
    return here.filter(role=Role.ADMIN)


def _words(place: Membership) -> tuple[str, str]:
    """Subject and body. Who sees no patient learns only that something is overdue."""
    if May.SEE_NAMES in ALLOWED[place.role]:
        return _("Something in Euthymia needs you now"), _link("tasks", _("Open the tasks:"))
    says = _("Nobody has taken it. Please reach someone who does:")
    return _("A task in Euthymia is overdue"), _link("home", says)


def _link(page: str, says: str) -> str:
    return f"{says} {settings.ADDRESS}{reverse(page)}"
