"""How the same thing is written in different records: products, doses, diagnoses, words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Raw, Struct

from euthymia.exchange.fhir import Terminology
from euthymia.knowledge import Knowledge
from euthymia.simulate.chance import Chance
from euthymia.simulate.world import RecordRates, World

ADDRESS = {
    "icd10cm": "http://hl7.org/fhir/sid/icd-10-cm",
    "loinc": "http://loinc.org",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "snomed": "http://snomed.info/sct",
    "ndc": "http://hl7.org/fhir/sid/ndc",
    "cpt": "http://www.ama-assn.org/go/cpt",
}
UCUM = "http://unitsofmeasure.org"
MOST_ML = 30
ONCE = ("once daily", "daily", "every day", "qd", "every morning", "at bedtime")
TWICE = ("twice daily", "twice a day", "bid", "2 times daily")
MICRO = 1000
MILLI = 1000


def encoded(value: object) -> Raw:
    """A part of a resource made once and put into many."""
    return Raw(msgspec.json.encode(value))


def address(system: str) -> str:
    """The address of a code system by its short name; another system goes by what it is called."""
    return ADDRESS.get(system, system)


class Written(Struct, frozen=True):
    """A medicine as one record writes it, at one daily dose.

    Attributes:
        concept: Its CodeableConcept.
        dosage: Its dosageInstruction, or dosage; None where the dose lies in the supply alone.
        per_day: Amount a day in `unit`, where it is handed out in pieces or mL.
    """

    concept: Raw
    dosage: Raw | None
    per_day: float | None
    unit: str | None


class Product(Struct, frozen=True):
    """A way to name a drug: product or ingredient. `strength` None: the name tells of none."""

    concept: dict[str, Any]
    strength: float | None
    unit: str


class Formulary:
    """Every way to write a drug at a dose, found once and kept."""

    def __init__(self, knowledge: Knowledge, terminology: Terminology, world: World) -> None:
        self.knowledge, self.terminology, self.world = knowledge, terminology, world
        self.products = {drug: list(self._named(drug)) for drug in knowledge.drugs}
        self._written: dict[tuple[str, float, bool, bool], list[Written]] = {}

    def written(
        self, drug: str, dose: float, chance: Chance, *, told: bool = True, supplied: bool = True
    ) -> Written:
        """One way to write the drug at this dose.

        Args:
            drug: Id of its page.
            dose: Daily dose in the unit of the page.
            chance: Chooses the way.
            told: False: so that no dose can be read.
            supplied: Whether a quantity stands beside it, from which the dose may be read.
        """
        return chance.one_of(self.ways(drug, dose, told=told, supplied=supplied))

    def ways(
        self, drug: str, dose: float, *, told: bool = True, supplied: bool = True
    ) -> list[Written]:
        """Every way to write the drug at this dose; see `written`."""
        key = (drug, dose, told, supplied)
        if key not in self._written:
            ways = self._ways(drug, dose) if told else self._silent(drug)
            self._written[key] = [one for one in ways if supplied or one.dosage is not None]
        return self._written[key]

    def ingredient(self, drug: str) -> Raw:
        """The drug by its ingredient alone."""
        return encoded(self.products[drug][-1].concept)

    def _named(self, drug: str) -> Iterator[Product]:
        page = self.knowledge.drugs[drug]
        plain = page.name.split(" (")[0]
        for product in self.knowledge.products.values():
            fits = not page.routes or product.route in page.routes
            if product.drug == drug and fits:
                yield self._product(product.rxcui, plain, product.strength, product.route)
        for key, own in self.terminology.products.items():
            if own.drug == drug and (not page.routes or own.route in page.routes):
                system, _, code = key.rpartition(":")
                yield Product(_concept(address(system), code, None), own.strength, _unit(own.route))
        codes = [code.value for code in page.codes if code.system == "rxnorm"]
        if not page.routes or drug not in {one.drug for one in self.knowledge.products.values()}:
            yield Product(_concept(ADDRESS["rxnorm"], codes[0] if codes else None, plain), None, "")

    def _product(self, rxcui: str, name: str, strength: float, route: str) -> Product:
        liquid = rxcui in self.world.drugs.liquids
        unit = "mL" if liquid else _unit(route)
        text = f"{name} {strength:g} mg/mL" if liquid else f"{name} {strength:g} mg"
        if unit == "patch":
            text = f"{name} {strength:g} mg/24 hr patch"
        return Product(_concept(ADDRESS["rxnorm"], rxcui, text), strength, unit)

    def _ways(self, drug: str, dose: float) -> Iterator[Written]:
        for product in self.products[drug]:
            concept = encoded(product.concept)
            amount = self._amount(product, dose)
            if amount is not None:
                yield Written(concept, None, amount, product.unit)
                for dosage in (*_by_piece(amount, product.unit), *_worded(amount, product.unit)):
                    yield Written(concept, encoded([dosage]), amount, product.unit)
            if product.unit != "patch" and (amount is not None or product.strength is None):
                for dosage in (*_by_mass(dose), *_worded_mass(dose)):
                    yield Written(concept, encoded([dosage]), amount, product.unit or None)

    def _amount(self, product: Product, dose: float) -> float | None:
        """Pieces or mL a day, where that is a number a person would be told."""
        if product.strength is None:
            return None
        amount = round(dose / product.strength, 6)
        if product.unit == "mL":
            return amount if amount <= MOST_ML else None
        return amount if amount in self.world.drugs.pieces else None

    def _silent(self, drug: str) -> Iterator[Written]:
        """The drug with a dose that is left to the patient."""
        for product in self.products[drug]:
            for text in ("Take as directed", "Take as directed by prescriber", "Use as instructed"):
                yield Written(encoded(product.concept), encoded([{"text": text}]), None, None)


def _unit(route: str) -> str:
    return "patch" if route == "transdermal" else "tablet"


def _concept(system: str, code: str | None, text: str | None) -> dict[str, Any]:
    concept: dict[str, Any] = {"coding": [{"system": system, "code": code}]} if code else {}
    return concept | ({"text": text} if text else {})


def _dosage(value: float, unit: str, code: str | None, times: int) -> dict[str, Any]:
    """One dose, so many times a day, in numbers."""
    coded = {"system": UCUM, "code": code} if code else {}
    quantity = {"value": _plain(value), "unit": unit, **coded}
    repeat = {"frequency": times, "period": 1, "periodUnit": "d"}
    return {"timing": {"repeat": repeat}, "doseAndRate": [{"doseQuantity": quantity}]}


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else round(value, 6)


def _by_piece(amount: float, unit: str) -> Iterator[dict[str, Any]]:
    code = "mL" if unit == "mL" else None
    yield _dosage(amount, unit, code, 1)
    if amount % 2 == 0 and unit != "patch":
        yield _dosage(amount / 2, unit, code, 2)


def _by_mass(dose: float) -> Iterator[dict[str, Any]]:
    """In mg; what is less than one in ug, what is half a gram or more in g as well."""
    if dose < 1:
        yield _dosage(dose * MICRO, "mcg", "ug", 1)
        return
    yield _dosage(dose, "mg", "mg", 1)
    yield _dosage(dose / 2, "mg", "mg", 2)
    if dose >= MILLI / 2:
        yield _dosage(dose / MILLI, "g", "g", 1)


def _worded(amount: float, unit: str) -> Iterator[dict[str, Any]]:
    verb = "Apply" if unit == "patch" else "Take"
    way = "to skin" if unit == "patch" else "by mouth"
    word = unit if unit == "mL" or amount <= 1 else f"{unit}{'es' if unit == 'patch' else 's'}"
    for often in ONCE[:4]:
        yield {"text": f"{verb} {amount:g} {word} {way} {often}"}
    if amount % 2 == 0 and unit != "patch":
        for often in TWICE:
            yield {"text": f"{verb} {amount / 2:g} {unit} {way} {often}"}


def _worded_mass(dose: float) -> Iterator[dict[str, Any]]:
    amount, unit = (dose * MICRO, "mcg") if dose < 1 else (dose, "mg")
    for often in ONCE[:4]:
        yield {"text": f"Take {amount:g} {unit} by mouth {often}"}
    yield {"text": f"Take {amount / 2:g} {unit} by mouth {TWICE[0]}"}


class Diagnoses:
    """ICD-10-CM codes as a record may write them; SNOMED CT only by the user's own terminology."""

    def __init__(self, terminology: Terminology, rates: RecordRates) -> None:
        self.rates = rates
        self._others: dict[str, list[dict[str, str]]] = {}
        for key, icd in terminology.conditions.items():
            system, _, code = key.rpartition(":")
            self._others.setdefault(icd, []).append({"system": address(system), "code": code})

    def written(self, icd10cm: str, chance: Chance) -> dict[str, Any]:
        """The CodeableConcept of a diagnosis, with or without its dot."""
        undotted = chance.befalls(self.rates.undotted)
        code = icd10cm.replace(".", "") if undotted else icd10cm
        own = {"system": ADDRESS["icd10cm"], "code": code}
        others = self._others.get(icd10cm)
        if not others or not chance.befalls(self.rates.snomed_share):
            return {"coding": [own]}
        other = chance.one_of(others)
        return {"coding": [other] if chance.befalls(self.rates.snomed_alone) else [other, own]}


STOPPED: Mapping[str, Sequence[str]] = {
    "lack_of_efficacy": (
        "lack of efficacy",
        "Inadequate response",
        "did not help",
        "Treatment failure",
        "No improvement",
        "ineffective after adequate trial",
        "non-response",
    ),
    "intolerance": (
        "side effects",
        "Not tolerated",
        "Adverse effect: nausea",
        "sexual dysfunction",
        "sedation",
    ),
    "patient_choice": (
        "patient stopped taking it",
        "Patient preference",
        "self-discontinued",
        "patient request",
    ),
    "other": ("course completed", "change in therapy", "Insurance does not cover it"),
}
"""How a reason for stopping is written."""

DEPRESSION_WORDS = (
    "Depression",
    "Major depressive disorder",
    "MDD, recurrent",
    "depressive episode",
)
BESIDE_WORDS = {"sleep": "Insomnia", "pain": "Neuropathic pain"}
