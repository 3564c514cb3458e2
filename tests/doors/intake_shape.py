"""The intake form as two sources describe it: the published schema, and the structs that read it.

Both are laid out as lines such as `trials[].dose_mg: number >=0`, so that they can be compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
from msgspec import inspect

Schema = dict[str, Any]
Line = tuple[str, str]

BOUNDS = {"minimum": ">=", "exclusiveMinimum": ">", "maximum": "<=", "minLength": "length>="}


# ---------------------------------------------------------------- the published schema


def of_schema(root: Schema) -> set[Line]:
    """Every field of a JSON Schema with its kind, bounds and words."""
    return set(_of_schema("", root, root))


def _of_schema(path: str, part: Schema, root: Schema) -> Iterator[Line]:
    if "$ref" in part:
        part = root["$defs"][part["$ref"].rpartition("/")[2]]
    if part.get("type") == "object":
        yield from _of_object(path, part, root)
    elif part.get("type") == "array":
        yield path, "list"
        yield from _of_schema(f"{path}[]", part["items"], root)
    else:
        yield path, _leaf(part)


def _of_object(path: str, part: Schema, root: Schema) -> Iterator[Line]:
    fields: dict[str, Schema] = dict(part.get("properties", {}))
    if isinstance(part.get("additionalProperties"), dict):
        names = part["propertyNames"]["enum"]
        fields |= dict.fromkeys(names, part["additionalProperties"])
    else:
        yield path, "closed" if part.get("additionalProperties") is False else "open"
    if "propertyNames" in part:
        yield path, "closed"  # its names are a closed list, so it takes no other field
    for name in part.get("required", []):
        yield f"{path}.{name}", "required"
    for name, field in fields.items():
        yield from _of_schema(f"{path}.{name}", field, root)


def _leaf(part: Schema) -> str:
    if "const" in part or "enum" in part:
        return _one_of(part.get("enum", [part.get("const")]))
    if part.get("format") == "date":
        return "date"
    kinds = part["type"] if isinstance(part["type"], list) else [part["type"]]
    bounds = [f"{sign}{part[name]:g}" for name, sign in BOUNDS.items() if name in part]
    return " ".join([" or ".join(sorted(kinds)), *bounds, *_pattern(part.get("pattern"))])


def _one_of(words: Any) -> str:
    return "one of " + ", ".join(sorted(map(str, words)))


def _pattern(pattern: str | None) -> list[str]:
    """As JSON Schema writes it, whose $ is the end of the text; in Python that is \\Z."""
    return [] if pattern is None else ["like " + pattern.replace(r"\Z", "$")]


# ---------------------------------------------------------------- the structs that read it


def of_struct(kind: type[msgspec.Struct]) -> set[Line]:
    """Every field of a struct and of those within it, with its kind, bounds and words."""
    return set(_of_type("", inspect.type_info(kind)))


def _of_type(path: str, kind: inspect.Type) -> Iterator[Line]:
    match kind:
        case inspect.StructType():
            yield path, "closed" if kind.forbid_unknown_fields else "open"
            yield from _of_fields(path, kind)
        case inspect.DictType(inspect.LiteralType(names), value):
            yield path, "closed"
            for name in names:
                yield from _of_type(f"{path}.{name}", value)
        case inspect.VarTupleType(item):
            yield path, "list"
            yield from _of_type(f"{path}[]", _named(item) if path in MAY_BE_OPEN else item)
        case _:
            yield path, _word(kind)


MAY_BE_OPEN = frozenset({".scales[].items"})
"""Lists that our form reads with null in them, where the contract has no such value (ADR 19)."""


def _named(kind: inspect.Type) -> inspect.Type:
    """The type of what is told in such a list."""
    assert isinstance(kind, inspect.UnionType)
    (told,) = (one for one in kind.types if not isinstance(one, inspect.NoneType))
    return told


def _of_fields(path: str, kind: inspect.StructType) -> Iterator[Line]:
    for field in kind.fields:
        if field.required:
            yield f"{path}.{field.encode_name}", "required"
        yield from _of_type(f"{path}.{field.encode_name}", _told(field.type))


def _told(kind: inspect.Type) -> inspect.Type:
    """The type a field has once it is there; UNSET only says that it is not."""
    if isinstance(kind, inspect.UnionType):
        known = [option for option in kind.types if option != inspect.type_info(msgspec.UnsetType)]
        return known[0] if len(known) == 1 else kind
    return kind


def _word(kind: inspect.Type) -> str:
    match kind:
        case inspect.LiteralType(words):
            return _one_of(words)
        case inspect.StrType():
            shortest = [] if kind.min_length is None else [f"length>={kind.min_length}"]
            return " ".join(["string", *shortest, *_pattern(kind.pattern)])
        case inspect.IntType():
            return " ".join(["integer", *_bounds(kind)])
        case inspect.FloatType():
            return " ".join(["number", *_bounds(kind)])
        case inspect.UnionType(options):
            return " or ".join(sorted(_word(option) for option in options))
        case _:
            return {inspect.BoolType: "boolean", inspect.DateType: date.__name__}[type(kind)]


def _bounds(kind: inspect.IntType | inspect.FloatType) -> Iterator[str]:
    for sign, bound in ((">=", kind.ge), (">", kind.gt), ("<=", kind.le), ("<", kind.lt)):
        if bound is not None:
            yield f"{sign}{bound:g}"
