"""A clinic in which something of everything stands, so that every link leads to a page."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from django.core.files.base import ContentFile
from django.utils import timezone

from euthymia.clinic.assessments.actions import assess_chart
from euthymia.clinic.assessments.models import Assessment
from euthymia.clinic.door.actions import WHO, send_request
from euthymia.clinic.files import links
from euthymia.clinic.files.attaching import attach
from euthymia.clinic.patients.actions import fill
from euthymia.clinic.patients.models import Patient, Request, Source
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.rights.actions import give_consent
from euthymia.clinic.rights.consent_forms import consent_forms
from euthymia.clinic.work.actions import send

WHOLE = Path(__file__).parents[2] / "examples" / "whole_answer.json"
TOLD = ["Age: 47 years", "sertraline, 8 weeks", "Low mood, PHQ-9: 19 points"]


def asked(clinic: Clinic, family: str, *, urgent: bool = False) -> Request:
    """A request as the door sends it, with answers and so with clinical words."""
    who = {"given_name": "Bea", "family_name": family, "birth_date": date(1979, 2, 3)}
    reach = {"phone": "555 0177", "best_time": "mornings"}
    told = {"intake": 1, "trials": [{"id": "t1", "drug": "sertraline"}]}
    return send_request(
        clinic,
        dict.fromkeys(WHO, "") | who | reach,
        told=told,
        summary=TOLD,
        language="en",
        urgent=urgent,
    )


def charted(patient: Patient, by: Access) -> None:
    fill(patient, json.loads(WHOLE.read_text(encoding="utf-8")), by=by, source=Source.FILE)


def assessed(patient: Patient, by: Access) -> Assessment:
    return assess_chart(patient, timezone.localdate(timezone=by.zone), by=by)


def fill_everything(clinic: Clinic, patient: Patient, by: Access) -> None:
    """A whole chart, assessed twice; requests, tasks, a message, a link, a consent, a file."""
    charted(patient, by)
    for _ in range(2):
        assessed(patient, by)
    asked(clinic, "Quist")
    asked(clinic, "Ortega", urgent=True)
    send(clinic, "ana@example.org", "From your clinic", "Open this link.", owner=by.user)
    links.make(patient, {"scales": ["phq9"]}, days=7, by=by)
    attach(patient, ContentFile(b"a letter", "a.txt"), name="Letter", note="", by=by)
    form = consent_forms()["tms"]
    give_consent(patient, form, signed_name="A. F.", choices={}, expires=None, by=by)
