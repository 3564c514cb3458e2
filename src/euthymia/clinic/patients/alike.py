"""Who might be the same person: found by name and birth date, settled by a human being."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from django.db import models

from euthymia.clinic.patients.models import Patient, Patients
from euthymia.clinic.patients.naming import folded
from euthymia.clinic.people.access import Access

Q = models.Q


def alike(access: Access, family_name: str, given_name: str, born: date | None) -> Patients:
    """Patients of this clinic of the same name, or born on the same day with a name in common."""
    names = Q(called=f" {folded(f'{family_name} {given_name}')}")
    if born is not None:
        shared = Q(called__contains=f" {folded(family_name)} ") | Q(
            called__endswith=f" {folded(given_name)}"
        )
        names |= Q(birth_date=born) & shared
    return Patient.objects.named_in(access).filter(names)


def look_alikes(access: Access, shown: Iterable[Patient]) -> dict[int, list[int]]:
    """For each patient shown that has look-alikes, their chart numbers. One query for a page."""
    people = list(shown)
    births = {one.birth_date for one in people if one.birth_date}
    near = Q(called__in={one.called for one in people}) | Q(birth_date__in=births)
    others = list(Patient.objects.named_in(access).filter(near)) if people else []
    found = {one.pk: [o.number for o in others if _may_be_one(one, o)] for one in people}
    return {pk: sorted(numbers) for pk, numbers in found.items() if numbers}


def _may_be_one(first: Patient, second: Patient) -> bool:
    if first.pk == second.pk:
        return False
    if first.called == second.called:
        return True
    family = folded(first.family_name) == folded(second.family_name)
    given = folded(first.given_name) == folded(second.given_name)
    return bool(first.birth_date and first.birth_date == second.birth_date and (family or given))


def searched(access: Access, asked: str) -> Patients:
    """Patients whose number, birth date, or beginnings of whose names are those asked for."""
    people = Patient.objects.named_in(access)
    words = asked.strip()
    if re.fullmatch(r"\d{1,9}", words, re.ASCII):
        return people.filter(number=int(words))
    born = _day(words)
    if born is not None:
        return people.filter(birth_date=born)
    for word in folded(words).split()[:6]:
        people = people.filter(called__contains=f" {word}")
    return people


def _day(words: str) -> date | None:
    """A day as 1981-03-14 or, as in the United States, 3/14/1981."""
    us = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", words, re.ASCII)
    try:
        if us:
            return date(int(us[3]), int(us[1]), int(us[2]))
        return date.fromisoformat(words) if re.fullmatch(r"\d{4}-\d\d-\d\d", words) else None
    except ValueError:
        return None
