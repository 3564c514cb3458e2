"""What goes with an emptied chart: every assessment of it, signed or not."""

from __future__ import annotations

from euthymia.clinic.assessments.models import Assessment, Kept, Typeset
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.rights.retention import forgets


@forgets
def assessments(patient: Patient) -> None:
    Typeset.objects.filter(assessment__patient=patient).delete()
    Kept.objects.filter(assessment__patient=patient).delete()
    patient.assessments.all().delete()
    Assessment.history.filter(patient_id=patient.pk).delete()  # after: a removal leaves a version
