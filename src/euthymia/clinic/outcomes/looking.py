"""Looking at a patient's treatment: what stands is kept, and what is new becomes a task, once."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from euthymia.clinic.outcomes.following import Chart, chart_followed
from euthymia.clinic.outcomes.models import FollowUp, Raised
from euthymia.clinic.patients.forms.words import Said
from euthymia.clinic.patients.given import Given
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.people.roles import Role
from euthymia.clinic.work.actions import ask_staff
from euthymia.clinic.work.models import Task
from euthymia.engine.course_findings import CourseFinding
from euthymia.exchange.faults import SourceError
from euthymia.terms import Verdict

Json = dict[str, Any]
Finding = tuple[str, str]
"""A scale and a state of it."""
REMINDERS = ("maintenance_due", "score_due")
SECONDS = 20.0
"""How long the hourly round may take: messages wait for it."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asking:
    """How a clinician is asked to look: in words, and within which time, by rule of the house."""

    says: Said
    within: timedelta


WARNING = Asking(_("Open this chart: its outcomes need a clinician"), timedelta(days=1))
REMINDER = Asking(_("Open this chart: something in its outcomes is due"), timedelta(days=7))


def today_in(clinic: Clinic) -> date:
    return timezone.localdate(timezone=ZoneInfo(clinic.zone))


@transaction.atomic
def look(patient: Patient) -> FollowUp:
    """Follows one patient as of today; keeps what stands, and raises what is new."""
    held = Patient.objects.select_for_update(of=("self",)).select_related("clinic")
    patient, today = held.get(pk=patient.pk), today_in(patient.clinic)
    try:
        chart = chart_followed(patient, today)
    except SourceError:
        return _keep(patient, as_of=today, scales=[], courses=[], readable=False)
    _raise(patient, dict(_findings(chart)), today)
    return _keep(
        patient,
        as_of=today,
        scales=[_scale(one, chart) for one in chart.newest()],
        courses=[_course(one, chart) for one in chart.given],
        readable=True,
    )


def _keep(patient: Patient, **told: Any) -> FollowUp:
    kept, _new = FollowUp.objects.update_or_create(
        patient=patient, defaults={**told, "moved": False}
    )
    return kept


def _scale(found: CourseFinding, chart: Chart) -> Json:
    now = next(one for one in chart.now if one.instrument.id == found.instrument.id)
    return {
        "treatments": [one.name for one in found.treatments],
        "due": _word(now, "score_due"),
        **_verdicts(found),
    }


def _course(one: Given, chart: Chart) -> Json:
    return {
        "course": one.course,
        "therapy": one.therapy,
        "sessions": len(one.days),
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "ended": one.ended is not None,
        "scales": [_verdicts(found) for found in chart.of(one)],
    }


def _verdicts(found: CourseFinding) -> Json:
    told = {
        name: score and {"day": score.day.isoformat(), "total": score.total}
        for name, score in (("start", found.start), ("newest", found.newest))
    }
    words = {name: _word(found, name) for name in ("response", "remission", "reliable_change")}
    return {"scale": found.instrument.id, **told, **words}


def _word(found: CourseFinding, name: str) -> str:
    """The verdict; of a state that nobody has adopted here, that it is not known."""
    state = {str(key): one for key, one in found.states.items()}.get(name)
    return (state.verdict if state else Verdict.UNKNOWN).word


# ---------------------------------------------------------------- tasks


def _findings(chart: Chart) -> Iterator[tuple[Finding, Asking]]:
    """What is met and asks for someone."""
    for found in chart.now:
        for name, state in found.states.items():
            if state.verdict is Verdict.MET and (state.alert or name in REMINDERS):
                yield (found.instrument.id, name), WARNING if state.alert else REMINDER


def _raise(patient: Patient, found: dict[Finding, Asking], today: date) -> None:
    """One task for what is new; what no longer holds may be raised again another time."""
    before = {(one.scale, one.state): one for one in patient.raised.filter(ended=None)}
    gone = [one.pk for finding, one in before.items() if finding not in found]
    patient.raised.filter(pk__in=gone).update(ended=today)
    for asking in (WARNING, REMINDER):
        new = [one for one, asks in found.items() if asks is asking and one not in before]
        if new:
            _ask(patient, asking, new, today)


def _ask(patient: Patient, asking: Asking, new: list[Finding], today: date) -> None:
    """A task of this kind that still waits takes what is new in."""
    says = str(asking.says)
    waiting = Task.objects.waiting().filter(clinic=patient.clinic, patient=patient.pk, says=says)
    task = waiting.first() or ask_staff(
        patient.clinic,
        Task.Kind.OTHER,
        says,
        within=asking.within,
        role=Role.CLINICIAN,
        patient=patient.pk,
    )
    for scale, state in new:
        told = {"scale": scale, "state": state, "task": task.pk, "since": today}
        Raised.objects.create(patient=patient, **told)


# ---------------------------------------------------------------- the hourly round


def look_at_all(seconds: float = SECONDS) -> int:
    """Looks at every patient whose follow-up is not of today, as far as the time goes; how many.

    Those never looked at come first, then the oldest. One that fails keeps no other waiting.
    """
    ends, count = monotonic() + seconds, 0
    for clinic in Clinic.objects.all():
        for patient in to_look_at(clinic).iterator():
            if monotonic() > ends:
                return count
            look_safely(patient)
            count += 1
    return count


def to_look_at(clinic: Clinic) -> QuerySet[Patient]:
    """Charts never looked at, moved since, or last seen before today."""
    late = Q(follow_up=None) | Q(follow_up__moved=True) | Q(follow_up__as_of__lt=today_in(clinic))
    in_care = Patient.objects.filter(late, clinic=clinic, emptied=None, merged_into=None)
    oldest = F("follow_up__as_of").asc(nulls_first=True)
    return in_care.select_related("clinic").order_by(oldest, "pk")


def look_safely(patient: Patient) -> None:
    """Looks, and leaves whoever called unharmed by any fault of it: a score is kept all the same.

    The log says the kind of fault; the chart is told as unread until it is looked at again.
    """
    try:
        look(patient)
    except Exception:
        log.exception("a chart could not be followed")
        today = today_in(patient.clinic)
        _keep(patient, as_of=today, scales=[], courses=[], readable=False)
