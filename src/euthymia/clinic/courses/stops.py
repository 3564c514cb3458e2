"""Stops of a session: which hold, and what was signed to go on against them."""

from __future__ import annotations

from datetime import datetime, timedelta

from euthymia.clinic.courses.models import Charted, Decision, Session

RESTARTS = ("pump_start", "resume_ordered")
"""Lines of the log by which a treatment goes on."""
NOT_YET_KNOWN = timedelta(seconds=120)
"""What was done so long before a stop came up was done before anyone could know of it."""


def override_of(session: Session) -> Charted | None:
    """The newest order to go on against a stop, where it was not struck out."""
    signed = session.charted.filter(kind=Charted.Kind.OVERRIDE, struck_by=None)
    return signed.select_related("by", "second").order_by("-received", "-pk").first()


def stops_that_hold(session: Session) -> list[Decision]:
    """The stops against which nobody has signed to go on since they came up."""
    stops = session.decisions.filter(word="stop", revised_by=None)
    signed = override_of(session)
    if signed is not None:
        seen = session.decisions.filter(word="stop", made__lte=signed.received)
        stops = stops.exclude(at__in=seen.values("at"))
    return list(stops)


def holds(session: Session) -> bool:
    """Whether any stop holds."""
    return bool(session.decisions.filter(word="stop").exists() and stops_that_hold(session))


def is_stopped(session: Session, at: datetime) -> bool:
    """Whether a stop holds that could be known at this time."""
    holding = stops_that_hold(session)
    return any(one.at <= at and one.made - NOT_YET_KNOWN <= at for one in holding)


def goes_on(kind: str, told: dict[str, object]) -> bool:
    """Whether this line says that the treatment starts, or goes on."""
    return kind == Charted.Kind.START or (
        kind == Charted.Kind.EVENT and told.get("kind") in RESTARTS
    )
