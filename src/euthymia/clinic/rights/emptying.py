"""What goes with an emptied chart, of this room and of those beneath it."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from euthymia.clinic.patients.models import Contact, Entry, Patient, Request
from euthymia.clinic.people.models import Draft, GlassBroken, User
from euthymia.clinic.rights.models import Consent, Merge, Wish
from euthymia.clinic.rights.retention import REMOVED, forgets
from euthymia.clinic.work.models import Link, Message


@forgets
def what_was_told(patient: Patient) -> None:
    now = timezone.now()
    Entry.history.filter(patient_id=patient.pk).delete()
    patient.entries.update(told={}, struck=now, struck_why=REMOVED)
    patient.documents.update(name=REMOVED, subject="", content=b"", struck=now)


@forgets
def consents_and_wishes(patient: Patient) -> None:
    for model in (Consent, Wish):
        model._default_manager.filter(patient=patient).delete()
        model.history.filter(
            patient_id=patient.pk
        ).delete()  # after: a removal leaves a version too


@forgets
def reasons(patient: Patient) -> None:
    """Why charts were merged, and why the glass was broken."""
    Merge.objects.filter(Q(kept=patient) | Q(gone=patient)).update(why=REMOVED)
    GlassBroken.objects.filter(patient=patient.pk).update(reason=REMOVED)


@forgets
def links_and_messages(patient: Patient) -> None:
    """No link opens any more, what was saved under it is gone, and no message names them."""
    now = timezone.now()
    links = Link.objects.filter(clinic=patient.clinic_id, patient=patient.pk)
    links.filter(expires__gt=now).update(expires=now)
    links.update(saved=None, ask={})
    for address in _addresses(patient):
        if not _is_shared(address, patient):
            sent = Message.objects.filter(clinic=patient.clinic_id, to__iexact=address)
            sent.open().delete()
            sent.update(to="", body="")


def _addresses(patient: Patient) -> set[str]:
    """Every e-mail it ever had, and every one its requests were sent with."""
    asked = Request.objects.filter(patient=patient)
    bearing = (
        Patient.history.filter(id=patient.pk),
        Request.history.filter(id__in=asked.values("pk")),
        asked,
    )
    told = (address for rows in bearing for address in rows.values_list("email", flat=True))
    return {address.lower() for address in (patient.email, *told) if address}


def _is_shared(address: str, patient: Patient) -> bool:
    """Whether another chart, or staff, have the same e-mail: messages cannot be told apart."""
    others = Patient.objects.filter(clinic=patient.clinic_id).exclude(pk=patient.pk)
    staff = User.objects.filter(memberships__clinic=patient.clinic_id)
    return any(one.filter(email__iexact=address).exists() for one in (others, staff))


@forgets
def drafts(patient: Patient) -> None:
    """What someone had typed in this chart and not sent."""
    Draft.objects.filter(path__startswith=reverse("chart", args=[patient.pk])).delete()


@forgets
def who(patient: Patient) -> None:
    """Name, contact and birth date, here and in the requests that led here."""
    nobody: dict[str, str | None] = {"family_name": REMOVED, "birth_date": None}
    nobody |= dict.fromkeys(("given_name", "phone", "email", "address", "contact_person"), "")
    Contact.objects.filter(request__patient=patient).update(says=REMOVED)
    Request.history.filter(patient_id=patient.pk).delete()
    Request.objects.filter(patient=patient).update(
        **nobody, told={}, summary=[], best_time="", closed_why=""
    )
    Patient.history.filter(id=patient.pk).delete()
    Patient.objects.filter(pk=patient.pk).update(
        **nobody, called="", sex="", age_told=None, emptied=timezone.now()
    )
