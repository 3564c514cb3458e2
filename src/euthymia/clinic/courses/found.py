"""What a view of this room is asked for, found: as far as the visitor may see and treat."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from euthymia.clinic.courses.models import Course, Session, Therapy
from euthymia.clinic.patients.found import patient_of
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access, Staffed


def course_of(request: Staffed, patient: int, course: int) -> Course:
    found = get_object_or_404(patient_of(request, patient).courses, pk=course)
    return _allowed(request.access, found)


def session_of(request: Staffed, patient: int, session: int) -> Session:
    """Raises Http404, also where this role does not treat with this therapy."""
    found = patient_of(request, patient).sessions.select_related(
        "course", "patient__clinic", "order__signed_by", "room", "opened_by"
    )
    one = get_object_or_404(found, pk=session)
    _allowed(request.access, one.course)
    return one


def _allowed(access: Access, course: Course) -> Course:
    if not may_treat(access, course.therapy):
        raise Http404
    return course


def may_treat(access: Access, therapy: str) -> bool:
    """Whether this role gives it: drugs are not an operator's."""
    return access.may(Therapy(therapy).given_by)


def day_of(access: Access, day: date) -> tuple[datetime, datetime]:
    """A day of the clinic, midnight to midnight: 23 or 25 hours where the clocks change."""
    first = datetime.combine(day, datetime.min.time(), access.zone)
    last = datetime.combine(day + timedelta(days=1), datetime.min.time(), access.zone)
    return first, last


def sessions_on(access: Access, day: date) -> list[Session]:
    """What is planned for a day, opened on it, or still open, as far as the visitor treats it."""
    first, last = day_of(access, day)
    on_it = Q(planned_at__gte=first, planned_at__lt=last)
    on_it |= Q(opened_at__gte=first, opened_at__lt=last)
    if first <= timezone.now() < last:
        on_it |= Q(opened_at__isnull=False, closed_at=None)
    seen = Patient.objects.seen_by(access)
    found = Session.objects.filter(on_it, patient__in=seen).select_related(
        "course", "patient", "room"
    )
    return [one for one in found if may_treat(access, one.course.therapy)]


def look_alikes(patients: Iterable[Patient]) -> frozenset[int]:
    """The row numbers of patients who share a name or a day of birth with another among these."""
    people = {one.pk: one for one in patients}
    seen: dict[object, set[int]] = {}
    for one in people.values():
        for sign in _signs(one):
            seen.setdefault(sign, set()).add(one.pk)
    return frozenset(pk for alike in seen.values() if len(alike) > 1 for pk in alike)


def _signs(patient: Patient) -> list[object]:
    family = ("family", patient.family_name.casefold())
    return [family, *([patient.birth_date] if patient.birth_date else [])]
