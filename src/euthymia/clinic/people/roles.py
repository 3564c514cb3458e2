"""The one table of who may do what. A view names what it needs; this says which roles have it."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    FRONT_DESK = "front_desk", _("Front desk")
    NURSE = "nurse", _("Nurse")
    TMS_OPERATOR = "tms_operator", _("TMS operator")
    CLINICIAN = "clinician", _("Clinician")
    DIRECTOR = "director", _("Medical director")
    AUDITOR = "auditor", _("Auditor")
    ADMIN = "admin", _("Administrator")


class May(models.TextChoices):
    """What a view can need."""

    SEE_NAMES = "see_names"  # who is a patient here, and how to reach them
    WRITE_NAMES = "write_names"
    TRIAGE = "triage"  # requests for a consultation
    SEE_CHART = "see_chart"
    MEASURE = "measure"  # scales, vitals, labs, screening answers, head measures
    WRITE_CHART = "write_chart"  # diagnoses, treatments tried, orders, preferences
    IMPORT = "import"
    TREAT = "treat"  # run a session of TMS
    GIVE_DRUGS = "give_drugs"  # run one of ketamine or esketamine
    ASSESS = "assess"
    SIGN = "sign"  # sign-off, override
    CONSENT = "consent"  # record a consent given
    MERGE = "merge"
    EXPORT = "export"
    BREAK_GLASS = "break_glass"
    ADOPT = "adopt"  # sign a page of design defaults for this clinic
    SEE_AUDIT = "see_audit"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_CLINIC = "manage_clinic"


_DESK = {May.SEE_NAMES, May.WRITE_NAMES, May.TRIAGE}
_OPERATOR = {May.SEE_NAMES, May.SEE_CHART, May.MEASURE, May.TREAT}
_NURSE = (
    _DESK | _OPERATOR | {May.GIVE_DRUGS, May.WRITE_CHART, May.IMPORT, May.CONSENT, May.BREAK_GLASS}
)
_CLINICIAN = _NURSE | {May.ASSESS, May.SIGN, May.MERGE}
_DIRECTOR = _CLINICIAN | {May.EXPORT, May.ADOPT, May.MANAGE_CLINIC}

ALLOWED: Mapping[str, frozenset[str]] = {
    Role.FRONT_DESK: frozenset(_DESK),
    Role.NURSE: frozenset(_NURSE),
    Role.TMS_OPERATOR: frozenset(_OPERATOR),
    Role.CLINICIAN: frozenset(_CLINICIAN),
    Role.DIRECTOR: frozenset(_DIRECTOR),
    Role.AUDITOR: frozenset({May.SEE_AUDIT}),
    Role.ADMIN: frozenset({May.MANAGE_PEOPLE, May.MANAGE_CLINIC}),
}


def roles_that_may(what: May) -> frozenset[str]:
    return frozenset(role for role, may in ALLOWED.items() if what in may)
