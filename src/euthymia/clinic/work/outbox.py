"""Messages leave here. One is claimed by one worker, tried a few times, and missed by its owner."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from euthymia.clinic.people.roles import Role
from euthymia.clinic.work.actions import ask_staff
from euthymia.clinic.work.calling import someone_is_called
from euthymia.clinic.work.models import Message, Messages, Task

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
"""How long to wait after the first failure, the second ...; after the last the message fails."""
LEASE = timedelta(minutes=5)
"""How long a claimed message is left to the worker that claimed it, should that worker die."""
PATIENCE_SECONDS = 20
"""How long a mail server may take to answer."""
ANSWER_WITHIN = timedelta(hours=4)
"""How soon its owner should see to a message that could not be sent."""

log = logging.getLogger(__name__)


def deliver(at_most: int = 20, after_each: Callable[[], None] = lambda: None) -> int:
    """Tries the messages that are due; how many were tried.

    Args:
        at_most: How many in one round, so that the other work of the worker is not starved.
        after_each: Called after each, as a sign of life.
    """
    for count in range(at_most):
        message = claim()
        if message is None:
            return count
        _try(message)
        after_each()
    return at_most


def claim() -> Message | None:
    """The next message due, for this worker alone until its lease ends; None when none is due."""
    if not Message.objects.due().exists():  # a look takes no lock
        return None
    can_skip = connection.features.has_select_for_update_skip_locked
    with transaction.atomic():
        message = Message.objects.due().select_for_update(skip_locked=can_skip).first()
        if message is not None:
            message.tries += 1
            message.next_try = timezone.now() + LEASE
            message.save(update_fields=["tries", "next_try"])
    return message


def _try(message: Message) -> None:
    if not someone_is_called():
        _leave_to_print(message)
        return
    try:
        _post(message)
    except Exception as fault:  # whatever a mail server does, the worker lives on
        _missed(message, type(fault).__name__)
    else:
        _out(message)


def _post(message: Message) -> None:
    server = get_connection(timeout=PATIENCE_SECONDS)
    EmailMessage(message.subject, message.body, to=[message.to], connection=server).send()


def _out(message: Message) -> None:
    """It is out, whoever claims it by now; unless its end was noted meanwhile."""
    waiting = Message.objects.filter(pk=message.pk, state=Message.State.WAITING)
    waiting.update(state=Message.State.SENT, sent=timezone.now(), fault="", body="")


def _leave_to_print(message: Message) -> None:
    if _claimed_as(message).update(state=Message.State.TO_PRINT):
        log.warning("no mail server is set: message %s waits to be printed", message.pk)


def _missed(message: Message, fault: str) -> None:
    """Tries later, or gives up and tells the owner. Of the fault only its kind is kept."""
    if message.tries > len(BACK_OFF):
        _give_up(message, fault)
    else:
        again = timezone.now() + BACK_OFF[message.tries - 1]
        _claimed_as(message).update(next_try=again, fault=fault)
    log.warning("message %s could not be sent at try %s: %s", message.pk, message.tries, fault)


def _claimed_as(message: Message) -> Messages:
    """The row while this claim holds: nobody claimed it since, and its end is not noted."""
    waiting = Message.objects.filter(pk=message.pk, state=Message.State.WAITING)
    return waiting.filter(next_try=message.next_try)


@transaction.atomic
def _give_up(message: Message, fault: str) -> None:
    if not _claimed_as(message).update(state=Message.State.FAILED, fault=fault):
        return
    ask_staff(
        message.clinic,
        Task.Kind.MESSAGE,
        _("A message could not be sent: print it, call, or send it again."),
        within=ANSWER_WITHIN,
        owner=message.owner,
        role="" if message.owner else Role.FRONT_DESK,
        message=message.pk,
    )
