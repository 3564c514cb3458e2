"""Links for patients: made and sent by staff, opened by whoever has the words, used up by sending.

What a patient sends goes into the chart as told by the patient, in one transaction with the end of
the link, the tasks it makes and its audit row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from euthymia.clinic.audit.models import Row
from euthymia.clinic.files.attaching import write_down
from euthymia.clinic.files.sealing import seal, unseal
from euthymia.clinic.patients.actions import as_a_form, fill
from euthymia.clinic.patients.arrivals import told_where
from euthymia.clinic.patients.danger import calls
from euthymia.clinic.patients.models import Patient, Source
from euthymia.clinic.people.access import Access
from euthymia.clinic.work import actions as work
from euthymia.clinic.work.actions import ask_staff, open_link, send
from euthymia.clinic.work.models import Link, Task
from euthymia.library import shipped

Json = dict[str, Any]
INTAKE = "intake"
BY_PATIENT = "patient"
"""Under what role the audit notes what a patient did."""
READ_WITHIN = timedelta(days=1)
"""How long answers may wait for their sender to read them."""


class UsedUpError(Exception):
    """The link ended between opening it and sending."""


def scales_of(link: Link) -> tuple[str, ...]:
    """The scales a link asks for; none where it asks for the whole intake."""
    asked = link.ask.get("scales") or [link.ask.get("scale")]
    return tuple(name for name in asked if name in shipped().instruments)


def asks_intake(link: Link) -> bool:
    return bool(link.ask.get(INTAKE))


def patient_behind(link: Link) -> Patient:
    """Whose chart the answers go into: the one that others were merged into, where there is one."""
    chart = Patient.objects.select_related("clinic").get(pk=link.patient, clinic=link.clinic)
    while chart.merged_into_id is not None:
        chart = Patient.objects.select_related("clinic").get(pk=chart.merged_into_id)
    return chart


@transaction.atomic
def make(patient: Patient, asked: Json, *, days: int, by: Access) -> tuple[Link, str]:
    """A new link for a patient, and its words, which are told here and nowhere else."""
    words = open_link(patient.clinic, patient.pk, asked, by=by.user, lasts=timedelta(days=days))
    return Link.objects.get(digest=Link.digest_of(words)), words


def mail(link: Link, patient: Patient, address: str, *, by: Access) -> None:
    """Puts the link into the outbox, in the patient's language and without a clinical word."""
    clinic = patient.clinic
    with translation.override(patient.language), timezone.override(by.zone):
        told = {
            "clinic": clinic.name,
            "address": address,
            "until": date_format(timezone.localtime(link.expires), "DATETIME_FORMAT"),
            "phone": clinic.phone,
        }
        subject = _("A message from %(clinic)s") % told
        body = _(
            "Hello,\n\n%(clinic)s asks you to open this page before %(until)s:\n\n%(address)s\n\n"
            "It opens for you only: please do not pass it on. If you did not expect it, call us"
            " on %(phone)s.\n"
        )
    send(clinic, patient.email, subject, body % told, owner=by.user)


def standing(words: str) -> Link | None:
    """The link of these words while it is open; None where it never was, ran out or was used."""
    found = Link.objects.select_related("clinic", "by").filter(digest=Link.digest_of(words)).first()
    return found if found and is_open(found) else None


def is_open(link: Link) -> bool:
    return link.used is None and link.expires > timezone.now()


@transaction.atomic
def close(link: Link) -> None:
    """Ends a link before its time. What was saved under it is let go."""
    held = Link.objects.select_for_update().get(pk=link.pk)
    if is_open(held):
        held.expires, held.saved = timezone.now(), None
        held.save()


def saved_in(link: Link) -> Json:
    """What a patient had told so far under an intake link."""
    told = unseal(link.saved, "answers", link.pk)
    return told if isinstance(told, dict) else {}


@transaction.atomic
def save(link: Link, told: Json) -> None:
    """Keeps what was told so far, sealed, until the link ends. Raises UsedUpError."""
    held = _held(link)
    held.saved = seal(told, "answers", held.pk)
    held.save()
    leave_row(held, "saved")


def submit(
    link: Link, told: Json, lines: Sequence[str] = (), where: Mapping[str, str] | None = None
) -> bool:
    """Puts what a patient told into the chart and ends the link. Whether it calls for someone.

    Args:
        link: An open link.
        told: An intake form, as far as it was told (contracts/intake.md).
        lines: The same in the patient's own words, kept as a text beside the chart: a name of a
            medicine that nobody could read is not lost.
        where: Address and contact person, as far as they were told.

    Raises:
        UsedUpError: The link ended meanwhile.
        UnreadableError: The form cannot be read, alone or with the chart; then nothing is kept.
    """
    danger = calls(as_a_form(told))
    if danger:  # apart from what follows: an alarm stands, though the form cannot be taken in
        ring(link, patient_behind(link))
    _take_in(link, told, lines, where or {}, rung=danger)
    return danger


@transaction.atomic
def _take_in(
    link: Link, told: Json, lines: Sequence[str], where: Mapping[str, str], *, rung: bool
) -> None:
    held = _held(link)
    patient = patient_behind(held)
    fill(patient, told, by=None, source=Source.PATIENT, rung=rung, sent_by=held.by)
    told_where(patient, where)
    if lines:
        write_down(lines, patient, name=_("Answers by patient link"), sent_by=held.by)
    says = _("Answers came back by a patient link")
    ask_staff(
        held.clinic, Task.Kind.SCALE, says, within=READ_WITHIN, owner=held.by, patient=patient.pk
    )
    held.used, held.saved = timezone.now(), None
    held.save()
    leave_row(held, "sent")


def _held(link: Link) -> Link:
    held = Link.objects.select_for_update().select_related("clinic", "by").get(pk=link.pk)
    if not is_open(held):
        raise UsedUpError
    return held


def ring(link: Link, patient: Patient) -> None:
    """Calls whoever sent the link; an alarm that is open already rings again."""
    says = _("Open this chart now and speak with the patient")
    work.ring(link.clinic, says=says, patient=patient.pk, owner=link.by)


def leave_row(link: Link, did: str) -> None:
    """A row of the audit for what was done by link: which link, whose chart, what."""
    about = {"link": str(link.pk), "did": did}
    Row.leave(
        clinic=link.clinic_id, what="link", role=BY_PATIENT, patient=link.patient, about=about
    )
