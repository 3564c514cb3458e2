"""An export of many patients: who is one here already, who is new, and each taken in by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from time import sleep

from django.db import transaction
from django.utils.translation import gettext as _

from euthymia.clinic.files.brought import Brought
from euthymia.clinic.files.importing import (
    NotTakenInError,
    Taken,
    leave_row,
    put_aside,
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
BREATH = 0.05
"""Seconds between two people, in which whoever waits to write gets a turn."""


@dataclass(frozen=True)
class Seat:
    """One person of an export, the charts it may belong to, and what is proposed.

    `proposed`: a chart's row number as text, `new` or `leave`. `shut`: a guarded chart may be the
    same person; only its care team can tell. `taken`: the number of the chart it is in already.
    `against`: each chart that bears a number of this person and yet contradicts, and in what: then
    a new chart is not proposed, since one of the two is wrong.
    """

    person: Person
    charts: tuple[Patient, ...]
    proposed: str
    shut: bool
    taken: int | None = None
    against: tuple[str, ...] = ()

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


def seats_of(batch: ImportBatch, brought: Brought, access: Access) -> list[Seat]:
    """Each person of an export with the charts it may belong to. Raises SourceError if too many."""
    if len(brought.people) > MOST_PEOPLE:
        raise SourceError(f"more than {MOST_PEOPLE} patients; bring the folder in parts")
    charts = Patient.objects.filter(clinic=access.clinic).in_bulk(batch.seated.values())
    numbers = {int(place): charts[pk].number for place, pk in batch.seated.items()}
    return [
        Seat(one, (), LEAVE, shut=False, taken=numbers[n]) if n in numbers else _seat(one, access)
        for n, one in enumerate(brought.people)
    ]


def _seat(person: Person, access: Access) -> Seat:
    named = _charts_of(person, access)
    seen = set(Patient.objects.seen_by(access).filter(pk__in=named).values_list("pk", flat=True))
    here = [one for one in named.values() if one.pk in seen]
    charts = tuple(one for one in here if not contradictions(person, one))
    against = tuple(_why_not(person, one) for one in here if one not in charts)
    shut = len(seen) < len(named)
    proposed = _proposed(person, charts, doubted=shut or bool(against))
    return Seat(person, charts, proposed, shut, against=against)


def _why_not(person: Person, patient: Patient) -> str:
    told = {"number": patient.number, "why": " ".join(contradictions(person, patient))}
    return _("Chart %(number)s has the number or the name of this person, but: %(why)s") % told


def _charts_of(person: Person, access: Access) -> dict[int, Patient]:
    """Charts that bear a number of this person, or the same name and birth date, fitting or not."""
    found: dict[int, Patient] = {}
    here = Patient.objects.named_in(access)
    for system, value in person.identifiers:
        known = here.filter(identifiers__system=system, identifiers__value=value)
        found |= {one.pk: one for one in known}
    if person.birth_date and person.name:
        namesakes = alike(access, person.family, person.given, person.birth_date)
        born = namesakes.filter(birth_date=person.birth_date)
        found |= {one.pk: one for one in born if same_name(person, one)}
    return found


def _proposed(person: Person, charts: tuple[Patient, ...], *, doubted: bool) -> str:
    if doubted:
        return LEAVE
    if len(charts) == 1:
        return str(charts[0].pk)
    known_well_enough = person.family and person.given and person.birth_date
    return NEW if not charts and known_well_enough else LEAVE


def take_all_in(
    batch: ImportBatch, brought: Brought, chosen: Mapping[int, str], *, by: Access
) -> dict[int, str]:
    """Takes an export in, each person where it was chosen to go, whole and by itself.

    Between two people others may write. Whatever ends it half-way, who is in stays in, and taken
    up again it goes on with the others. With nobody refused the file is done with.

    Args:
        batch: A waiting file, brought for many charts.
        brought: What was read of it.
        chosen: For the place of each person in the list: a chart, `new` or `leave`; absent: leave.
        by: Who takes it in.

    Returns:
        Why someone was refused, by their place in the list; nothing of them is in.
    """
    refused = {}
    for number in range(len(brought.people)):
        if chosen.get(number, LEAVE) != LEAVE:
            try:
                _take(batch, brought, number, chosen[number], by)
            except NotTakenInError as fault:
                refused[number] = str(fault)
            sleep(BREATH)
    if not refused:
        put_aside(batch)
    return refused


@transaction.atomic
def _take(batch: ImportBatch, brought: Brought, number: int, choice: str, by: Access) -> None:
    """One person of an export, once; where they may go is looked up anew, under the lock."""
    held = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if str(number) in held.seated:
        return
    if held.done is not None or held.patient is not None:
        raise NotTakenInError(_("This file waits no longer for this: bring it again."))
    seat = _seat(brought.people[number], by)
    if choice not in {value for value, _word in seat.choices}:
        raise NotTakenInError(_("This choice does not fit."))
    chart = _chart(seat, choice, by)
    taken = take_person(brought, seat.person, chart, by=by)
    leave_row(held, chart, by)
    held.seated[str(number)] = chart.pk
    held.outcome = asdict(Taken(**held.outcome).plus(taken))
    held.save()


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
