"""One row of any table of the clinic, made for a patient: so that every address can be tried.

Rows that hold more than their columns say (a file, a judged chart, words that a reader must take)
are made whole, by the clinic's own actions; the others of whatever fits their columns.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone

from euthymia.clinic.assessments.actions import assess_chart
from euthymia.clinic.assessments.models import Assessment, Kept
from euthymia.clinic.courses.actions import begin_course
from euthymia.clinic.courses.models import Course, Therapy
from euthymia.clinic.files import attaching, importing
from euthymia.clinic.files.models import Attachment, ImportBatch
from euthymia.clinic.patients.actions import add
from euthymia.clinic.patients.models import Document, Entry, Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic, Membership, User
from euthymia.clinic.rights.actions import give_consent
from euthymia.clinic.rights.consent_forms import consent_forms
from euthymia.clinic.rights.merging import merge
from euthymia.clinic.rights.models import Consent, Merge
from tests.clinic.brought import diagnosis, person
from tests.clinic.matrix import Route

CANARY = "zqcanary"
CALLED = {
    "place": "membership",
    "number": "request",
    "batch": "importbatch",
    "merged": "merge",
}
"""Parts of addresses that are not named after their table."""
OTHER_PARTS = {
    "slug": "harbour",
    "uidb36": "1",
    "key": "x",
    "provider_id": "x",
    "part": "labs",
    "form": "tms",
    "whom": "file",
    "payer": "cigna_esketamine",
    "place": "answer",
}
TOLD: Mapping[str, Any] = {"ask": {"scale": "phq9"}, "told": {}, "summary": []}
"""What stands in a column of JSON whose reader takes not just anything."""


@dataclass
class Owner:
    """Whose rows are made: a patient of a clinic and a user; made rows are kept by their table."""

    patient: Patient
    user: User
    made: dict[type[models.Model], models.Model] = field(default_factory=dict)

    def row(self, model: type[models.Model]) -> models.Model:
        """The row of this table that belongs to this patient; made where there is none yet."""
        place = self.user.memberships.get()
        known = {Patient: self.patient, Clinic: place.clinic, User: self.user, Membership: place}
        if model in known:
            return known[model]
        if model not in self.made:
            self.made[model] = self._make(model)
        return self.made[model]

    @property
    def access(self) -> Access:
        place = self.user.memberships.get()
        return Access(self.user, place.clinic, place)

    def _make(self, model: type[models.Model]) -> models.Model:
        if model in WHOLE:
            return WHOLE[model](self)
        values = {one.name: self._value(one) for one in model._meta.concrete_fields if _needed(one)}
        row = model(**values)
        row.save_base(raw=True, force_insert=True)
        return row

    def _value(self, one: Any) -> Any:
        if one.name == "patient" and not one.is_relation:
            return self.patient.pk
        if one.is_relation:
            return self.row(one.related_model)
        if one.name in TOLD:
            return TOLD[one.name]
        if one.choices and one.name not in ("state",):
            return one.choices[0][0]
        return _plain(one)


def _entry(owner: Owner) -> Entry:
    told = {"id": unlike(), "drug": "sertraline", "dose_mg": 100, "start": "2025-01-06"}
    return add(owner.patient, "trials", told, by=owner.access)


def _bundle() -> ContentFile[bytes]:
    who = person(identity=CANARY, family=unlike(), born=None, gender=None)
    bundle = {"resourceType": "Bundle", "type": "collection"}
    whole = {**bundle, "entry": [{"resource": one} for one in (who, diagnosis(whose=CANARY))]}
    return ContentFile(json.dumps(whole).encode(), name=f"{unlike()}.json")


def _batch(owner: Owner) -> ImportBatch:
    return importing.bring(_bundle(), owner.patient, by=owner.access)


def _document(owner: Owner) -> Document:
    batch = _batch(owner)
    importing.take_in(batch, importing.looked_into(batch), CANARY, by=owner.access)
    return Document.objects.get(patient=owner.patient)


def _attachment(owner: Owner) -> Attachment:
    text = ContentFile(unlike().encode())
    return attaching.attach(owner.patient, text, name=unlike(), note=unlike(), by=owner.access)


def _assessment(owner: Owner) -> Assessment:
    owner.row(Entry)
    return assess_chart(owner.patient, timezone.localdate(), by=owner.access)


def _kept(owner: Owner) -> Kept:
    return Kept.objects.get(assessment=owner.row(Assessment))


def _consent(owner: Owner) -> Consent:
    form = consent_forms()["tms"]
    signed = {"signed_name": unlike(), "choices": {}, "expires": None}
    return give_consent(owner.patient, form, **signed, by=owner.access)


def _merge(owner: Owner) -> Merge:
    clinic = owner.patient.clinic
    number = 1 + max(clinic.patients.values_list("number", flat=True))
    twin = Patient.objects.create(clinic=clinic, number=number, family_name=unlike())
    return merge(owner.patient, twin, unlike(), by=owner.access)


def _course(owner: Owner) -> Course:
    """One that every role of a treatment room gives."""
    return begin_course(owner.patient, Therapy.TMS, payer=unlike(), by=owner.access)


WHOLE: Mapping[type[models.Model], Callable[[Owner], models.Model]] = {
    Assessment: _assessment,
    Attachment: _attachment,
    Consent: _consent,
    Course: _course,
    Document: _document,
    Entry: _entry,
    ImportBatch: _batch,
    Kept: _kept,
    Merge: _merge,
}


def unlike() -> str:
    """Words that stand nowhere else, and are known for whose they are."""
    return f"{CANARY}{uuid.uuid4().hex}"


def _needed(one: Any) -> bool:
    """A field that must be told, or that says whose the row is."""
    own = one.name in ("patient", "clinic", "user") and not one.primary_key
    open_ = not one.null and not one.has_default() and not isinstance(one, models.AutoField)
    return own or (open_ and not getattr(one, "auto_now", False))


def _plain(one: Any) -> Any:
    made = {
        models.BooleanField: False,
        models.DateTimeField: timezone.now(),
        models.DateField: date(2026, 1, 1),
        models.JSONField: {"note": CANARY},
        models.BinaryField: CANARY.encode(),
        models.EmailField: f"{uuid.uuid4().hex[:8]}@{CANARY}.example.org",
        models.IntegerField: 1,
        models.FloatField: 1.0,
        models.DecimalField: 1,
    }
    for kind, value in made.items():
        if isinstance(one, kind):
            return value
    return unlike()[: one.max_length or 80]


def table_of(part: str) -> type[models.Model] | None:
    """The table whose row a part of an address names, if it names one."""
    name = CALLED.get(part, part)
    found = [m for m in apps.get_models() if m.__module__.startswith("euthymia.")]
    return next((model for model in found if model._meta.model_name == name), None)


def address(route: Route, owner: Owner, **fixed: Any) -> str:
    """The route's address with the row numbers of this owner; `fixed` says parts otherwise."""
    known = {part: fixed.get(part) or value_of(route, part, owner) for part in route.parts}
    if "^" in route.pattern:
        return "/" + _filled_regex(route.pattern, known)
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda m: str(known[m[1]]), route.pattern)


def tables_in(route: Route) -> dict[str, type[models.Model]]:
    """The parts of an address that are numbers of rows, and of which table."""
    found = {part: table_of(part) for part in route.numbers}
    return {part: model for part, model in found.items() if model is not None}


def value_of(route: Route, part: str, owner: Owner) -> Any:
    model = tables_in(route).get(part)
    return owner.row(model).pk if model is not None else OTHER_PARTS.get(part, 1)


def _filled_regex(pattern: str, known: dict[str, Any]) -> str:
    plain = pattern.replace("^", "").replace("$", "").rstrip("\\Z")
    return re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda m: str(known.get(m[1], "x")), plain)
