"""Observations: laboratory values, body measures, and the pieces of rating scales."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from euthymia.exchange.fhir.bundles import Found
from euthymia.exchange.fhir.chart import Chart
from euthymia.exchange.fhir.codes import codes_in, systems_of
from euthymia.exchange.fhir.dated import when
from euthymia.exchange.fhir.guide import BODY
from euthymia.exchange.fhir.ratings import Piece
from euthymia.exchange.fhir.resources import CodeableConcept, Observation, Valued
from euthymia.exchange.fhir.values import number_of, one_value, points_of, unit_in, words_in
from euthymia.exchange.units import UnitError
from euthymia.record.entries import Lab
from euthymia.terms import Code, Quantity

NO_VALUE = "has no value that can be read"
A_BOUND = "gives only a bound, not a value"
NO_DATE = "has no date"


class Measured(Struct, frozen=True):
    """One value of an observation or of its component, with its place."""

    one: Found
    path: str
    code: CodeableConcept | None
    valued: Valued
    taken: date | None
    moment: str
    panel: str


class Findings:
    """What the observations of a chart hold.

    Attributes:
        labs: Laboratory values in the units of the pages.
        body: The newest of each body measure.
        pieces: Totals and answers of rating scales, not yet put together.
    """

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.labs: list[Lab] = []
        self.pieces: list[Piece] = []
        self._body: dict[str, tuple[date, str, float]] = {}
        panels = _panels(chart)
        for one, observation in chart.each(Observation):
            self._read(one, observation, panels)

    @property
    def body(self) -> dict[str, float]:
        return {name: value for name, (_, _, value) in sorted(self._body.items())}

    def _read(self, one: Found, observation: Observation, panels: dict[str, Measured]) -> None:
        values = list(_values(one, observation, self.chart, panels))
        known = [value for value in values if self._known(value)]
        if sum(self._take(value) for value in known):
            self.chart.used(one)
        if not known:
            self.chart.ledger.unmapped.update(systems_of(observation.code))

    def _known(self, value: Measured) -> bool:
        guide = self.chart.guide
        return any(
            code in guide.items
            or code in guide.totals
            or code in guide.panels
            or code in guide.labs
            or code in BODY
            for code in codes_in(value.code, "loinc")
        )

    def _take(self, value: Measured) -> bool:
        """Whether a value of a known code was used."""
        guide = self.chart.guide
        for code in codes_in(value.code, "loinc"):
            if code in guide.items or code in guide.totals:
                return self._piece(value, code)
            if code in guide.labs:
                return self._lab(value, code)
            if code in BODY:
                return self._measure(value, code)
            if code in guide.panels:
                return True
        return False

    def _piece(self, value: Measured, code: str) -> bool:
        guide = self.chart.guide
        total = number_of(value.valued) if code in guide.totals else None
        found = [
            Piece(form, value.taken, value.panel, value.moment, number, answer, value.one.label)
            for form, number in guide.items.get(code, ())
            if (answer := points_of(value.valued, form)) is not None
        ]
        if total is not None:
            form = guide.totals[code]
            found.append(
                Piece(form, value.taken, value.panel, value.moment, None, total, value.one.label)
            )
        if not found:
            self.chart.ledger.skip(value.one, NO_VALUE)
        self.pieces.extend(found)
        return bool(found)

    def _lab(self, value: Measured, code: str) -> bool:
        if value.taken is None:
            self.chart.ledger.skip(value.one, NO_DATE)
            return False
        found = [
            lab for unit in self.chart.guide.labs[code] for lab in self._labs(value, code, unit)
        ]
        self.labs.extend(found)
        return bool(found)

    def _labs(self, value: Measured, code: str, unit: str | None) -> Iterator[Lab]:
        quantity = value.valued.value_quantity
        if quantity is None or quantity.value is None:
            word = None if unit else next(words_in(value.valued), None)
            if word is not None:
                yield Lab(Code("loinc", code), word, value.taken, value.one.label)
            else:
                self.chart.ledger.skip(value.one, NO_VALUE)
        elif quantity.comparator:
            self.chart.ledger.skip(value.one, A_BOUND)
        else:
            number = self._in_unit(value, unit or unit_in(quantity))
            if number is not None:
                measured = Quantity(number, unit or unit_in(quantity))
                yield Lab(Code("loinc", code), measured, value.taken, value.one.label)

    def _in_unit(self, value: Measured, unit: str) -> float | None:
        quantity = value.valued.value_quantity
        if quantity is None or quantity.value is None or quantity.comparator:
            self.chart.ledger.skip(value.one, NO_VALUE)
            return None
        try:
            return self.chart.guide.in_unit(quantity.value, unit_in(quantity), unit)
        except UnitError as fault:
            self.chart.ledger.doubt(value.one, str(fault))
            self.chart.ledger.skip(value.one, "is in a unit that cannot be turned into ours")
            return None

    def _measure(self, value: Measured, code: str) -> bool:
        name, unit = BODY[code]
        number = self._in_unit(value, unit) if value.taken else None
        if value.taken is None:
            self.chart.ledger.skip(value.one, NO_DATE)
        if value.taken is None or number is None:
            return False
        newest = (value.taken, value.moment, number)
        self._body[name] = max(newest, self._body.get(name, newest))
        return True


def _values(
    one: Found, observation: Observation, chart: Chart, panels: dict[str, Measured]
) -> Iterator[Measured]:
    """The value of an observation and those of its components."""
    one_value(one, "", observation)
    whole = panels.get(one.label) or _measured(one, observation, chart)
    yield whole
    for number, component in enumerate(observation.component):
        one_value(one, f"component[{number}].", component)
        yield Measured(
            one=one,
            path=f"component[{number}].",
            code=component.code,
            valued=component,
            taken=whole.taken,
            moment=whole.moment,
            panel=one.label,
        )


def _measured(one: Found, observation: Observation, chart: Chart) -> Measured:
    path, text = when(observation)
    return Measured(
        one=one,
        path="",
        code=observation.code,
        valued=observation,
        taken=chart.earliest(one, path, text),
        moment=text or "",
        panel="",
    )


def _panels(chart: Chart) -> dict[str, Measured]:
    """The members of known panels: they belong together, and share a date where they lack one."""
    members: dict[str, Measured] = {}
    for one, observation in chart.each(Observation):
        if observation.has_member and _is_form(observation, chart):
            panel = _measured(one, observation, chart)
            for other in _members(one, observation, chart):
                own = _measured(other, _observation(other), chart)
                members[other.label] = Measured(
                    one=other,
                    path="",
                    code=own.code,
                    valued=own.valued,
                    taken=own.taken or panel.taken,
                    moment=own.moment or panel.moment,
                    panel=one.label,
                )
    return members


def _is_form(observation: Observation, chart: Chart) -> bool:
    return any(code in chart.guide.panels for code in codes_in(observation.code, "loinc"))


def _members(one: Found, observation: Observation, chart: Chart) -> Iterator[Found]:
    for reference in observation.has_member:
        member = chart.shelf.found(reference)
        if member is not None and isinstance(member.resource, Observation):
            yield member


def _observation(one: Found) -> Observation:
    assert isinstance(one.resource, Observation)  # noqa: S101 - members are
    return one.resource
