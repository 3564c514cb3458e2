"""The scales of a chart followed by the engine, on any day, by what is adopted here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from msgspec.structs import replace

from euthymia.clinic.patients.followed import Findings, came_of, followed
from euthymia.clinic.patients.given import Given, given_to, with_given
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.patients.record import record_of
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.rights.adoption import withheld
from euthymia.engine.course_findings import CourseFinding
from euthymia.knowledge import Knowledge
from euthymia.library import shipped
from euthymia.record import Record

DEFAULT = "design_default"
"""Status of a number that speaks only once the medical director has signed its page."""


@dataclass(frozen=True)
class Chart:
    """A chart as it is followed: its record of today, and the courses given here."""

    record: Record
    given: tuple[Given, ...]
    unsigned: frozenset[str]
    knowledge: Knowledge

    def on(self, day: date) -> Findings:
        """What the engine said on a day: nothing that came later is read."""
        return self._adopted(followed(replace(self.record, as_of=day), self.knowledge))

    @cached_property
    def now(self) -> Findings:
        return self.on(self.record.as_of)

    def newest(self) -> Findings:
        """Of each scale what was said on the day of its newest score."""
        found = {one.instrument.id: one for one in self.now}
        days = {name: one.newest.day for name, one in found.items() if one.newest}
        then = {day: self.on(day) for day in set(days.values())}
        return tuple(
            one for name, day in days.items() for one in then[day] if one.instrument.id == name
        )

    def of(self, one: Given) -> Findings:
        """What a course came to: now while it goes on, else soon after its last session."""
        return self._adopted(came_of(one, self.record, self.knowledge))

    def _adopted(self, found: Findings) -> Findings:
        return tuple(adopted(one, self.unsigned) for one in found)


def chart_followed(patient: Patient, as_of: date) -> Chart:
    """Raises SourceError where the chart contradicts itself; the line names the mend."""
    knowledge, given = shipped(), given_to(patient)
    record = with_given(record_of(patient, as_of, knowledge), given)
    return Chart(record, given, unsigned_in(patient.clinic), knowledge)


def unsigned_in(clinic: Clinic) -> frozenset[str]:
    """Therapies that rest on a page which the medical director has not signed here."""
    return withheld(clinic)


def adopted(found: CourseFinding, unsigned: frozenset[str]) -> CourseFinding:
    """The finding without what rests on a number that nobody has adopted here."""
    if not any(one.name in unsigned for one in found.treatments):
        return found
    states = {name: one for name, one in found.states.items() if one.status != DEFAULT}
    return replace(found, states=states)
