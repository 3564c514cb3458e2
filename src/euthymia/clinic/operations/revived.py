"""What a restore brings back that had ended or was used since the backup: it is ended again.

Nobody stays signed in, no link of before opens, and no message of before leaves, since it may hold
such a link. No recovery code of before opens, since it may have been used: each makes new ones. No
signature on a page stands, since one may have been taken back: it is given anew. No consent to
share records of care for substance use counts until the patient was asked again
(`rights.models.Consents.unconfirmed`). What else cannot be known (who has left since, whose second
factor was taken away) is told to whoever keeps the people, on their first page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from euthymia.clinic.people.models import Invitation, Offer, User
from euthymia.clinic.rights.adoption import end_all
from euthymia.clinic.work.actions import ask_staff
from euthymia.clinic.work.heartbeat import RESTORED, Beat, restored
from euthymia.clinic.work.models import Link, Message, Task

SEND_ANEW_WITHIN = timedelta(days=1)
TOLD_FOR = timedelta(days=14)
"""How long the first page tells of a restore."""


@dataclass(frozen=True)
class Ended:
    """How many of each were open in the backup, and are ended now."""

    sessions: int
    invitations: int
    links: int
    messages: int
    signatures: int
    recovery_codes: int

    def counted(self) -> Mapping[str, str]:
        """The same, as a row of the audit holds it."""
        return {f"{name}_ended": str(count) for name, count in asdict(self).items()}


@transaction.atomic
def end_again() -> Ended:
    """Ends every session, invitation, offer, link, waiting message, signature and recovery code."""
    now = timezone.now()
    User.objects.update(out_before=now)  # voids links to reset a password too
    sessions = Session.objects.filter(expire_date__gt=now).count()
    Session.objects.all().delete()
    invitations = Invitation.objects.filter(used=None, expires__gt=now).update(expires=now)
    Offer.objects.open().update(expires=now)
    messages = Message.objects.open().update(state=Message.State.WITHDRAWN, body="")
    Beat.objects.update_or_create(name=RESTORED, defaults={"at": now})
    return Ended(
        sessions, invitations, _links_closed(now), messages, end_all(now), _recovery_codes_voided()
    )


def _recovery_codes_voided() -> int:
    """Takes everyone's recovery codes away; how many people had some."""
    codes = Authenticator.objects.filter(type=Authenticator.Type.RECOVERY_CODES)
    return int(codes.delete()[0])


def _links_closed(now: datetime) -> int:
    """Closes the links of patients; whoever made one is asked to send a new one."""
    links = Link.objects.filter(used=None, expires__gt=now)
    for link in links.select_related("clinic", "by"):
        ask_staff(
            link.clinic,
            Task.Kind.OTHER,
            _("A backup was put back, so this patient's link is closed: send a new one."),
            within=SEND_ANEW_WITHIN,
            owner=link.by,
            patient=link.patient,
        )
    return links.update(expires=now, saved=None)


def restored_lately() -> datetime | None:
    """When a backup was last put back, while that is still told; else None."""
    at = restored()
    return at if at is not None and at > timezone.now() - TOLD_FOR else None
