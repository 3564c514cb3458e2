"""Faults of a source in plain words. No value of a patient is repeated, only names and places."""

from __future__ import annotations

import re

import msgspec

from euthymia.exchange.faults import split_place

SHOWN = 64
_BYTE = re.compile(r"\(byte (\d+)\)")
_WRONG_TYPE = re.compile(r"Expected `([^`]+)`(?:, got `([^`]+)`)?")
_MISSING = re.compile(r"Object missing required field `(\w+)`")

KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}

PACKED = {
    b"\x1f\x8b": "packed with gzip",
    b"\x28\xb5\x2f\xfd": "packed with zstandard",
    b"PK\x03\x04": "a zip archive",
}


def shown(name: str | None) -> str:
    """An id or a type as it may stand in a message: one line, not too long."""
    cut = (name or "")[:SHOWN]
    return cut if cut.isprintable() else "".join(sign for sign in cut if sign.isprintable())


def first_bytes_fault(content: bytes) -> str | None:
    """What the first bytes tell: a packed, an empty, a UTF-16 or an XML file."""
    for mark, what in PACKED.items():
        if content.startswith(mark):
            return f"is {what}; unpack it first"
    start = content[:4]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or (b"\x00" in start[:2] and len(start) > 1):
        return "is UTF-16; save the file as UTF-8"
    if not content.strip():
        return "is empty; fetch it again, or leave it out"
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return "is XML or HTML; export the record as FHIR JSON"
    return None


def place_of_byte(text: bytes | memoryview, fault: Exception) -> str:
    """`line 3, byte 120: ` for a fault of syntax, else nothing."""
    met = _BYTE.search(str(fault))
    if not isinstance(fault, msgspec.DecodeError) or isinstance(fault, msgspec.ValidationError):
        return ""
    at = int(met.group(1)) if met else len(text)
    line = bytes(text[:at]).count(b"\n") + 1
    return f"line {line}, byte {at}: "


def plain(fault: Exception) -> str:
    """A decoder's fault in plain words, its path first and its mend last."""
    match fault:
        case msgspec.ValidationError():
            return _wrong_shape(str(fault))
        case RecursionError():
            return "nested too deep to be a FHIR resource; take the entry out"
        case _:
            return _wrong_syntax(str(fault))


def _wrong_syntax(message: str) -> str:
    if "truncated" in message:
        return "ends in the middle of a value; fetch the source again"
    if "trailing" in message:
        return "more follows the end of the value; write one resource a line, or a list of them"
    return "not JSON; write the source as UTF-8 JSON"


def _wrong_shape(message: str) -> str:
    fault, path = split_place(message)
    at = f"{path}: " if path else ""
    wrong = _WRONG_TYPE.match(fault)
    if wrong:
        got = f", and {_kind(wrong[2])} stands there" if wrong[2] else ""
        return f"{at}{_kind(wrong[1])} is needed{got}; correct it at the source"
    missing = _MISSING.match(fault)
    if missing:
        return f"{at}{missing[1]}: missing; this field is required"
    return f"{at}out of range for its field; correct it at the source"


def _kind(name: str) -> str:
    """`float | null` as `a number`."""
    return KINDS.get(name.removesuffix(" | null"), "another kind of value")
