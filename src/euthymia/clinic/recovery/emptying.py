"""What goes with an emptied chart: the plans and the steps, with every earlier version."""

from __future__ import annotations

from euthymia.clinic.patients.models import Patient
from euthymia.clinic.recovery.models import RecoveryPlan, Step
from euthymia.clinic.rights.retention import forgets


@forgets
def plans_for_recovery(patient: Patient) -> None:
    RecoveryPlan.objects.filter(patient=patient).delete()
    Step.objects.filter(patient=patient).delete()
    Step.history.filter(patient_id=patient.pk).delete()
