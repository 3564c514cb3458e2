"""Allergies, intolerances and adverse events laid to a drug that a page knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from euthymia.exchange.fhir.bundles import Found
from euthymia.exchange.fhir.chart import Chart
from euthymia.exchange.fhir.codes import IN_WORDS, first_named, systems_of
from euthymia.exchange.fhir.drugs import Recognised
from euthymia.exchange.fhir.medicines import medicine_of
from euthymia.exchange.fhir.resources import (
    AdverseEvent,
    AllergyIntolerance,
    Medicated,
    Medication,
)
from euthymia.record.entries import Intolerance


def read_intolerances(chart: Chart) -> Iterator[Intolerance]:
    """Every drug of the pages that was not tolerated."""
    yield from _allergies(chart)
    yield from _events(chart)


def _allergies(chart: Chart) -> Iterator[Intolerance]:
    unread: Counter[str] = Counter()
    for one, allergy in chart.each(AllergyIntolerance):
        seen = chart.earliest(one, "onsetDateTime", allergy.onset_date_time) or chart.earliest(
            one, "recordedDate", allergy.recorded_date
        )
        medicine = chart.guide.pharmacy.recognise(allergy.code) if allergy.code else None
        drugs = _drugs(medicine, chart)
        if not drugs:
            chart.ledger.unmapped.update(systems_of(allergy.code))
            unread[first_named(allergy.code)] += 1
        yield from _named(one, drugs, seen, chart)
    for name, count in unread.items():
        chart.ledger.aside("AllergyIntolerance", _not_read(name, count))


def _not_read(name: str, count: int) -> str:
    times = f", {count} times" if count > 1 else ""
    if name == IN_WORDS:
        return f"allergy or intolerance in words only{times}: read it in the file"
    return f"allergy or intolerance not read, since no page knows it: {name}{times}"


def _events(chart: Chart) -> Iterator[Intolerance]:
    for one, event in chart.each(AdverseEvent):
        seen = chart.earliest(one, "date", event.date) or chart.earliest(
            one, "recordedDate", event.recorded_date
        )
        for suspect in event.suspect_entity:
            target = chart.shelf.behind(suspect.instance, one)
            medicine = None
            if isinstance(target, Medication) and target.code:
                medicine = chart.guide.pharmacy.recognise(target.code)
            elif isinstance(target, Medicated):
                medicine = medicine_of(one, target, chart)
            yield from _named(one, _drugs(medicine, chart), seen, chart)


def _drugs(medicine: Recognised | None, chart: Chart) -> list[str]:
    """The pages of a medicine's ingredients: whoever cannot take a pair cannot take its parts."""
    if medicine is None:
        return []
    by_name = chart.guide.pharmacy.by_code
    return [drug.id for name in medicine.ingredients if (drug := by_name.get(("name", name)))]


def _named(one: Found, drugs: list[str], seen: date | None, chart: Chart) -> Iterator[Intolerance]:
    if drugs:
        chart.used(one)
    for drug in drugs:
        yield Intolerance(drug, seen, one.label)
