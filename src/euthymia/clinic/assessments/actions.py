"""What can be done with assessments: make one, sign it, override a finding of the chart."""

from __future__ import annotations

from datetime import date

import msgspec
from django.db import transaction
from django.utils import timezone

import euthymia
from euthymia.clinic.assessments.chart import Chart, chart_of, pages_digest
from euthymia.clinic.assessments.models import Assessment, Kept, SignedError
from euthymia.clinic.assessments.pictures import pictures
from euthymia.clinic.patients.actions import add
from euthymia.clinic.patients.models import Entry, Patient
from euthymia.clinic.patients.parts import Part
from euthymia.clinic.people.access import Access
from euthymia.engine.assessment import Assessment as Judged
from euthymia.exchange.document import document
from euthymia.exchange.page import page


class StaleError(Exception):
    """The chart is no longer as it was judged, so this cannot be signed: assess again."""


class OtherPagesError(StaleError):
    """The pages or the program that judged are no longer those of now."""


class OtherDayError(StaleError):
    """It is not of today in the clinic's zone: what was new then may be old now."""


@transaction.atomic
def assess_chart(patient: Patient, as_of: date, *, by: Access) -> Assessment:
    """Judges a chart as it stands, and keeps the answer with all it rests on.

    Raises:
        SourceError: The chart contradicts itself; the line names the entry and the mend.
    """
    chart, knowledge = chart_of(patient, as_of), euthymia.shipped()
    judged = euthymia.assess(chart.record(knowledge), knowledge)
    _supersede(patient)
    made = Assessment.objects.create(
        patient=patient,
        as_of=as_of,
        answer=judged.resistance.answer,
        chart=chart.digest,
        knowledge=judged.knowledge,
        pages=pages_digest(),
        engine=euthymia.__version__,
        made_by=by.user,
    )
    _keep(made, chart, judged)
    return made


def _supersede(patient: Patient) -> None:
    for one in patient.assessments.filter(superseded=None):
        one.superseded = timezone.now()
        one.save(update_fields=["superseded"])


def _keep(made: Assessment, chart: Chart, judged: Judged) -> None:
    knowledge = euthymia.shipped()
    shown = page(judged, knowledge)
    Kept.objects.create(
        assessment=made,
        form=chart.form,
        files=list(chart.files),
        given=chart.given_told,
        document=document(judged),
        page=msgspec.to_builtins(shown),
        pictures=pictures(judged, shown, knowledge),
    )


@transaction.atomic
def sign(assessment: Assessment, note: str, *, by: Access) -> Assessment:
    """Signs an assessment off, on the day it is of. From then on it stays as it is.

    Raises:
        SignedError: It is signed already.
        StaleError: The chart or the pages changed since, a newer assessment stands, or it is of
            another day than today in the clinic's zone.
    """
    held = Assessment.objects.select_for_update().select_related("patient").get(pk=assessment.pk)
    if held.signed_at is not None:
        raise SignedError(f"{held} is signed already")
    _require_current(held, by)
    held.signed_by, held.signed_at, held.note = by.user, timezone.now(), note
    held.version += 1
    held.save()
    return held


def _require_current(held: Assessment, by: Access) -> None:
    if held.superseded is not None or is_stale(held):
        raise StaleError
    if judged_by_others(held):
        raise OtherPagesError
    if held.as_of != timezone.localdate(timezone=by.zone):
        raise OtherDayError


def judged_by_others(assessment: Assessment) -> bool:
    """Whether other pages, or another release of the program, judge now."""
    before = (assessment.pages, assessment.engine)
    return before != (pages_digest(), euthymia.__version__)


def is_stale(assessment: Assessment) -> bool:
    """Whether the chart holds something else now than what was judged."""
    return chart_of(assessment.patient, assessment.as_of).digest != assessment.chart


def override(patient: Patient, finding: str, reason: str, *, by: Access) -> Entry:
    """Writes into the chart that a physician takes the milder of two grades of one finding.

    The finding stays as it is; the next assessment weighs it by the milder grade, and says who and
    why. Raises UnreadableError where no finding has this name.
    """
    today = timezone.localdate().isoformat()
    told = {"finding": finding, "by": by.user.name, "reason": reason, "date": today}
    return add(patient, Part.OVERRIDES, told, by=by)
