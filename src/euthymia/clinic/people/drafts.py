"""What someone had typed when the session ended, so that nothing typed is lost.

A draft hangs on a person and on the address to which the form is sent; where only a part of a page
was asked for while someone typed, on that of the page. It is offered when the form is opened again,
and goes when the form was sent with success or after a week. It keeps the version of what was
edited: put back over a newer one it makes a conflict, and overwrites nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from euthymia.clinic.people.models import Draft, User

NEVER_KEPT = ("csrfmiddlewaretoken", "once", "login", "credential", "next")
NOT_TYPED = ("version",)
"""Kept with what was typed, and nothing alone."""
SECRET_WORDS = ("password", "code", "secret", "token")
LONGEST = 60_000
"""Characters of one draft."""
KEPT_FOR = timedelta(days=7)

Fields = Mapping[str, list[str]]


def keep(user: User, path: str, told: QueryDict) -> None:
    """Keeps the fields of a form for the same person at the same address."""
    fields = {name: told.getlist(name) for name in told if _may_be_kept(name)}
    if not 0 < _length(fields) <= LONGEST:
        return
    Draft.objects.update_or_create(user=user, path=path[:400], defaults={"fields": fields})


def _length(fields: Fields) -> int:
    """How many characters someone typed."""
    typed = (values for name, values in fields.items() if name not in NOT_TYPED)
    return sum(len(value) for values in typed for value in values)


def _may_be_kept(name: str) -> bool:
    return name not in NEVER_KEPT and not any(word in name.lower() for word in SECRET_WORDS)


def page_seen(request: HttpRequest) -> str:
    """The address, with its question mark, of the page before someone's eyes.

    A page asks for a part of itself under another address, at which nobody ever opens a form.
    """
    there = HtmxDetails(request).current_url_abs_path
    return there if there and is_ours(there.partition("?")[0]) else request.get_full_path()


def is_ours(path: str) -> bool:
    """Whether something of ours stands at this address."""
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def draft_for(user: User, path: str) -> Draft | None:
    """What was kept for this address in the last week, or None."""
    fresh = timezone.now() - KEPT_FOR
    return Draft.objects.filter(user=user, path=path, saved__gt=fresh).first()


def forget(user: User, path: str) -> None:
    Draft.objects.filter(user=user, path=path).delete()


def forget_old() -> int:
    """Removes drafts that nobody came back for; how many."""
    count, _ = Draft.objects.filter(saved__lte=timezone.now() - KEPT_FOR).delete()
    return count
