"""Code systems by the short names of our pages, and what a coded concept says."""

from __future__ import annotations

from collections.abc import Iterator

from euthymia.exchange.fhir.faults import shown
from euthymia.exchange.fhir.resources import CodeableConcept, Coding

SYSTEMS = {
    "http://hl7.org/fhir/sid/icd-10-cm": "icd10cm",
    "urn:oid:2.16.840.1.113883.6.90": "icd10cm",
    "http://loinc.org": "loinc",
    "urn:oid:2.16.840.1.113883.6.1": "loinc",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "urn:oid:2.16.840.1.113883.6.88": "rxnorm",
    "http://www.whocc.no/atc": "atc",
    "urn:oid:2.16.840.1.113883.6.73": "atc",
    "http://snomed.info/sct": "snomed",
    "urn:oid:2.16.840.1.113883.6.96": "snomed",
    "http://hl7.org/fhir/sid/icd-10": "icd10",
    "http://hl7.org/fhir/sid/icd-9-cm": "icd9cm",
    "http://hl7.org/fhir/sid/ndc": "ndc",
    "http://www.ama-assn.org/go/cpt": "cpt",
}
"""Short names of code systems; any other system goes by its address."""

IN_WORDS = ""
"""The name of a concept that has no code."""


def short(system: str | None) -> str:
    """The short name of a code system, or the system as given; `none` where there is none."""
    return SYSTEMS.get(system, system) if system else "none"


def codes_in(concept: CodeableConcept | None, system: str) -> Iterator[str]:
    """The codes of one system in a concept, as written."""
    if concept is not None:
        for coding in concept.coding:
            if coding.code and coding.system and SYSTEMS.get(coding.system) == system:
                yield coding.code


def systems_of(concept: CodeableConcept | None) -> tuple[str, ...]:
    """The systems a concept is coded in, each once."""
    if concept is None or not concept.coding:
        return ("none",)
    return tuple(sorted({short(coding.system) for coding in concept.coding}))


def first_named(concept: CodeableConcept | None) -> str:
    """The first code with its display, or `IN_WORDS`. Free text may name the patient."""
    coded = [coding for coding in concept.coding if coding.code] if concept else []
    if not coded:
        return IN_WORDS
    first = coded[0]
    display = f" ({shown(first.display)})" if first.display else ""
    return f"{shown(short(first.system))} {shown(first.code)}{display}"


def words_of(concept: CodeableConcept | None) -> Iterator[str]:
    """Every wording of a concept in lower case: its text, then the displays of its codes."""
    if concept is None:
        return
    if concept.text:
        yield concept.text.strip().lower()
    yield from (word for coding in concept.coding for word in word_of(coding))


def word_of(coding: Coding) -> Iterator[str]:
    """The wording of one code, in lower case."""
    if coding.display:
        yield coding.display.strip().lower()


def first_code(concept: CodeableConcept | None) -> str:
    """The first code of a concept, for status and category words of FHIR itself."""
    return next((one.code for one in concept.coding if one.code), "") if concept else ""
