"""The doorkeeper: no route opens unless its view says who may come in.

A view says so with `@public`, `@signed_in` or `@needs(May.SEE_CHART)`; those of allauth are named
in `foreign.py`. What is in neither does not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.views import redirect_to_login
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
)
from django.shortcuts import redirect
from django.urls import ResolverMatch
from django.utils import timezone

from euthymia.clinic.audit.models import Outcome, Row
from euthymia.clinic.people.access import Access, Staffed, access_of
from euthymia.clinic.people.foreign import FOREIGN, PUBLIC, SIGNED_IN, WITHOUT_SECOND_FACTOR
from euthymia.clinic.people.models import User
from euthymia.clinic.people.numbers import LARGEST
from euthymia.clinic.people.once import done_once
from euthymia.clinic.people.roles import May

View = Callable[..., HttpResponseBase]
Look = Callable[[], HttpResponseBase]
READING = ("GET", "HEAD")
METHODS = (*READING, "POST")
"""All that a browser sends us: whatever else comes (TRACE, PUT, OPTIONS) is not for here."""
FIRST_FAULT = 400
"""The lowest HTTP status that says nothing was done."""


def public(view: View) -> View:
    """Open to everyone, without an account."""
    return _marked(view, PUBLIC)


def signed_in(view: View) -> View:
    """Open to whoever is signed in with a second factor, whatever their role."""
    return _marked(view, SIGNED_IN)


def _marked(view: View, needed: str, to_write: str = "") -> View:
    view.needed = needed  # type: ignore[attr-defined]
    view.needed_to_write = to_write or needed  # type: ignore[attr-defined]
    return view


def needs(
    what: May, *, to_write: May | None = None, whole: bool = True, stays_open: bool = False
) -> Callable[[View], View]:
    """Open to the roles that may do this, in their own clinic; each visit leaves an audit row.

    What a view writes, its audit row and the mark that it was sent stand or fall together.

    Args:
        what: What a visitor must be allowed to do.
        to_write: What else, where something is written (any method but GET and HEAD).
        whole: False for a view that would hold all other writers up too long: it begins its
            transactions itself, leaves a row in each, and may be sent twice without harm.
        stays_open: Whether it may still be looked at, and no more, once a session has been quiet
            for so long that whoever wants anything else signs in again.
    """

    def guarded(view: View) -> View:
        @wraps(view)
        def seen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            def look() -> HttpResponseBase:
                return view(request, *args, **kwargs)

            staffed = cast("Staffed", request)
            try:
                if request.method in READING or not whole:
                    return _visited(staffed, look, kwargs)
                return _written(staffed, look, kwargs)
            except Http404:
                leave_row(staffed, kwargs, Outcome.REFUSED)
                raise

        seen.stays_open = stays_open  # type: ignore[attr-defined]
        return _marked(seen, what, to_write or what)

    return guarded


def _visited(request: Staffed, look: Look, kwargs: dict[str, Any]) -> HttpResponseBase:
    response = look()
    done = response.status_code < FIRST_FAULT
    if not (done and getattr(request, "covered", False)):
        leave_row(request, kwargs, Outcome.DONE if done else Outcome.REFUSED)
    return response


def _written(request: Staffed, look: Look, kwargs: dict[str, Any]) -> HttpResponseBase:
    """Done once and whole, with its row. Where nothing was done, the page that says so is noted."""

    def act() -> HttpResponseBase:
        response = look()
        if response.status_code < FIRST_FAULT:
            leave_row(request, kwargs)
        return response

    response = done_once(request, act)
    if response.status_code >= FIRST_FAULT:
        leave_row(request, kwargs, Outcome.REFUSED)
    return response


def leave_row(request: Staffed, kwargs: dict[str, Any], outcome: Outcome = Outcome.DONE) -> None:
    """One row of the audit: who did what to whom, and why where the glass was broken."""
    access, patient = request.access, kwargs.get("patient", getattr(request, "concerns", None))
    numbers = {name: str(value) for name, value in kwargs.items() if name != "patient"}
    Row.leave(
        clinic=access.clinic.pk,
        who=access.user.pk,
        role=access.role,
        what=route_of(request.resolver_match),
        how=request.method or "",
        patient=patient,
        about={**numbers, **getattr(request, "about", {})},
        why=access.glass.get(patient, "") if patient is not None else "",
        outcome=outcome,
    )


def tell(request: HttpRequest, **about: str) -> None:
    """Adds to the audit row of this request what its address does not say: no name, no measure."""
    request.about = {**getattr(request, "about", {}), **about}  # type: ignore[attr-defined]


def covered(request: HttpRequest) -> None:
    """Says that a row of a moment ago covers this look: the same screen, still before someone."""
    request.covered = True  # type: ignore[attr-defined]


def concerns(request: HttpRequest, patient: int) -> None:
    """Says whose chart this request opens, where its address names no patient."""
    request.concerns = patient  # type: ignore[attr-defined]


def route_of(match: ResolverMatch | None) -> str:
    return match.view_name if match is not None else ""


class Doorkeeper:
    """Middleware that decides before any view runs. A refusal is a row of the audit, and a 404."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if any(isinstance(one, int) and one > LARGEST for one in kwargs.values()):
            raise Http404  # a number of no row, which the audit could not hold either
        needed = needed_for(request, view)
        if needed == PUBLIC:
            return None
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        if not is_mfa_enabled(request.user):
            return None if needed == WITHOUT_SECOND_FACTOR else redirect("mfa_index")
        return _enter(cast("Staffed", request), needed, kwargs)


def needed_for(request: HttpRequest, view: View) -> str:
    """What a visitor of this route needs. Raises Http404 where nothing says so."""
    reading = request.method in READING
    marked = getattr(view, "needed" if reading else "needed_to_write", None)
    needed = marked or FOREIGN.get(route_of(request.resolver_match))
    if needed is None:
        raise Http404
    return str(needed)


def _enter(request: Staffed, needed: str, kwargs: dict[str, Any]) -> HttpResponseBase | None:
    access = access_of(request)
    if access is not None:
        request.access = access
        timezone.activate(access.zone)
    if needed in (SIGNED_IN, WITHOUT_SECOND_FACTOR):
        return None
    if access is None:
        return redirect("no_place")
    if not access.may(needed):
        leave_row(request, kwargs, Outcome.REFUSED)
        raise Http404
    return None


__all__ = [
    "Access",
    "Doorkeeper",
    "concerns",
    "covered",
    "leave_row",
    "needs",
    "public",
    "signed_in",
    "tell",
]
