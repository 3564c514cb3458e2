"""Letters, pictures and texts beside a chart: kept as they came, struck but never deleted."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from euthymia.clinic.files import store
from euthymia.clinic.files.kinds import TEXT, kind_of
from euthymia.clinic.files.models import Attachment
from euthymia.clinic.files.store import Stored
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import User
from euthymia.clinic.people.quicker import MovedOnError


class RefusedError(Exception):
    """The file is none that is kept; the message says why, for whoever brought it."""


@transaction.atomic
def attach(patient: Patient, file: File[bytes], *, name: str, note: str, by: Access) -> Attachment:
    """Keeps a file beside a chart. The same file again is the one that stands.

    Raises:
        RefusedError: It is no PDF, picture or text.
    """
    kind = kind_of(file.read())
    if kind is None:
        raise RefusedError(_("Only a PDF, a picture (PNG, JPEG, GIF, WebP) or a text is kept."))
    file.seek(0)
    kept = Attachment(patient=patient, name=name, note=note, kind=kind, by=by.user)
    return _kept_once(kept, store.put(file.chunks()))


@transaction.atomic
def write_down(lines: Iterable[str], patient: Patient, *, name: str, sent_by: User) -> Attachment:
    """Keeps what a patient told as a text beside a chart, with who sent the link it came by."""
    kept = Attachment(patient=patient, name=name, kind=TEXT, sent_by=sent_by)
    return _kept_once(kept, store.put([f"{line}\n".encode() for line in lines]))


def _kept_once(attachment: Attachment, stored: Stored) -> Attachment:
    """The attachment with its file; or the one that stands, where it has the same."""
    standing = attachment.patient.attachments.filter(digest=stored.digest, struck=None).first()
    if standing is not None:
        store.forget(stored.name)
        return standing
    attachment.stored, attachment.size = stored.name, stored.size
    attachment.digest = stored.digest
    attachment.save(force_insert=True)
    return attachment


@transaction.atomic
def strike(attachment: Attachment, why: str, *, version: int, by: Access) -> None:
    """Strikes an attachment out, with the reason; the file stays. Raises MovedOnError."""
    standing = Attachment.objects.select_for_update().get(pk=attachment.pk)
    if standing.version != version or standing.struck is not None:
        raise MovedOnError(standing)
    standing.struck, standing.struck_why = timezone.now(), why
    standing.version += 1
    standing._history_user = by.user  # type: ignore[attr-defined]
    standing.save()
