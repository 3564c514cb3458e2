"""What a letter or a request may hold, and when it may leave: never unsigned without saying so."""

from __future__ import annotations

import msgspec
from django.db import models
from django.utils.translation import gettext_lazy as _
from msgspec.structs import replace

import euthymia
from euthymia.clinic.assessments.actions import is_stale, judged_by_others
from euthymia.clinic.assessments.again import judged_again
from euthymia.clinic.assessments.chart import chart_kept
from euthymia.clinic.assessments.models import Assessment
from euthymia.clinic.rights.actions import standing_consents
from euthymia.clinic.rights.guarded import (
    SUBSTANCE_USE,
    is_unread,
    record_is_unread,
    record_tells_of_it,
    tells_of_it,
)
from euthymia.clinic.rights.models import Consent
from euthymia.engine.assessment import Assessment as Judged
from euthymia.exchange.document import to_json
from euthymia.exchange.faults import SourceError
from euthymia.exchange.packets import PacketView, packet, payers_counted
from euthymia.exchange.packets.text import counted_words
from euthymia.record import Record


class Whom(models.TextChoices):
    """For whom a letter is."""

    REFERRER = "referrer", _("another doctor")
    FILE = "file", _("the patient's file here")


class MovedOnError(Exception):
    """Judged today the snapshot gives another answer, so no request can be made from it."""


class OldError(Exception):
    """It no longer speaks of this patient as of now, so no paper of it leaves the clinic."""


class NobodyLookedError(Exception):
    """It rests on words and codes that no rule reads, and nobody said that they looked."""


class NoConsentError(Exception):
    """It rests on records of care for substance use, and no standing consent was named for it."""


def is_old(assessment: Assessment) -> bool:
    """Whether it is superseded, of a chart that changed since, or judged by other pages."""
    if assessment.superseded is not None or judged_by_others(assessment):
        return True
    return is_stale(assessment)


def require_current(assessment: Assessment) -> None:
    """Raises OldError where it no longer speaks of this patient as of now."""
    if is_old(assessment):
        raise OldError


def newer_than(assessment: Assessment) -> Assessment | None:
    """The assessment that took its place; None while it stands."""
    if assessment.superseded is None:
        return None
    return assessment.patient.assessments.filter(pk__gt=assessment.pk).order_by("pk").first()


def consents_for(assessment: Assessment) -> list[Consent]:
    """The consents under one of which its records of care for substance use may leave."""
    return standing_consents(assessment.patient, SUBSTANCE_USE)


def consent_named(assessment: Assessment, number: str) -> Consent | None:
    """The consent under which a paper leaves; None where it needs none.

    Raises:
        NoConsentError: It needs one, and this row number is none that stands for this patient.
    """
    if not holds_substance_use(assessment):
        return None
    found = (one for one in consents_for(assessment) if str(one.pk) == number)
    named = next(found, None)
    if named is None:
        raise NoConsentError
    return named


def holds_substance_use(assessment: Assessment) -> bool:
    """Whether such records stand in the chart, struck ones too, or in the files that were read."""
    if any(tells_of_it(entry) for entry in assessment.patient.entries.all()):
        return True
    try:
        return record_tells_of_it(chart_kept(assessment).record(euthymia.shipped()))
    except SourceError:
        return True  # what cannot be read is not known to be free of them


def require_looked(assessment: Assessment) -> None:
    """Raises NobodyLookedError where what is not read may tell of care for substance use."""
    words = assessment.note or any(is_unread(entry) for entry in assessment.patient.entries.all())
    if words or record_is_unread(chart_kept(assessment).record(euthymia.shipped())):
        raise NobodyLookedError


def payers_for(assessment: Assessment) -> list[tuple[str, str, str, str]]:
    """Every payer: id, name, therapy, and how its criteria stand. Raises MovedOnError."""
    knowledge = euthymia.shipped()
    judged, _record = _judged_as_then(assessment)
    return [
        (payer.id, payer.name, knowledge.therapies[payer.option].name, counted_words(counted))
        for payer, counted in payers_counted(judged, knowledge)
    ]


def request_to(payer: str, assessment: Assessment) -> PacketView:
    """The request to one payer, from the snapshot.

    Raises:
        KeyError: No page holds this payer.
        MovedOnError: The pages of today answer otherwise than the assessment does.
    """
    knowledge = euthymia.shipped()
    page = knowledge.payers[payer]
    judged, record = _judged_as_then(assessment)
    view = packet(judged, record, page, knowledge)
    return view if assessment.signed_at is None else _reviewed(view)


def _judged_as_then(assessment: Assessment) -> tuple[Judged, Record]:
    """The judgement of the snapshot, where it is still the one that was kept."""
    try:
        judged, record = judged_again(assessment)
    except SourceError as fault:
        raise MovedOnError from fault
    if to_json(judged) != msgspec.json.encode(assessment.kept.document):
        raise MovedOnError
    return judged, record


def _reviewed(view: PacketView) -> PacketView:
    """A signed assessment closes one gap; the lines for signatures by hand stay empty."""
    return replace(view, gaps=tuple(one for one in view.gaps if one.cause != "signature"))
