"""From FHIR dosages and supplies to a daily dose in the unit of the drug's page."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from msgspec import Struct
from msgspec.structs import replace

from euthymia.exchange.doses import (
    NO_DOSE,
    Amount,
    Basis,
    Dose,
    dose_ordered,
    dose_supplied,
    is_daily,
    is_implausible,
)
from euthymia.exchange.fhir.codes import words_of
from euthymia.exchange.fhir.drugs import Recognised
from euthymia.exchange.fhir.guide import Guide
from euthymia.exchange.fhir.resources import (
    Coding,
    Dosage,
    DoseAndRate,
    Quantity,
    Repeat,
    Timing,
)
from euthymia.exchange.sigs import DAYS_PER_WEEK, HOURS_PER_DAY, Taken
from euthymia.exchange.units import UnitError, convert

PER_DAY = {"s": 86_400.0, "min": 1_440.0, "h": 24.0, "d": 1.0, "wk": 1 / DAYS_PER_WEEK}
"""How many of a FHIR time unit one day holds. Months and years have no fixed number of days."""

MEALS = frozenset({"C", "AC", "PC"})
"""Event timings that follow meals, whose number nobody states."""

PER_KG = "mg/kg"
PIECE = "{piece}"
UNKNOWN_UNIT = "its dose or supply is in a unit that is not known"


class Supplied(Struct, frozen=True):
    """How much was handed out or ordered, and for how many days."""

    amount: Amount | None = None
    days: float | None = None


class Dispensary:
    """Reads the dose of one entry about a medicine; `doubts` are what it could not read."""

    def __init__(self, guide: Guide, medicine: Recognised) -> None:
        self.guide = guide
        self.doubts: list[str] = []
        self.medicine = medicine
        self.unit = medicine.drug.unit if medicine.drug else "mg/d"

    def dose(self, instructions: Sequence[Dosage], supplied: Supplied) -> Dose:
        """By the structured dosage, else by what was supplied, else by the words of the label."""
        if any(one.as_needed_boolean or one.as_needed_codeable_concept for one in instructions):
            return NO_DOSE
        if self._changes(instructions):
            self.doubts.append("its dose changes within the order, so it is not known")
            return NO_DOSE
        value = self._structured(instructions)
        if value is not None:
            return self._plausible(value, "structured")
        value = self._supplied(supplied)
        if value is not None:
            return self._plausible(value, "supply")
        value = self._worded(instructions)
        return NO_DOSE if value is None else self._plausible(value, "sig")

    def single(self, dose: Quantity | None) -> float | None:
        """One administered dose, mg; of a page in mg/kg, as given."""
        if dose is None or dose.comparator:
            return None
        return (
            self._ordered([self._taken(dose, 1.0)]) if self.unit != PER_KG else self._per_kg(dose)
        )

    def amount(self, quantity: Quantity | None) -> Amount | None:
        """A quantity in mg, mL or {piece}; a unit nobody knows is noted."""
        if quantity is None or quantity.value is None or quantity.comparator:
            return None
        unit = unit_of(quantity, self.guide)
        if unit is None:
            self.doubts.append(UNKNOWN_UNIT)
            return None
        if unit in ("mg", "mL", PIECE):
            return Amount(quantity.value, unit)
        return self._mass(quantity.value, unit)

    def days(self, duration: Quantity | None, *, bare_are_days: bool = False) -> float | None:
        """A length of time in days. Months and years have no fixed length and stay unknown."""
        if duration is None or duration.value is None:
            return None
        known = self._days(duration, bare_are_days=bare_are_days)
        longest = self.guide.knowledge.number("implausible_supply_days")
        if known is not None and not 0 < known <= longest:
            self.doubts.append("its days of supply cannot be right: not known")
            return None
        return known

    def together(self, doses: Sequence[float]) -> float | None:
        """Several doses of one day: their sum; of a page per session or kg they must be alike."""
        if is_daily(self.unit):
            return sum(doses)
        return doses[0] if len(doses) == 1 else None

    def _days(self, duration: Quantity, *, bare_are_days: bool) -> float | None:
        unit = unit_of(duration, self.guide)
        if duration.value is None:
            return None
        if unit == PIECE and bare_are_days and not (duration.unit or duration.code):
            return duration.value
        if unit == "wk":
            return duration.value * DAYS_PER_WEEK
        if unit == "h":
            return duration.value / HOURS_PER_DAY
        if unit != "d":
            self.doubts.append("its days of supply are not given in days or weeks")
            return None
        return duration.value

    def plausible(self, value: float | None) -> float | None:
        """The dose, unless it is so high that the entry must be wrong: then unknown, never cut."""
        page = self.medicine.drug
        if value is None or not 0 < value < inf:
            return None
        if page is None or page.maximum is None:
            return value
        factor = self.guide.knowledge.number("implausible_dose_factor")
        if is_implausible(value, page.maximum.value, factor):
            self.doubts.append(
                f"its dose is more than {factor:g} times the maximum of {page.name}: "
                "it is taken as an error, and as unknown",
            )
            return None
        return value

    def _plausible(self, value: float, basis: Basis) -> Dose:
        return NO_DOSE if self.plausible(value) is None else Dose(value, basis)

    def _changes(self, instructions: Sequence[Dosage]) -> bool:
        """Whether the lines follow one another in time, as a titration does."""
        return len({one.sequence for one in instructions}) > 1

    def _structured(self, instructions: Sequence[Dosage]) -> float | None:
        quantities = [_dose_quantity(one.dose_and_rate) for one in instructions]
        if not quantities or any(quantity is None for quantity in quantities):
            return None
        if self.unit == PER_KG:
            return self._per_kg(quantities[0]) if len(quantities) == 1 else None
        return self._ordered(
            [
                self._taken(quantity, self._times(line))
                for quantity, line in zip(quantities, instructions, strict=True)
            ]
        )

    def _ordered(self, doses: Sequence[Taken | None]) -> float | None:
        known = [dose for dose in doses if dose is not None]
        if len(known) < len(doses):
            return None
        return dose_ordered(known, self.medicine.strength, self.unit)

    def _taken(self, quantity: Quantity | None, times: float | None) -> Taken | None:
        amount = self.amount(quantity)
        if amount is None:
            return None
        match amount.unit:
            case "mg":
                return Taken(times, mg=amount.value)
            case "mL":
                return Taken(times, ml=amount.value)
            case _:
                return Taken(times, pieces=amount.value)

    def _times(self, line: Dosage) -> float | None:
        """How often a day: by the timing, else by the words of the line."""
        times = self._timed(line.timing)
        if times is None and line.text:
            worded = self._read(line)
            if worded is not None and len(worded) == 1:
                return worded[0].times
        return times

    def _timed(self, timing: Timing | None) -> float | None:
        if timing is None:
            return None
        for word in (*(one.code or "" for one in _codings(timing)), *words_of(timing.code)):
            read = self.guide.phrases.read(word.lower())
            if read is not None and len(read) == 1 and read[0].times is not None:
                return read[0].times
        return times_a_day(timing.repeat) if timing.repeat else None

    def _worded(self, instructions: Sequence[Dosage]) -> float | None:
        """By the words of the label; how often, where they do not say it, by the timing."""
        doses: list[Taken | None] = []
        for line in instructions:
            read = self._read(line)
            doses.extend([None] if read is None else (self._with_times(one, line) for one in read))
        return self._ordered(doses) if doses else None

    def _with_times(self, taken: Taken, line: Dosage) -> Taken:
        return taken if taken.times is not None else replace(taken, times=self._timed(line.timing))

    def _read(self, line: Dosage) -> tuple[Taken, ...] | None:
        text = line.text or line.patient_instruction
        return self.guide.phrases.read(text, self.medicine.ingredients) if text else None

    def _supplied(self, supplied: Supplied) -> float | None:
        if supplied.amount is None or supplied.days is None:
            return None
        return dose_supplied(supplied.amount, supplied.days, self.medicine.strength, self.unit)

    def _per_kg(self, quantity: Quantity | None) -> float | None:
        stated = quantity is not None and PER_KG in (quantity.code, quantity.unit)
        return quantity.value if stated and quantity else None

    def _mass(self, value: float, unit: str) -> Amount | None:
        try:
            return Amount(convert(value, unit, "mg"), "mg")
        except UnitError:
            self.doubts.append(UNKNOWN_UNIT)
            return None


def unit_of(quantity: Quantity, guide: Guide) -> str | None:
    """The unit of an amount as UCUM; no unit at all counts pieces; None where nobody knows it."""
    code, unit = quantity.code, quantity.unit
    if not code and not unit:
        return PIECE
    known = guide.dose_unit
    found = (known(code) if code else None) or (known(unit) if unit else None)
    return found or (PIECE if {code or "1", unit or "1"} == {"1"} else None)


def times_a_day(repeat: Repeat) -> float | None:
    """How often a day a repeat happens; None for a range, or where it does not say."""
    if repeat.frequency_max not in (None, repeat.frequency):
        return None
    if repeat.period_max not in (None, repeat.period):
        return None
    often = repeat.frequency or 1
    if repeat.day_of_week:
        return often * len(set(repeat.day_of_week)) / DAYS_PER_WEEK
    if repeat.period and repeat.period_unit in PER_DAY:
        return often * PER_DAY[repeat.period_unit] / repeat.period
    if repeat.period:
        return None
    return _at_times(repeat)


def _at_times(repeat: Repeat) -> float | None:
    """By the hours or events of the day that are listed."""
    if repeat.time_of_day:
        return float(len(set(repeat.time_of_day)))
    if repeat.when and not MEALS.intersection(repeat.when):
        return float(len(set(repeat.when)))
    return None


def _dose_quantity(rates: Sequence[DoseAndRate]) -> Quantity | None:
    """The one dose that all lines of doseAndRate agree on; a range is no dose."""
    amounts = {_as_quantity(one) for one in rates}
    return amounts.pop() if len(amounts) == 1 else None


def _as_quantity(rate: DoseAndRate) -> Quantity | None:
    bounds = rate.dose_range
    if rate.dose_quantity is None and bounds and bounds.low == bounds.high:
        return bounds.low
    return rate.dose_quantity


def _codings(timing: Timing) -> Sequence[Coding]:
    return timing.code.coding if timing.code else ()
