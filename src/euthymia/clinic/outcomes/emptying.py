"""What goes with an emptied chart: how its treatment stood, and what was raised of it."""

from __future__ import annotations

from euthymia.clinic.outcomes.models import FollowUp, Raised
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.rights.retention import forgets


@forgets
def outcomes(patient: Patient) -> None:
    FollowUp.objects.filter(patient=patient).delete()
    Raised.objects.filter(patient=patient).delete()
