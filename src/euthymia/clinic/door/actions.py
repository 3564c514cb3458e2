"""What a visitor can do here: send a request to be seen. It is done whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction

from euthymia.clinic.audit.models import Row
from euthymia.clinic.door.content import consent
from euthymia.clinic.patients.models import Request
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.people.roles import Role
from euthymia.clinic.work.actions import SOON, ask_staff
from euthymia.clinic.work.models import Task

ANSWER_WITHIN = timedelta(days=2)
"""How long someone may wait for a first call; the page says so where no danger was told."""
WHO = (
    "given_name",
    "family_name",
    "birth_date",
    "phone",
    "email",
    "address",
    "contact_person",
    "best_time",
)
AT_THE_DESK = (Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN, Role.DIRECTOR)
AT_THE_BEDSIDE = (Role.NURSE, Role.CLINICIAN, Role.DIRECTOR)


@transaction.atomic
def send_request(  # noqa: PLR0913 - what a request consists of, by name
    clinic: Clinic,
    who: dict[str, Any],
    *,
    told: dict[str, Any],
    summary: list[str],
    language: str,
    urgent: bool,
) -> Request:
    """Keeps a request with what was told, notes it in the audit, and puts it before staff.

    Args:
        clinic: The clinic at whose door it was sent.
        who: Name, date of birth, telephone, e-mail, address, whom to call and best time, as the
            form read them.
        told: An intake form; empty where no answers were to be sent.
        summary: What the visitor saw of it, line by line.
        language: In which it was written, and in which to answer.
        urgent: Whether what was told is a sign of danger: then staff have `SOON`.
    """
    request = Request.objects.create(
        clinic=clinic,
        **{name: who[name] for name in WHO},
        told=told,
        summary=summary,
        language=language,
        consent=f"{consent().version}-{language}",
        urgent=urgent,
    )
    Row.leave(clinic=clinic.pk, what="request_sent", how="POST", about={"request": str(request.pk)})
    _tell_staff(request)
    return request


def _tell_staff(request: Request) -> None:
    urgent = request.urgent
    ask_staff(
        request.clinic,
        Task.Kind.SAFETY if urgent else Task.Kind.REQUEST,
        "A request needs an answer now" if urgent else "Someone asks for a consultation",
        within=SOON if urgent else ANSWER_WITHIN,
        role=_at_work(request.clinic, AT_THE_BEDSIDE if urgent else AT_THE_DESK),
        request=request.pk,
    )


def _at_work(clinic: Clinic, roles: Iterable[str]) -> str:
    """The first of these roles that someone holds in this clinic, so that no task is nobody's."""
    held = set(clinic.memberships.filter(ended=None).values_list("role", flat=True))
    wanted = list(roles)
    return next((role for role in wanted if role in held), wanted[-1])
