"""Observations: laboratory values, body measures, and the pieces of rating scales."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date

from msgspec import Struct

from euthymia.exchange.fhir.answers import Answers, Asked, codes_asked
from euthymia.exchange.fhir.bundles import Found
from euthymia.exchange.fhir.chart import Chart
from euthymia.exchange.fhir.codes import codes_in, short, systems_of
from euthymia.exchange.fhir.dated import when
from euthymia.exchange.fhir.guide import BODY
from euthymia.exchange.fhir.ratings import Piece
from euthymia.exchange.fhir.resources import CodeableConcept, Observation, Valued
from euthymia.exchange.fhir.values import number_of, one_value, points_of, unit_in, words_in
from euthymia.exchange.units import UnitError
from euthymia.knowledge.instruments import Instrument
from euthymia.record.entries import Lab, Told, Vitals
from euthymia.record.quality import Doubt
from euthymia.terms import Code, Quantity

NO_VALUE = "has no value that can be read"
A_BOUND = "gives only a bound, not a value"
NO_DATE = "has no date"
BMI, WEIGHT, HEIGHT = "bmi_kg_per_m2", "weight_kg", "height_cm"
CM_PER_M = 100
CHECK = "check the unit"
BEYOND_BELIEF = "weight and height give a body mass index that cannot be"


class Measured(Struct, frozen=True):
    """One value of an observation or of its component, with its place."""

    one: Found
    path: str
    code: CodeableConcept | None
    valued: Valued
    taken: date | None
    moment: str
    panel: str


Reader = Callable[[Measured, str], bool]
"""Takes a value of a LOINC, and says whether it was used."""


class Findings:
    """What the observations of a chart hold.

    Attributes:
        labs: Laboratory values in the units of the pages.
        body: The newest of each body measure.
        vitals: Every bedside measure, in the units of the pages.
        pieces: Totals and answers of rating scales, not yet put together.
        answers: What the patient's life and genes are like, as asked.
    """

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.labs: list[Lab] = []
        self.vitals: list[Vitals] = []
        self.pieces: list[Piece] = []
        self.answers = Answers(chart)
        self._body: dict[str, tuple[date, str, Told]] = {}
        guide = chart.guide
        self._readers: tuple[tuple[Collection[str], Reader], ...] = (
            (guide.items, self._piece),
            (guide.totals, self._piece),
            (guide.labs, self._lab),
            (BODY, self._measure),
            (guide.vitals, self._vital),
            (guide.left_out, self._leave_out),
            (guide.panels, _as_panel),
        )
        panels = _panels(chart)
        for one, observation in chart.each(Observation):
            self._read(one, observation, panels)

    @property
    def body(self) -> dict[str, Told]:
        """The newest of each measure; the mass index as measured, or as newer measures give it."""
        body = {name: told for name, (_, _, told) in sorted(self._body.items())}
        derived, measured = _mass_index(body), body.get(BMI)
        if derived and (measured is None or _day(derived) > _day(measured)):
            body |= self._believed(derived)
        return body

    def _believed(self, index: Told) -> dict[str, Told]:
        """A mass index that comes out beyond belief is a slip of weight or height, and left out."""
        number = self.chart.guide.knowledge.number
        low, high = (number(f"mass_index_{end}_kg_per_m2") for end in ("least", "most"))
        if low <= float(index.value) <= high:
            return {BMI: index}
        ledger = self.chart.ledger
        ledger.doubts.append(Doubt(index.resource or "", f"{BEYOND_BELIEF}; {CHECK}"))
        return {}

    def _read(self, one: Found, observation: Observation, panels: dict[str, Measured]) -> None:
        values = list(_values(one, observation, self.chart, panels))
        known = [value for value in values if self._known(value)]
        if sum(self._take(value) for value in known):
            self.chart.used(one)
        if not known:
            self.chart.ledger.unmapped.update(systems_of(observation.code))

    def _known(self, value: Measured) -> bool:
        return (
            any(self._reader(code) for code in codes_in(value.code, "loinc"))
            or self._own_form(value) is not None
            or self.answers.knows(_asked(value))
        )

    def _reader(self, code: str) -> Reader | None:
        """What reads the value of a LOINC; None where no page knows it but as an answer."""
        return next((read for known, read in self._readers if code in known), None)

    def _take(self, value: Measured) -> bool:
        """Whether a value of a known code was used."""
        for code in codes_in(value.code, "loinc"):
            read = self._reader(code)
            if read is not None:
                return read(value, code)
        form = self._own_form(value)
        if form is not None:
            return self._pieces(value, list(self._total(value, form)))
        asked = _asked(value)
        return self.answers.knows(asked) and self.answers.take(asked)

    def _own_form(self, value: Measured) -> Instrument | None:
        """The scale whose total the user's own table says this is."""
        totals = self.chart.guide.own_totals
        coded = value.code.coding if totals and value.code else ()
        keys = (f"{short(one.system)}:{one.code}" for one in coded)
        return next((totals[key] for key in keys if key in totals), None)

    def _leave_out(self, value: Measured, code: str) -> bool:
        self.chart.ledger.skip(value.one, self.chart.guide.left_out[code][0].why)
        return False

    def _piece(self, value: Measured, code: str) -> bool:
        guide = self.chart.guide
        found = [
            _piece_of(value, form, number, points)
            for form, number in guide.items.get(code, ())
            if (points := points_of(value.valued, form)) is not None
        ]
        if code in guide.totals:
            found += self._total(value, guide.totals[code])
        return self._pieces(value, found)

    def _total(self, value: Measured, form: Instrument) -> Iterator[Piece]:
        total = number_of(value.valued)
        if total is not None:
            yield _piece_of(value, form, None, total)

    def _pieces(self, value: Measured, found: list[Piece]) -> bool:
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
            bound = f"{quantity.comparator} {quantity.value:g}"  # what it tells stays open
            yield Lab(Code("loinc", code), bound, value.taken, value.one.label)
        else:
            number = self._in_unit(value, unit or unit_in(quantity))
            given = Quantity(quantity.value, unit_in(quantity))
            measured = given if number is None else Quantity(number, unit or given.unit)
            # One in a unit of its own is kept: no page can read it, so what it tells stays open.
            if number is None or self._can_be(value, code, measured):
                yield Lab(Code("loinc", code), measured, value.taken, value.one.label)

    def _can_be(self, value: Measured, code: str, measured: Quantity) -> bool:
        """Whether a page takes a value for one that can be; one that looks like a slip is noted."""
        guide, ledger = self.chart.guide, self.chart.ledger
        if measured.value < 0:
            ledger.skip(value.one, f"is below zero, which cannot be; {CHECK}")
            return False
        limit = guide.limits.get((code, measured.unit))
        if limit is not None and measured.value > limit:
            ledger.skip(value.one, f"is above what can be ({limit:g} {measured.unit}); {CHECK}")
            return False
        for slip in guide.slips.get(code, ()):
            if slip.fits(Code("loinc", code), measured):
                ledger.doubt(value.one, slip.says)
        return True

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

    def _vital(self, value: Measured, code: str) -> bool:
        """A bedside measure in the unit of its page, such as kPa turned into mm[Hg]."""
        name, unit = self.chart.guide.vitals[code]
        if value.taken is None:
            self.chart.ledger.skip(value.one, NO_DATE)
            return False
        number = self._in_unit(value, unit)
        if number is not None:
            told = {name: number}
            self.vitals.append(Vitals(**told, taken=value.taken, resource=value.one.label))
        return number is not None

    def _measure(self, value: Measured, code: str) -> bool:
        name, unit = BODY[code]
        number = self._in_unit(value, unit) if value.taken else None
        if value.taken is None:
            self.chart.ledger.skip(value.one, NO_DATE)
        if value.taken is None or number is None:
            return False
        told = Told(number, value.taken, value.one.label)
        newest = (value.taken, value.moment, told)
        self._body[name] = max(newest, self._body.get(name, newest), key=_newest_and_highest)
        return True


def _as_panel(_value: Measured, _code: str) -> bool:
    """A panel holds its members together and has no value of its own."""
    return True


def _newest_and_highest(measure: tuple[date, str, Told]) -> tuple[date, str, float]:
    """Of two at one moment the higher stands, whatever their order."""
    day, moment, told = measure
    return day, moment, float(told.value)


def _day(told: Told) -> date:
    return told.seen or date.min


def _mass_index(body: dict[str, Told]) -> Told | None:
    """The body mass index from weight and height, kg/m2, of the day of the weight: height keeps."""
    weight, height = body.get(WEIGHT), body.get(HEIGHT)
    if weight is None or height is None or float(height.value) <= 0:
        return None
    index = float(weight.value) / (float(height.value) / CM_PER_M) ** 2
    return Told(index, weight.seen, weight.resource)


def _piece_of(value: Measured, form: Instrument, number: int | None, points: float) -> Piece:
    return Piece(form, value.taken, value.panel, value.moment, number, points, value.one.label)


def _asked(value: Measured) -> Asked:
    return Asked(value.one, codes_asked(value.code), value.code, value.valued, value.taken)


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
