"""An export of many patients: who is one here already, who is new, and all of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from euthymia.clinic.files.brought import Brought
from euthymia.clinic.files.importing import (
    NotTakenInError,
    Taken,
    close,
    looked_into,
    take_person,
)
from euthymia.clinic.files.models import ImportBatch
from euthymia.clinic.files.persons import Person, contradictions, same_name
from euthymia.clinic.patients.alike import alike
from euthymia.clinic.patients.arrivals import enrol
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access
from euthymia.exchange.faults import SourceError

NEW, LEAVE = "new", "leave"
MOST_PEOPLE = 400


@dataclass(frozen=True)
class Seat:
    """One person of an export, the charts it may belong to, and what is proposed.

    `proposed`: a chart's row number as text, `new` or `leave`. `shut`: a guarded chart may be the
    same person; only its care team can tell.
    """

    person: Person
    charts: tuple[Patient, ...]
    proposed: str
    shut: bool

    @property
    def may_be_new(self) -> bool:
        return bool(self.person.family and self.person.given)

    @property
    def choices(self) -> list[tuple[str, str]]:
        found = [
            (str(one.pk), _("Chart %(number)s") % {"number": one.number}) for one in self.charts
        ]
        new = [(NEW, _("New chart"))] if self.may_be_new else []
        return [*found, *new, (LEAVE, _("Leave out"))]


def seats_of(brought: Brought, access: Access) -> list[Seat]:
    """Each person of an export with the charts it may belong to. Raises SourceError if too many."""
    if len(brought.people) > MOST_PEOPLE:
        raise SourceError(f"more than {MOST_PEOPLE} patients; bring the folder in parts")
    return [_seat(person, access) for person in brought.people]


def _seat(person: Person, access: Access) -> Seat:
    named = _charts_of(person, access)
    seen = set(Patient.objects.seen_by(access).filter(pk__in=named).values_list("pk", flat=True))
    charts = tuple(one for one in named.values() if one.pk in seen)
    shut = len(seen) < len(named)
    return Seat(person, charts, _proposed(person, charts, shut=shut), shut)


def _charts_of(person: Person, access: Access) -> dict[int, Patient]:
    """Charts that bear a number of this person, or the same name and birth date."""
    found: dict[int, Patient] = {}
    here = Patient.objects.named_in(access)
    for system, value in person.identifiers:
        known = here.filter(identifiers__system=system, identifiers__value=value)
        found |= {one.pk: one for one in known}
    if person.birth_date and person.name:
        namesakes = alike(access, person.family, person.given, person.birth_date)
        born = namesakes.filter(birth_date=person.birth_date)
        found |= {one.pk: one for one in born if same_name(person, one)}
    return {pk: one for pk, one in found.items() if not contradictions(person, one)}


def _proposed(person: Person, charts: tuple[Patient, ...], *, shut: bool) -> str:
    if len(charts) == 1 and not shut:
        return str(charts[0].pk)
    known_well_enough = person.family and person.given and person.birth_date
    return NEW if not charts and not shut and known_well_enough else LEAVE


@transaction.atomic
def take_all_in(batch: ImportBatch, chosen: Mapping[int, str], *, by: Access) -> Taken:
    """Takes an export in, each person where it was chosen to go: all of them, or none.

    Args:
        batch: A waiting file, brought for many charts.
        chosen: For the place of each person in the list: a chart, `new` or `leave`; absent: leave.
        by: Who takes it in.

    Raises:
        NotTakenInError: A choice does not fit its person; the message names the place in the list.
        SourceError: The file is gone.
    """
    held = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if held.done is not None:
        return Taken(**held.outcome)
    if held.patient is not None:
        raise NotTakenInError(_("This file was brought for one chart."))
    brought = looked_into(held)
    seats = enumerate(seats_of(brought, by))
    all_taken = [_seated(brought, n, seat, chosen.get(n, LEAVE), by) for n, seat in seats]
    sums = Taken(sum(t.kept for t in all_taken), sum(t.known for t in all_taken), len(brought.bad))
    close(held, sums)
    return sums


def _seated(brought: Brought, number: int, seat: Seat, choice: str, by: Access) -> Taken:
    if choice == LEAVE:
        return Taken()
    if choice not in {value for value, _word in seat.choices}:
        raise NotTakenInError(_("Row %(row)s: this choice does not fit.") % {"row": number + 1})
    try:
        return take_person(brought, seat.person, _chart(seat, choice, by), by=by)
    except NotTakenInError as fault:
        row = _("Row %(row)s") % {"row": number + 1}
        raise NotTakenInError(f"{row}: {fault}") from fault


def _chart(seat: Seat, choice: str, by: Access) -> Patient:
    if choice != NEW:
        return next(one for one in seat.charts if str(one.pk) == choice)
    person = seat.person
    whole = Patient(
        family_name=person.family,
        given_name=person.given,
        birth_date=person.birth_date,
        sex=person.sex,
        country=person.record.patient.country or "",
    )
    return enrol(whole, by=by)
