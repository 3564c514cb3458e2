"""What may be chosen in a field: names and codes that the knowledge pages hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from euthymia.clinic.patients.forms.words import plain
from euthymia.exchange.drug_names import brands
from euthymia.knowledge.conditions import FactSource
from euthymia.library import shipped

Choices = Sequence[tuple[str, str]]
"""What is written into the field, and what is said beside it."""


@lru_cache
def drugs() -> Choices:
    """Antidepressants and what is added to them, by ingredient and by brand."""
    pages = shipped().drugs
    named = [(brand, found) for brand, found in brands(shipped()).items() if found in pages]
    own = [(one.name, one.family) for one in pages.values()]
    alike = [(other, one.name) for one in pages.values() for other in one.names]
    return sorted({*own, *((brand, pages[found].name) for brand, found in named), *alike})


@lru_cache
def medicines() -> Choices:
    """Every medicine that some page looks for, and its brands."""
    sought = {drug for fact in shipped().facts.values() for drug in fact.drugs}
    known = {one for one, _said in drugs()}
    names = {(plain(drug).lower(), "") for drug in sought if drug not in known}
    named = {(brand, plain(found).lower()) for brand, found in brands(shipped()).items()}
    return sorted({*drugs(), *names, *named})


@lru_cache
def tests() -> Choices:
    """Laboratory tests that the pages read: LOINC code; name and unit."""
    units = {code: fact.unit or "" for code, _name, fact in _tests()}
    named = ((code, f"{name} {units[code]}".strip()) for code, name in test_names().items())
    return sorted(named, key=lambda one: one[1])


@lru_cache
def test_names() -> dict[str, str]:
    """What the pages call a test, by its LOINC code; the first page that reads it names it."""
    return {code: name for code, name, _fact in reversed(list(_tests()))}


def _tests() -> Iterator[tuple[str, str, FactSource]]:
    for name, fact in shipped().facts.items():
        if fact.section == "labs":
            for code in fact.codes:
                yield code.value, fact.called or plain(name), fact


def units() -> Choices:
    measured = (fact for fact in shipped().facts.values() if fact.section == "labs")
    return [(unit, "") for unit in sorted({fact.unit for fact in measured if fact.unit})]


@lru_cache
def diagnoses() -> Choices:
    """Codes by which the pages know an illness: ICD-10-CM; what it means to them."""
    found: dict[str, str] = {}
    for name, fact in shipped().facts.items():
        if fact.section != "diagnoses":
            continue
        for code in fact.codes:
            if code.system == "icd10cm":
                found.setdefault(code.value, _illness(fact.called or plain(name)))
    return sorted(found.items())


def _illness(fact: str) -> str:
    """`Hypothyroidism diagnosed` is hypothyroidism."""
    return fact.removesuffix(" diagnosed").removesuffix(" coded").lower()


LISTS: dict[str, Callable[[], Choices]] = {
    "drugs": drugs,
    "medicines": medicines,
    "tests": tests,
    "units": units,
    "diagnoses": diagnoses,
}
