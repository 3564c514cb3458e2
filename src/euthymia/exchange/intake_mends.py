"""A value that a field of the intake form cannot take, in plain words with its mend."""

from __future__ import annotations

import re

KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
}

MENDS = {
    "icd10cm": "not an ICD-10-CM code; write capitals and the dot, such as F33.1",
    "loinc": "not a LOINC code; write it with its check digit, such as 3016-3",
    "snomed": "not a SNOMED CT code; write its 6 to 18 digits",
    "country": "not a country code; write the two capitals of ISO 3166, such as GB",
    "pdc": "a share of 0 to 1 is needed; write 0.95 for 95 %",
    "total": "a number is needed; write the total alone",
}
"""By field, what its values look like. A total is never out of range here: it is doubted."""

BOUNDS = {
    "<=": "at most {bound} is possible; check the value and its unit",
    ">=": "at least {bound} is possible; check the value and its unit",
    ">": "more than {bound} is needed; check the value, or leave the field out",
}

ID = "letters, digits, dots, hyphens and low lines only; write an id such as t1"
_BOUND = re.compile(r"Expected `(?:int|float)` (<=|>=|>) (\S+)$")
_TYPE = re.compile(r"Expected `([a-z]+)[^`]*`, got `([a-z]+)`$")


def mended(fault: str, field: str) -> str:
    """A decoder's fault about a field in plain words; as it came where none are known."""
    if field in MENDS and "got" not in fault:
        return MENDS[field]
    if "matching regex" in fault:
        return ID
    if "of length >= 1" in fault:
        return "empty; write it, or leave the field out"
    bound, kind = _BOUND.match(fault), _TYPE.match(fault)
    if bound:
        return BOUNDS[bound[1]].format(bound=f"{float(bound[2]):g}")
    if kind:
        return _wrong_kind(kind[1], kind[2])
    return fault[0].lower() + fault[1:]


def _wrong_kind(wanted: str, got: str) -> str:
    numbers = wanted in ("int", "float") and got == "str"
    mend = "write the number alone, without quotes or unit" if numbers else "correct it"
    needed, found = KINDS.get(wanted, wanted), KINDS.get(got, got)
    return f"{needed} is needed, and {found} stands there; {mend}"
