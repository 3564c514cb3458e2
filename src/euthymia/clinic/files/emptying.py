"""What goes with an emptied chart: attachments, numbers of other systems, files that wait."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from euthymia.clinic.files import store
from euthymia.clinic.files.models import Attachment, Identifier, ImportBatch, Strike
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.rights.retention import forgets


@forgets
def files(patient: Patient) -> None:
    for model in (Attachment, ImportBatch):
        rows = model._default_manager.filter(patient=patient)
        for stored in rows.values_list("stored", flat=True):
            transaction.on_commit(partial(store.forget, stored))
        rows.delete()
    Attachment.history.filter(patient_id=patient.pk).delete()
    Identifier.objects.filter(patient=patient).delete()
    Strike.objects.filter(document__patient=patient).update(why="removed")
