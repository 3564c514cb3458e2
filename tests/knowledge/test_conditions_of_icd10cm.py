"""The conditions against the whole table of ICD-10-CM: no prefix is made up, no title unread."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct, convert

from euthymia.knowledge.conditions import FactSource
from euthymia.knowledge.instruments import CodedDanger
from euthymia.library import FOLDER, shipped
from euthymia.terms import Code
from tests import icd10cm

PAGES = shipped()
TITLES = icd10cm.leaves()
WRITTEN = re.compile(r'"icd10cm:([A-Z0-9.]+)"')


class Exempt(Struct, frozen=True, forbid_unknown_fields=True):
    """Codes that none of the conditions carries though their title has the words, and why."""

    codes: tuple[str, ...]
    because: str


class Sweep(Struct, frozen=True, forbid_unknown_fields=True, rename={"exempt": "except"}):
    """Words of titles, and the conditions of which one must carry each code that has them.

    `dangers`: a danger sign of suicide may carry it instead, by its intent.
    """

    titles: tuple[str, ...]
    conditions: tuple[str, ...]
    dangers: bool = False
    exempt: tuple[Exempt, ...] = ()

    def carried(self, code: Code) -> bool:
        told = self.dangers and any(one.carried_by(code) for one in PAGES.dangers.values())
        return told or any(PAGES.conditions[name].carried_by(code) for name in self.conditions)


@cache
def unread(name: str) -> tuple[Code, ...]:
    """Every code that has the words and that no condition carries, excepted or not."""
    sweep = SWEEPS[name]
    words = re.compile("|".join(sweep.titles), re.IGNORECASE)
    found = (Code("icd10cm", code) for code, title in TITLES.items() if words.search(title))
    return tuple(code for code in found if not sweep.carried(code))


def _read() -> Mapping[str, Any]:
    page = Path(__file__).with_name("titles_of_icd10cm.toml")
    return tomllib.loads(page.read_text("utf-8"))


SWEPT_APART = _read().get("not_swept", {})
SWEEPS = {name: convert(one, Sweep) for name, one in _read().items() if name != "not_swept"}


def test_every_code_of_every_page_exists() -> None:
    written = {
        (page.name, code)
        for page in sorted(FOLDER.rglob("*.toml"))
        for code in WRITTEN.findall(page.read_text("utf-8"))
    }
    assert len(written) > 700
    assert [one for one in sorted(written) if not icd10cm.exists(one[1])] == []


@pytest.mark.parametrize("name", sorted(SWEEPS))
def test_a_code_whose_title_has_the_words_is_carried_or_excepted_with_a_reason(name: str) -> None:
    exempt = [Code("icd10cm", code) for one in SWEEPS[name].exempt for code in one.codes]
    missed = [str(code) for code in unread(name) if not any(one.covers(code) for one in exempt)]
    assert missed == []


@pytest.mark.parametrize("name", sorted(SWEEPS))
def test_no_exception_is_idle(name: str) -> None:
    for one in SWEEPS[name].exempt:
        assert one.because
        for text in one.codes:
            assert any(Code("icd10cm", text).covers(code) for code in unread(name)), text


def test_every_condition_is_swept_or_said_not_to_be() -> None:
    swept = {name for one in SWEEPS.values() for name in one.conditions}
    assert set(PAGES.conditions) == swept | set(SWEPT_APART)
    assert swept.isdisjoint(SWEPT_APART)


def test_no_condition_is_idle() -> None:
    facts: list[FactSource | CodedDanger] = [*PAGES.facts.values(), *PAGES.dangers.values()]
    assert set(PAGES.conditions) == {name for one in facts for name in one.conditions} | {
        name for one in PAGES.facts.values() for name in one.unless_conditions
    }


def test_what_a_condition_leaves_out_lies_below_what_it_has() -> None:
    for one in PAGES.conditions.values():
        for out in one.unless:
            assert any(code.covers(out) for code in one.codes), (one.id, out)


def test_no_condition_lists_a_code_and_one_below_it() -> None:
    for one in PAGES.conditions.values():
        for code in one.codes:
            assert not any(other.covers(code) for other in one.codes if other != code), one.id
