"""The table of ICD-10-CM (public domain), which only the tests lean on: codes and their titles."""

from __future__ import annotations

import importlib
import warnings
from bisect import bisect_left
from functools import cache
from itertools import pairwise
from typing import Any


@cache
def titles() -> dict[str, str]:
    """Every category and code, with its dot, and its title; no chapter and no block."""
    table = _table()
    found = {code for code in table.get_all_codes() if _is_code(code)}
    return {code: table.get_description(code) for code in sorted(found, key=bare)}


def _table() -> Any:
    """The package, which reads its files as old Pythons did, and ships no types."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return importlib.import_module("simple_icd_10_cm")


def _is_code(code: str) -> bool:
    return code[0].isalpha() and code[1:3].isalnum() and "-" not in code and len(code) > 2


@cache
def leaves() -> dict[str, str]:
    """The codes that a diagnosis can have, with their titles: those with nothing below them."""
    codes = [*titles(), "~"]
    return {
        code: titles()[code]
        for code, following in pairwise(codes)
        if not bare(following).startswith(bare(code))
    }


def bare(code: str) -> str:
    return code.replace(".", "")


def exists(prefix: str) -> bool:
    """Whether the table has this code or category; one letter is a chapter, or part of one."""
    return prefix in titles() or (len(prefix) == 1 and bool(ends_below(prefix)))


def ends_below(prefix: str) -> tuple[str, ...]:
    """The first and the last code at or below a prefix that a diagnosis can have."""
    codes, start = _in_order(), bare(prefix)
    below = codes[bisect_left(codes, start) : bisect_left(codes, f"{start}~")]
    return tuple(dict.fromkeys(with_dot(code) for code in (*below[:1], *below[-1:])))


@cache
def _in_order() -> list[str]:
    return [bare(code) for code in leaves()]


def with_dot(code: str) -> str:
    return f"{code[:3]}.{code[3:]}" if code[3:] else code
