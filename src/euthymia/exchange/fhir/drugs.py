"""Which drug a medication concept means: by product, by code, or by the whole name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from euthymia.exchange.doses import Strength
from euthymia.exchange.fhir.codes import codes_in, short, words_of
from euthymia.exchange.fhir.displays import Named, bare_name, read_display, without_salts
from euthymia.exchange.fhir.resources import CodeableConcept
from euthymia.exchange.fhir.terminology import Terminology
from euthymia.knowledge import Knowledge
from euthymia.knowledge.drugs import Drug, Product

PAIR = re.compile(r"\s*(?:/|\+|-|\band\b)\s*")
"""What stands between the ingredients of a pair in its own name."""

LISTED = re.compile(r"\s*[/+]\s*|\s+and\s+")
"""What stands between ingredients in running text, where a dash may mean anything."""

NOT_NAMED = "not named"
MOST_KEPT = 20_000
"""Concepts remembered: most records repeat a few."""


class Recognised(Struct, frozen=True):
    """What a medication concept means.

    Attributes:
        exposure: Drug id where it can be a trial of that drug; else the ingredients, in words.
        ingredients: Each ingredient in lower case, as facts name it.
        drug: The page, where there is one.
        strength: Of one piece or mL, of the ingredient that counts.
        known: Whether some page knows an ingredient.
    """

    exposure: str
    ingredients: tuple[str, ...]
    drug: Drug | None
    strength: Strength | None
    known: bool


class Pharmacy:
    """Every name and code by which the pages and the user's terminology know a drug."""

    def __init__(self, knowledge: Knowledge, terminology: Terminology) -> None:
        self.drugs = knowledge.drugs
        self.products = _products(knowledge, terminology)
        self.by_code = _by_code(knowledge)
        self.pairs = _pairs(knowledge)
        self.salts = _words(knowledge, "salts")
        self.counted_with = _words(knowledge, "counted_with")
        self.elsewhere = _any_of(_words(knowledge, "not_for_depression"))
        self.routes = _route_words(knowledge)
        self.names = _names(knowledge)
        self._anywhere = _any_of(self.names)
        self._met: dict[tuple[CodeableConcept, str], Recognised] = {}

    def recognise(self, concept: CodeableConcept, route: str = "") -> Recognised:
        """The drug a concept means, `route` being words on how it is given."""
        key = (concept, route)
        if key not in self._met:
            if len(self._met) >= MOST_KEPT:
                self._met.clear()
            self._met[key] = self._recognised(concept, route)
        return self._met[key]

    def _recognised(self, concept: CodeableConcept, route: str) -> Recognised:
        texts = tuple(dict.fromkeys(words_of(concept)))
        product = self._product(concept)
        listed = self._listed(texts)
        ingredients = self._ingredients(concept, product, listed, texts)
        drug = self._drug(product, ingredients)
        where = " ".join((*texts, route, product.route if product else ""))
        objection = self._objection(concept, drug, where) if drug else None
        return Recognised(
            exposure=_exposure(drug, ingredients, objection),
            ingredients=ingredients,
            drug=None if objection else drug,
            strength=_strength(product, listed, drug, self),
            known=any(name in self.names for name in ingredients),
        )

    def _product(self, concept: CodeableConcept) -> Product | None:
        for coding in concept.coding:
            product = self.products.get(f"{short(coding.system)}:{coding.code}")
            if product is not None and product.drug in self.drugs:
                return product
        return None

    def _listed(self, texts: Iterable[str]) -> tuple[Named, ...]:
        """The ingredients with strengths, from the fullest product name."""
        return max((read_display(text, self.salts) for text in texts), key=len, default=())

    def _ingredients(
        self,
        concept: CodeableConcept,
        product: Product | None,
        listed: tuple[Named, ...],
        texts: tuple[str, ...],
    ) -> tuple[str, ...]:
        if product is not None and len(listed) <= 1:
            return (self._spelled(ingredient_of(self.drugs[product.drug])),)
        if listed and (len(listed) > 1 or listed[0].ingredient in self.names):
            return tuple(sorted({self._spelled(one.ingredient) for one in listed}))
        coded = self._coded(concept)
        if coded is not None:
            return coded
        return (
            self._worded(texts) or self._hyphened(texts) or _as_written(listed, texts, self.salts)
        )

    def _coded(self, concept: CodeableConcept) -> tuple[str, ...] | None:
        """The ingredients behind an ingredient code; those of a pair each by itself."""
        for system in ("rxnorm", "atc"):
            for code in codes_in(concept, system):
                drug = self.by_code.get((system, code))
                if drug is not None:
                    return self._parts(drug)
        return None

    def _parts(self, drug: Drug) -> tuple[str, ...]:
        for names, pair in self.pairs.items():
            if pair is drug:
                return tuple(sorted(names))
        return (self._spelled(ingredient_of(drug)),)

    def _worded(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Names met as whole words; beside a name nobody knows it is a pair, and stays words."""
        for text in texts:
            bare = re.sub(r"\([^()]*\)", " ", text)
            met = tuple(sorted({self._spelled(one) for one in self._anywhere.findall(bare)}))
            if met:
                parts = [without_salts(part, self.salts) for part in LISTED.split(bare) if part]
                strange = [part for part in parts if part.isalpha() and part not in self.names]
                return tuple(sorted({*met, *(strange if len(parts) > 1 else ())}))
        return ()

    def _hyphened(self, texts: Iterable[str]) -> tuple[str, ...]:
        """naltrexone-bupropion: a pair written as one word."""
        for text in texts:
            for word in text.split():
                parts = tuple(sorted(self._spelled(part) for part in PAIR.split(word) if part))
                if len(parts) > 1 and any(part in self.names for part in parts):
                    return parts
        return ()

    def _spelled(self, name: str) -> str:
        """The name by which facts know an ingredient."""
        return self.names.get(name, name)

    def _drug(self, product: Product | None, ingredients: tuple[str, ...]) -> Drug | None:
        """The page of a single ingredient, of a pair, or of the part of a pair that counts."""
        pair = self.pairs.get(frozenset(ingredients))
        if pair is not None:
            return pair
        counting = [name for name in ingredients if name not in self.counted_with]
        if len(counting) != 1:
            return None
        found = self.by_code.get(("name", counting[0]))
        return found or (self.drugs[product.drug] if product else None)

    def _objection(self, concept: CodeableConcept, drug: Drug, where: str) -> str | None:
        """Why this form is no trial of the drug, though it holds it."""
        other = self.elsewhere.search(where)
        if other:
            return other.group()
        atc = [code for code in codes_in(concept, "atc") if len(code) == len("N06AX12")]
        if any(self.by_code.get(("atc", code)) is drug for code in atc):
            return None
        own = [code.value for code in drug.codes if code.system == "atc"]
        if atc and own:
            return f"atc {atc[0].lower()}"
        fits = not drug.routes or any(self.routes[route].search(where) for route in drug.routes)
        return None if fits else f"not known to be {' or '.join(drug.routes)}"


def ingredient_of(drug: Drug) -> str:
    """The plain name of a drug: selegiline (transdermal) is selegiline."""
    return re.sub(r"\s*\([^()]*\)", "", drug.name).strip().lower()


def _exposure(drug: Drug | None, ingredients: tuple[str, ...], objection: str | None) -> str:
    names = " / ".join(ingredients)
    if drug is None:
        return names or NOT_NAMED
    return drug.id if objection is None else f"{names} ({objection})"


def _strength(
    product: Product | None, listed: tuple[Named, ...], drug: Drug | None, pharmacy: Pharmacy
) -> Strength | None:
    """By the product row, with the piece or mL of its name; else by the name alone."""
    counted = _counted(listed, drug, pharmacy)
    if product is None:
        return counted
    return Strength(product.strength, counted.per if counted else None)


def _counted(listed: tuple[Named, ...], drug: Drug | None, pharmacy: Pharmacy) -> Strength | None:
    """The strength of the ingredient whose dose counts: of a pair, the first part on its page."""
    strengths = {pharmacy.names.get(one.ingredient, one.ingredient): one.strength for one in listed}
    if len(strengths) == 1:
        return next(iter(strengths.values())) if len(listed) == 1 else None
    return (
        strengths.get(_leading(drug, pharmacy)) if drug and len(strengths) == len(listed) else None
    )


def _leading(drug: Drug, pharmacy: Pharmacy) -> str:
    """The ingredient in which the page counts doses."""
    if not drug.parts:
        return ingredient_of(drug)
    first = drug.parts[0]
    if first in pharmacy.drugs:
        return ingredient_of(pharmacy.drugs[first])
    rest = {ingredient_of(pharmacy.drugs[part]) for part in drug.parts if part in pharmacy.drugs}
    names = next(names for names, pair in pharmacy.pairs.items() if pair is drug)
    return next(iter(sorted(names - rest)), "")


def _as_written(
    listed: tuple[Named, ...], texts: tuple[str, ...], salts: frozenset[str]
) -> tuple[str, ...]:
    """The ingredient of a drug no page knows, as the source names it."""
    if listed:
        return tuple(sorted({one.ingredient for one in listed}))
    if not texts:
        return ()
    return (without_salts(bare_name(texts[0]), salts) or texts[0],)


def _products(knowledge: Knowledge, terminology: Terminology) -> dict[str, Product]:
    shipped = {f"rxnorm:{code}": product for code, product in knowledge.products.items()}
    return {**shipped, **terminology.products}


def _by_code(knowledge: Knowledge) -> dict[tuple[str, str], Drug]:
    """Drugs by code; and, under the system `name`, by the plain name of their ingredient."""
    found: dict[tuple[str, str], Drug] = {}
    for drug in knowledge.drugs.values():
        found.update({(code.system, code.value): drug for code in drug.codes})
        if not drug.parts:
            found[("name", ingredient_of(drug))] = drug
    names = _names(knowledge)
    found |= {
        ("name", names[name]): drug for (system, name), drug in found.items() if system == "name"
    }
    return found


def _pairs(knowledge: Knowledge) -> dict[frozenset[str], Drug]:
    """Fixed pairs by the names of their ingredients."""
    return {
        frozenset(PAIR.split(name)): drug
        for drug in knowledge.drugs.values()
        if drug.parts
        for name in (drug.name, *drug.names)
        if len(PAIR.split(name)) == len(drug.parts)
    }


def _names(knowledge: Knowledge) -> dict[str, str]:
    """Every name of an ingredient that some page knows, and how it is written in a record."""
    names = {name: name for fact in knowledge.facts.values() for name in fact.drugs}
    names |= {row.drug: row.drug for row in knowledge.inhibitors}
    for drug in knowledge.drugs.values():
        if not drug.parts:
            aliases = (ingredient_of(drug), drug.id, drug.id.replace("_", " "), *drug.names)
            written = next((name for name in aliases if name in names), aliases[0])
            names |= dict.fromkeys(aliases, written)
    for pair in _pairs(knowledge):
        names |= {name: names.get(name, name) for name in pair}
    return names


def _words(knowledge: Knowledge, entry: str) -> frozenset[str]:
    found = knowledge.words.get(entry)
    return frozenset(found.words) if found else frozenset()


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    """Any of the names, the longest first, as whole words: escitalopram holds no citalopram."""
    ordered = sorted(names, key=lambda name: (-len(name), name))
    inside = "|".join(re.escape(name) for name in ordered) or r"(?!)"
    return re.compile(rf"(?<![\w-])(?:{inside})(?![\w-])")


def _route_words(knowledge: Knowledge) -> Mapping[str, re.Pattern[str]]:
    return {
        route: _any_of({route, *_words(knowledge, f"route_{route}")})
        for route in _routes(knowledge)
    }


def _routes(knowledge: Knowledge) -> Iterator[str]:
    for drug in knowledge.drugs.values():
        yield from drug.routes
