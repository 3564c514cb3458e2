"""Consents given and taken back, wishes answered."""

from __future__ import annotations

from datetime import date

import msgspec
from django.db import transaction
from django.utils import timezone

from euthymia.clinic.patients.forms.words import label_of
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.patients.shapes import lines_of
from euthymia.clinic.people.access import Access
from euthymia.clinic.rights.consent_forms import ConsentForm
from euthymia.clinic.rights.models import Consent, Consents, Retention, Wish


def give_consent(  # noqa: PLR0913 - what a signature holds, by name
    patient: Patient,
    form: ConsentForm,
    *,
    signed_name: str,
    choices: dict[str, str],
    expires: date | None,
    by: Access,
) -> Consent:
    """Keeps a consent with its words, so that later words change nothing of it."""
    return Consent.objects.create(
        patient=patient,
        form=form.id,
        version=form.version,
        words=msgspec.to_builtins(form),
        choices=choices,
        signed_name=signed_name,
        witness=by.user,
        expires=expires,
    )


def withdraw_consent(consent: Consent, why: str, *, by: Access | None = None) -> None:
    """Takes a consent back; its history says who noted it."""
    consent.withdrawn, consent.withdrawn_why = timezone.now(), why
    _save(consent, by)


@transaction.atomic
def confirm_consent(consent: Consent, *, by: Access) -> None:
    """Notes that the patient was asked and the consent stands. One that was taken back stays so."""
    held = Consent.objects.select_for_update().get(pk=consent.pk)
    if held.withdrawn is None:
        held.confirmed, held.confirmed_by = timezone.now(), by.user
        _save(held, by)


def unsettled(patient: Patient, form: ConsentForm) -> list[str]:
    """Safety questions of the chart answered with yes or unsure, which stand against a consent."""
    screen = patient.entries.standing().filter(part=form.screen).first()
    if screen is None:
        return []
    lines = lines_of(form.screen)
    return [str(label_of(one)) for one in lines if one.of(screen.told) in ("yes", "unsure")]


def standing_consents(patient: Patient, form: str) -> list[Consent]:
    """Consents of this form that were not taken back and have not ended, the newest first.

    Each stands for the recipient and the purpose named in it. One of before a restore stands once
    the patient was asked again.
    """
    held = patient.consents.standing().filter(form=form)
    return list(held.exclude(pk__in=patient.consents.unconfirmed().values("pk")))


def consents_to_confirm(form: str, access: Access) -> Consents:
    """Consents of this form, in charts that this person sees, to be asked about after a restore."""
    seen = Patient.objects.seen_by(access).values("pk")
    return Consent.objects.standing().unconfirmed().filter(form=form, patient__in=seen)


def write_wish(patient: Patient, *, kind: str, says: str, by: Access) -> Wish:
    """Writes down what a patient asks about their data."""
    return Wish.objects.create(patient=patient, kind=kind, says=says, by=by.user)


def answer(wish: Wish, *, state: str, says: str, by: Access) -> None:
    """Says what was done about a wish, or why not."""
    wish.state, wish.answer = state, says
    wish.answered, wish.answered_by = timezone.now(), by.user
    _save(wish, by)


def keep_for(years: int, *, by: Access) -> Retention:
    """Sets how many years after the last entry the charts of this clinic are kept."""
    told = {"years": years, "by": by.user}
    kept, _made = Retention.objects.update_or_create(clinic=by.clinic, defaults=told)
    return kept


def _save(row: Consent | Wish, by: Access | None) -> None:
    """Saves a row; its new version names who did it."""
    if by is not None:
        row._history_user = by.user  # type: ignore[union-attr]
    row.save()
