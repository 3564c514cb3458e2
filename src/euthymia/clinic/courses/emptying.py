"""What of courses and sessions goes with an emptied chart: what was told in them.

That a session was opened, charted and closed, by whom and when, stays.
"""

from __future__ import annotations

from euthymia.clinic.courses.models import Answered, Charted, Course, Decision, Order, Session
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.rights.retention import forgets


@forgets
def courses(patient: Patient) -> None:
    sessions = Session.objects.filter(patient=patient)
    Charted.objects.filter(session__in=sessions).update(told={}, why="")
    Decision.objects.filter(session__in=sessions).update(findings={})
    Answered.objects.filter(decision__session__in=sessions).update(how="")
    Order.objects.filter(course__patient=patient).update(told={}, why="")
    sessions.update(missed_why="")
    Session.history.filter(patient_id=patient.pk).update(missed_why="")
    Course.objects.filter(patient=patient).update(payer="", ended_why="")
    Course.history.filter(patient_id=patient.pk).update(payer="", ended_why="")
