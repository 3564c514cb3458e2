"""value[x]: which one stands there, and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import attrgetter

from euthymia.exchange.fhir.bundles import Found
from euthymia.exchange.fhir.codes import word_of, words_of
from euthymia.exchange.fhir.resources import NOTHING, Coding, Quantity, Valued
from euthymia.knowledge.instruments import Instrument

CHOICES = attrgetter(*Valued.__struct_fields__)
"""Every choice of value[x] at once."""

NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,9})?", re.ASCII)
POINTS = frozenset(
    {
        "http://hl7.org/fhir/StructureDefinition/ordinalValue",
        "http://hl7.org/fhir/StructureDefinition/itemWeight",
    }
)
"""Extensions by which an answer carries its own points."""


def one_value(one: Found, path: str, valued: Valued) -> None:
    """Refuse two values. Raises SourceError."""
    present = [one for one in CHOICES(valued) if one is not None and one is not NOTHING]
    if len(present) > 1:
        raise one.fault(f"{path}value[x]", "two values in one element; keep one")


def number_of(valued: Valued) -> float | None:
    """A plain number, with or without a unit, or written as text; a bound such as `< 5` is none."""
    quantity = valued.value_quantity
    if quantity is not None:
        return None if quantity.comparator else quantity.value
    if valued.value_integer is not None:
        return float(valued.value_integer)
    if valued.value_string and NUMBER.fullmatch(valued.value_string):
        return float(valued.value_string)
    return valued.value_decimal


def unit_in(quantity: Quantity) -> str:
    """The unit of a measured value, its code first; 1 where there is none."""
    return quantity.code or quantity.unit or "1"


def words_in(valued: Valued) -> Iterator[str]:
    """A value in words, lower case: a concept, a code, a text, yes or no."""
    yield from words_of(valued.value_codeable_concept)
    if valued.value_coding is not None:
        yield from word_of(valued.value_coding)
    if valued.value_string:
        yield valued.value_string.strip().lower()
    if valued.value_boolean is not None:
        yield "yes" if valued.value_boolean else "no"


def points_of(valued: Valued, form: Instrument) -> int | None:
    """The points of an answer on a form: by its own weight, its code, its words or its number."""
    codings = _codings(valued)
    weights = [weight for coding in codings for weight in _weights(coding)]
    if weights:
        return _whole(weights[0])
    for word in (*(coding.code or "" for coding in codings), *words_in(valued)):
        points = form.answers.get(word, form.answers.get(_plain(word)))
        if points is not None:
            return points
    number = number_of(valued)
    return None if number is None else _whole(number)


def _weights(coding: Coding) -> Iterator[float]:
    """The points an answer carries itself."""
    for extension in coding.extension:
        if extension.url in POINTS:
            if extension.value_decimal is not None:
                yield extension.value_decimal
            elif extension.value_integer is not None:
                yield float(extension.value_integer)


def _codings(valued: Valued) -> tuple[Coding, ...]:
    concept = valued.value_codeable_concept.coding if valued.value_codeable_concept else ()
    return (*concept, valued.value_coding) if valued.value_coding else concept


def _plain(word: str) -> str:
    """`Not-at-all` as not at all."""
    return word.strip().lower().replace("-", " ")


def _whole(number: float) -> int | None:
    """An answer is a whole number of points; anything else is none."""
    return int(number) if number == int(number) else None
