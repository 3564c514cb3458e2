"""Who a brought file is about, in its own words, and whether a chart is of the same person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from euthymia.clinic.files.pieces import Piece
from euthymia.clinic.patients.models import Patient
from euthymia.exchange.fhir.bundles import Found
from euthymia.record import Record

LONGEST_NAME = 80
LONGEST_SYSTEM, LONGEST_VALUE = 200, 100
MOST_IDENTIFIERS = 20


@dataclass(frozen=True)
class Person:
    """One patient of a file: names as written there, and what was read about them."""

    id: str
    family: str
    given: str
    identifiers: tuple[tuple[str, str], ...]
    record: Record

    @property
    def birth_date(self) -> date | None:
        return self.record.patient.birth_date

    @property
    def sex(self) -> str:
        return self.record.patient.sex or ""

    @property
    def is_told(self) -> bool:
        """Whether the file says anything by which to know this person."""
        return bool(self.name or self.birth_date)

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}".strip()

    @property
    def count(self) -> int:
        """Entries that were read."""
        return sum(self.record.reading.read.values())


def person_of(record: Record, pieces: Iterable[Piece]) -> Person:
    """The person of a record, with the name and numbers that the Patient resource gives."""
    told = next((one.raw for one in pieces if _is_of(one, record.patient.id or "")), b"{}")
    resource = msgspec.json.decode(told)
    family, given = _name(resource)
    return Person(record.patient.id or "", family, given, _identifiers(resource), record)


def _is_of(piece: Piece, identity: str) -> bool:
    told = piece.told
    if not piece.is_patient or not isinstance(told, Found):
        return False
    return (told.resource.id or (told.full_url or "").rsplit("/", 1)[-1].rsplit(":", 1)[-1]) == (
        identity
    )


def _name(resource: dict[str, Any]) -> tuple[str, str]:
    """Family and given name: the official one, else the first that is whole."""
    names = [one for one in _list(resource, "name") if isinstance(one, dict)]
    names.sort(key=lambda one: one.get("use") != "official")
    for one in names:
        given = " ".join(clean(word) for word in _list(one, "given"))
        family = clean(one.get("family"))
        if family or given:
            return family[:LONGEST_NAME], given.strip()[:LONGEST_NAME]
    return "", ""


def _identifiers(resource: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Numbers with the system that gave them; a number of an unknown system names nobody."""
    told = [one for one in _list(resource, "identifier") if isinstance(one, dict)]
    pairs = ((clean(one.get("system")), clean(one.get("value"))) for one in told)
    kept = [
        (system, value)
        for system, value in pairs
        if 0 < len(system) <= LONGEST_SYSTEM and 0 < len(value) <= LONGEST_VALUE
    ]
    return tuple(dict.fromkeys(kept))[:MOST_IDENTIFIERS]


def _list(resource: dict[str, Any], name: str) -> list[Any]:
    found = resource.get(name)
    return found if isinstance(found, list) else []


def clean(word: object) -> str:
    """A word of a file as one line of printable signs; empty where it is no word."""
    if not isinstance(word, str):
        return ""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in word).split())


def contradictions(person: Person, patient: Patient) -> list[str]:
    """What file and chart say differently of who this is; with any of it nothing is taken in."""
    found = []
    if person.birth_date and patient.birth_date and person.birth_date != patient.birth_date:
        found.append(_("The date of birth in the file is not that of the chart."))
    if person.sex and patient.sex and person.sex != patient.sex:
        found.append(_("The sex in the file is not that of the chart."))
    return found


def same_name(person: Person, patient: Patient) -> bool:
    """Whether family and first given name are the same, however they are cased."""
    return _key(person.family, person.given) == _key(patient.family_name, patient.given_name)


def _key(family: str, given: str) -> tuple[str, str]:
    return family.casefold().strip(), (given.casefold().split() or [""])[0]
