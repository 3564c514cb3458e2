"""What waits for the medical director, and after a restore for whoever takes consents."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import ngettext

from euthymia.clinic.people.access import Access
from euthymia.clinic.people.roles import May
from euthymia.clinic.people.waiting import Pile, waits
from euthymia.clinic.rights.actions import consents_to_confirm
from euthymia.clinic.rights.adoption import missing, to_sign_anew
from euthymia.clinic.rights.guarded import SUBSTANCE_USE


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


@waits
def signatures_ended(access: Access) -> Iterator[Pile]:
    """Signatures that a restore brought back and ended, since one may have been taken back."""
    if not access.may(May.ADOPT):
        return
    count = len(to_sign_anew(access.clinic))
    says = ngettext(
        "signature ended, since a backup was put back: sign it anew if you had not taken it back",
        "signatures ended, since a backup was put back: sign anew those you had not taken back",
        count,
    )
    if count:
        yield Pile(count, says, reverse("adoption"), urgent=True)


@waits
def consents(access: Access) -> Iterator[Pile]:
    if not access.may(May.CONSENT):
        return
    count = consents_to_confirm(SUBSTANCE_USE, access).count()
    says = ngettext(
        "consent to share records, of before a backup was put back: ask whether it still stands",
        "consents to share records, of before a backup was put back: ask whether they still stand",
        count,
    )
    if count:
        yield Pile(count, says, reverse("consents_to_confirm"), urgent=True)
