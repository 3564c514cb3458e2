"""Which medicine an entry is about: named in the entry, contained in it, or referred to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from euthymia.exchange.doses import Strength
from euthymia.exchange.fhir.bundles import Found
from euthymia.exchange.fhir.chart import Chart
from euthymia.exchange.fhir.codes import systems_of, words_of
from euthymia.exchange.fhir.dosing import Dispensary
from euthymia.exchange.fhir.drugs import Recognised
from euthymia.exchange.fhir.resources import (
    AdministeredDosage,
    CodeableConcept,
    Dosage,
    Medicated,
    Medication,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
    Quantity,
    Ratio,
)


def medicine_of(one: Found, resource: Medicated, chart: Chart) -> Recognised | None:
    """The medicine of an entry; None, with a doubt, where the source does not name it."""
    concept, product = _concept(one, resource, chart)
    if concept is None:
        chart.ledger.doubt(one, "refers to a medication that the source does not hold")
        return None
    medicine = chart.guide.pharmacy.recognise(concept, _route(resource))
    if not medicine.ingredients:
        chart.ledger.doubt(one, "names no medicine that can be read")
        return None
    if not medicine.known:
        chart.ledger.unmapped.update(systems_of(concept))
    return _with_strength(medicine, product, one, chart)


def _concept(
    one: Found, resource: Medicated, chart: Chart
) -> tuple[CodeableConcept | None, Medication | None]:
    named, reference = resource.medication_codeable_concept, resource.medication_reference
    if named is not None and reference is not None:
        raise one.fault("medication[x]", "two choices of one element; keep one")
    if named is not None or reference is None:
        return named or CodeableConcept(), None
    product = chart.shelf.behind(reference, one)
    if isinstance(product, Medication):
        return product.code or _of_ingredients(product), product
    return (CodeableConcept(text=reference.display), None) if reference.display else (None, None)


def _of_ingredients(product: Medication) -> CodeableConcept:
    """A product without a code of its own, named by what it holds."""
    concepts = [one.item_codeable_concept for one in product.ingredient]
    if len(concepts) == 1 and concepts[0] is not None:
        return concepts[0]
    return CodeableConcept(text=" / ".join(name for one in concepts for name in _first(one)))


def _first(concept: CodeableConcept | None) -> Iterator[str]:
    name = next(words_of(concept), None)
    if name:
        yield name


def _route(resource: Medicated) -> str:
    """How it is given, in the words of the entry."""
    routes = [line.route for line in _lines(resource)]
    return " ".join(dict.fromkeys(word for route in routes for word in words_of(route)))


def _lines(resource: Medicated) -> Sequence[Dosage | AdministeredDosage]:
    match resource:
        case MedicationAdministration():
            return (resource.dosage,) if resource.dosage else ()
        case MedicationStatement():
            return resource.dosage
        case MedicationRequest() | MedicationDispense():
            return resource.dosage_instruction
        case _:
            return ()


def _with_strength(
    medicine: Recognised, product: Medication | None, one: Found, chart: Chart
) -> Recognised:
    """The strength written in the product itself, where neither its code nor its name tells."""
    if medicine.strength is not None or product is None or len(product.ingredient) != 1:
        return medicine
    ratio = product.ingredient[0].strength
    reader = Dispensary(chart.guide, medicine)
    strength = _strength(ratio, reader) if ratio else None
    chart.doubt_all(one, reader.doubts)
    return replace(medicine, strength=strength)


def _strength(ratio: Ratio, reader: Dispensary) -> Strength | None:
    holds = reader.amount(ratio.numerator)
    piece = reader.amount(ratio.denominator or Quantity(value=1.0))
    if holds is None or piece is None or holds.unit != "mg" or not piece.value:
        return None
    if piece.unit not in ("mL", "{piece}"):
        return None
    return Strength(holds.value / piece.value, "mL" if piece.unit == "mL" else "piece")
