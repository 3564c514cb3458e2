"""How old someone is, as far as a table may say it: in bands of five years, the oldest as one."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from euthymia.clinic.patients.models import Patient

BAND, TOP = 5, 80
"""Years of a band, and from when on there is one band only."""
DAYS_PER_YEAR = 365.25


def age_on(patient: Patient, day: date) -> int | None:
    """Whole years on a day; None where neither birth date nor age is known."""
    if patient.birth_date is not None:
        born = patient.birth_date
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    if patient.age_told is None or patient.age_told_on is None:
        return None
    return int(patient.age_told + (day - patient.age_told_on).days / DAYS_PER_YEAR)


def age_band(age: int | None) -> str:
    """`40-44`, `80+`, or that it is not known."""
    if age is None:
        return _("not known")
    if age >= TOP:
        return f"{TOP}+"
    low = age - age % BAND
    return f"{low}-{low + BAND - 1}"
