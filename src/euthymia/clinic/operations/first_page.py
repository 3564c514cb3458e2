"""What waits, for the first page: tasks and requests, people to help, refusals to look at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from euthymia.clinic.audit.chain import verify
from euthymia.clinic.audit.models import Outcome, Row
from euthymia.clinic.operations.nightly import backups
from euthymia.clinic.operations.revived import restored_lately
from euthymia.clinic.patients.models import Request
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.lockout import locked_among
from euthymia.clinic.people.models import Invitation, User
from euthymia.clinic.people.roles import May
from euthymia.clinic.people.waiting import Pile, waits
from euthymia.clinic.work.calling import safety_of
from euthymia.clinic.work.heartbeat import restored as restored_ever

LOOKED_AT = 200
"""How many of the newest audit rows the first page of an auditor checks."""


@waits
def tasks(access: Access) -> Iterator[Pile]:
    if not access.may(May.SEE_NAMES):
        return
    address = reverse("tasks")
    mine = access.clinic.tasks.waiting().that_i_may_take(access)
    overdue = mine.filter(due__lt=timezone.now()).count()
    waiting = mine.count()
    yield Pile(overdue, ngettext("task overdue", "tasks overdue", overdue), address, urgent=True)
    yield Pile(waiting, ngettext("task in all", "tasks in all", waiting), address)


@waits
def requests(access: Access) -> Iterator[Pile]:
    if not access.may(May.TRIAGE):
        return
    new = access.clinic.requests.filter(state=Request.State.NEW).count()
    yield Pile(new, ngettext("new request", "new requests", new), reverse("requests"))


@waits
def people(access: Access) -> Iterator[Pile]:
    if not access.may(May.MANAGE_PEOPLE):
        return
    address, now = reverse("people"), timezone.now()
    here = User.objects.filter(memberships__clinic=access.clinic, memberships__ended=None)
    locked = len(locked_among(here))
    links = Invitation.objects.filter(user__in=here, used=None, expires__gt=now).count()
    yield Pile(locked, ngettext("person locked out", "people locked out", locked), address)
    yield Pile(links, ngettext("open invitation", "open invitations", links), address)


@waits
def nobody_took(access: Access) -> Iterator[Pile]:
    """Who keeps the people of a clinic learns only that something is overdue: to find someone."""
    if access.may(May.SEE_NAMES) or not access.may(May.MANAGE_PEOPLE):
        return
    count = safety_of(access).filter(due__lt=timezone.now()).count()
    says = ngettext(
        "task overdue that nobody has taken: reach someone who does",
        "tasks overdue that nobody has taken: reach someone who does",
        count,
    )
    yield Pile(count, says, reverse("people"), urgent=True)


@waits
def kept_safe(access: Access) -> Iterator[Pile]:
    """When the last nightly backup was made; red where it is too old or there is none."""
    if settings.DEMO or not access.may(May.MANAGE_CLINIC):
        return
    found, address = backups(), reverse("clinic_settings")
    if not found.on:
        says = _("warning: no backup is made at night (EUTHYMIA_BACKUPS names no folder)")
        yield Pile(1, says, address, urgent=True)
    elif found.last is None:
        yield Pile(1, _("warning: no nightly backup was made yet"), address, urgent=True)
    else:
        made = date_format(timezone.localtime(found.last), "DATETIME_FORMAT")
        says = ngettext("backup kept, made", "backups kept, the last made", found.kept)
        yield Pile(found.kept, f"{says} {made}", address, urgent=found.late)


@waits
def restored(access: Access) -> Iterator[Pile]:
    """After a restore: roles, passwords and second factors are as they were, and someone looks."""
    at = restored_lately() if access.may(May.MANAGE_PEOPLE) else None
    if at is not None:
        day = date_format(timezone.localtime(at), "DATETIME_FORMAT")
        says = _(
            "backup put back, %(day)s: all sessions and links of before are closed; invite anew, "
            "and look over who works here, since roles, passwords and second factors are of then"
        )
        yield Pile(1, says % {"day": day}, reverse("people"), urgent=True)


@waits
def recovery_codes(access: Access) -> Iterator[Pile]:
    """After a restore the codes on one's paper open nothing, until new ones are made."""
    has_codes = Authenticator.objects.filter(
        user=access.user, type=Authenticator.Type.RECOVERY_CODES
    ).exists()
    if restored_ever() is not None and not has_codes:
        says = _(
            "set of recovery codes to make: a backup was put back, and those you had open nothing"
        )
        yield Pile(1, says, reverse("mfa_generate_recovery_codes"), urgent=True)


@waits
def audit(access: Access) -> Iterator[Pile]:
    if not access.may(May.SEE_AUDIT):
        return
    address, day = reverse("audit"), timezone.now() - timedelta(days=1)
    here = Row.objects.filter(clinic=access.clinic.pk)
    refused = here.filter(outcome=Outcome.REFUSED, at__gt=day).count()
    broken = len(verify(access.clinic.pk, last=LOOKED_AT))
    breaks = ngettext("break in the chain", "breaks in the chain", broken)
    since = ngettext("refusal since yesterday", "refusals since yesterday", refused)
    yield Pile(broken, breaks, address, urgent=True)
    yield Pile(refused, since, address)
