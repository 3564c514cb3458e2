"""What a user's own terminology adds: codes of other systems turned into those of our pages."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import get_args

import msgspec
from msgspec import Struct

from euthymia.exchange.faults import SourceError, nearest
from euthymia.exchange.fhir.codes import short
from euthymia.exchange.intake_form import ContextPart, GenesPart, ScaleName
from euthymia.knowledge.drugs import Product

ICD10CM = re.compile(r"[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?", re.ASCII)

CATEGORY = 3
"""Signs of an ICD-10-CM code before its dot."""

CONDITIONS = ("system", "code", "icd10cm")
PRODUCTS = ("system", "code", "drug", "strength", "route")
PROCEDURES = ("system", "code", "kind")
ANSWERS = ("system", "code", "field", "value")
SHAPES = (CONDITIONS, PRODUCTS, PROCEDURES, ANSWERS)
"""The first lines by which the tables are told apart."""

MAY_BE_EMPTY = "value"
"""The one column that may be left empty."""

SCALES: tuple[str, ...] = get_args(ScaleName)
FIELDS: Mapping[str, type[ContextPart] | type[GenesPart]] = {
    **dict.fromkeys(ContextPart.__struct_fields__, ContextPart),
    **dict.fromkeys(GenesPart.__struct_fields__, GenesPart),
}
"""What an answer can fill, by the part of the intake form that says which values it may have."""

Value = str | float | bool


class OwnAnswer(Struct, frozen=True):
    """What a code of the user's own means.

    Attributes:
        field: Key of the context, gene, or id of an instrument.
        value: What the code stands for; None where the observation it names gives the value.
    """

    field: str
    value: Value | None = None


class Terminology(Struct, frozen=True):
    """A user's own maps. Nothing from SNOMED CT, CPT or VSAC is shipped; their licences forbid it.

    Attributes:
        conditions: ICD-10-CM code by `system:code`, such as snomed:370143000.
        products: Product by `system:code`, such as rxnorm:312938 or ndc:00071015623.
        procedures: Kind of a treatment that is not a drug (ect, tms) by `system:code`.
        answers: What an answer or a question means, by `system:code`.
    """

    conditions: Mapping[str, str] = {}
    products: Mapping[str, Product] = {}
    procedures: Mapping[str, str] = {}
    answers: Mapping[str, OwnAnswer] = {}


NONE = Terminology()


def read_terminology(files: Iterable[tuple[str, bytes]]) -> Terminology:
    """Read a user's tables: CSV in UTF-8, told apart by their first line.

    - `system,code,icd10cm` turns a code of a diagnosis into ICD-10-CM.
    - `system,code,drug,strength,route` says which drug a product holds (id of its page), how many
      mg are in one piece or mL, and whether it is oral, transdermal, nasal or intravenous.
    - `system,code,kind` says that a procedure is ect, tms, vns or psychotherapy.
    - `system,code,field,value` says what an answer means: housing insecure, CYP2C19 poor. With an
      empty value the code is that of a question, and each observation gives the value; so is a
      total of a scale read (field: the id of the instrument).

    `system` is a short name (snomed, rxnorm, ndc, cpt, icd10) or the address FHIR uses.

    Raises:
        SourceError: A table that cannot be read, with file, line, column and mend.
    """
    conditions: dict[str, str] = {}
    products: dict[str, Product] = {}
    procedures: dict[str, str] = {}
    answers: dict[str, OwnAnswer] = {}
    for file, content in files:
        shape, rows = _table(file, content)
        for line, row in rows:
            key, where = f"{short(row['system'])}:{row['code']}", f"{file}: line {line}"
            if shape == CONDITIONS:
                conditions[key] = _condition(where, row)
            elif shape == PRODUCTS:
                products[key] = _product(where, row)
            elif shape == ANSWERS:
                answers[key] = _once(where, _answer(where, row), answers.get(key))
            else:
                procedures[key] = row["kind"].lower()
    return Terminology(conditions, products, procedures, answers)


Row = Mapping[str, str]


def _table(file: str, content: bytes) -> tuple[tuple[str, ...], Iterator[tuple[int, Row]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise SourceError(
            f"{file}: byte {fault.start} is not UTF-8; save the file as UTF-8"
        ) from None
    reader = csv.DictReader(io.StringIO(text))
    shape = tuple(name.strip().lower() for name in reader.fieldnames or ())
    if shape not in SHAPES:
        known = " or ".join(",".join(one) for one in SHAPES)
        near = nearest(",".join(shape), [",".join(one) for one in SHAPES])
        raise SourceError(f"{file}: line 1: not a table we know; write {known}{near}")
    return shape, _rows(file, shape, reader)


def _rows(
    file: str, shape: tuple[str, ...], reader: Iterable[Mapping[str, str]]
) -> Iterator[tuple[int, Row]]:
    for line, cells in enumerate(reader, start=2):
        values = [value.strip() for value in cells.values() if isinstance(value, str)]
        filled = (value or name == MAY_BE_EMPTY for name, value in zip(shape, values, strict=False))
        if len(values) != len(shape) or not all(filled):
            raise SourceError(
                f"{file}: line {line}: a cell is empty or too many; write {','.join(shape)}"
            )
        yield line, dict(zip(shape, values, strict=True))


def _condition(where: str, row: Row) -> str:
    code = with_dot(row["icd10cm"])
    if not ICD10CM.fullmatch(code):
        raise SourceError(f"{where}: icd10cm: not an ICD-10-CM code; write one such as F33.1")
    return code


def with_dot(code: str) -> str:
    """F331 as F33.1, the way our pages write ICD-10-CM."""
    bare = code.strip().upper()
    category, below = bare[:CATEGORY], bare[CATEGORY:]
    return bare if "." in bare or not below else f"{category}.{below}"


def _product(where: str, row: Row) -> Product:
    try:
        strength = float(row["strength"])
    except ValueError:
        raise SourceError(
            f"{where}: strength: not a number; write the mg in one piece or mL"
        ) from None
    return Product(
        rxcui=row["code"], drug=row["drug"].lower(), strength=strength, route=row["route"].lower()
    )


def _answer(where: str, row: Row) -> OwnAnswer:
    field, value = row["field"], row["value"]
    if field in SCALES:
        if value:
            raise SourceError(
                f"{where}: value: a scale takes its total from the observation; leave it empty"
            )
        return OwnAnswer(field)
    if field not in FIELDS:
        raise SourceError(
            f"{where}: field: not a field we know; write one of context or genes of the intake "
            f"form, or the id of a scale{nearest(field, [*FIELDS, *SCALES])}"
        )
    return OwnAnswer(field, _value(where, field, value) if value else None)


def _value(where: str, field: str, text: str) -> Value:
    value = value_of(field, text, strict=False)
    if value is None:
        raise SourceError(
            f"{where}: value: not a value of {field}; write one the intake form allows there"
        )
    return value


def value_of(field: str, given: Value, *, strict: bool = True) -> Value | None:
    """The value of a field of the intake form; None where it can have no such value.

    Args:
        field: A key of FIELDS.
        given: A word, a number, or yes or no.
        strict: Whether a number or a yes may not be written as text.
    """
    try:
        part = msgspec.convert({field: given}, FIELDS[field], strict=strict)
    except msgspec.ValidationError:
        return None
    value: Value = getattr(part, field)
    return value


def _once(where: str, answer: OwnAnswer, earlier: OwnAnswer | None) -> OwnAnswer:
    """A code with two meanings would leave it to chance which one holds."""
    if earlier is not None and earlier != answer:
        raise SourceError(f"{where}: code: has another meaning in an earlier line; keep one")
    return answer
