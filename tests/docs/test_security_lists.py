"""The lists of security and of hazards: what they name is there, and their sums are right."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CLINIC = ROOT / "src" / "euthymia" / "clinic"
PAGES = ("asvs", "security", "hazards")
STATES = ("holds", "partly", "open")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
SETTING = re.compile(r"`settings\.([A-Z_]+)`")
FILE = re.compile(r"`([\w/.-]+\.(?:py|md|html|csv|toml|json))`")
ITEMS = {"1": 70, "2": 183}
"""How many items the standard has at each of its first two levels."""
NUMBERS_OF_ITEMS = "f06e95133fe708bf"
"""The first signs of the SHA-256 of their numbers in order, so that none is swapped unseen."""
UNWANTED = {
    "markup": re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write"),
    "code from text": re.compile(r"\beval\(|new Function|set(?:Timeout|Interval)\(\s*[\"'`]"),
    "something kept": re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie"),
    "a message to another window": re.compile(r"postMessage"),
    "a hand on pasting": re.compile(r"[\"']paste[\"']|onpaste"),
}


def text_of(page: str) -> str:
    return (ROOT / "docs" / f"{page}.md").read_text("utf-8")


def rows(page: str, beginning: str) -> list[list[str]]:
    """The rows of a page whose first cell is a name that begins so, cell by cell."""
    pattern = re.compile(rf"^\| {beginning}[\d.]+ \|.*\|$", re.M)
    lines = (found.group() for found in pattern.finditer(text_of(page)))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def sums(page: str) -> Iterator[list[str]]:
    """The rows of the table of sums of a page: a name or none, then numbers."""
    for line in re.findall(r"^\|(?: [a-z]+(?: \d)? \|)?(?: \d+ \|)+$", text_of(page), re.M):
        yield [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_is_named_exists(page: str) -> None:
    named = sorted(set(TEST.findall(text_of(page))))
    gone = [
        f"{file}::{name}"
        for file, name in named
        if not (ROOT / file).exists()
        or not re.search(rf"^def {name}\(", (ROOT / file).read_text("utf-8"), re.M)
    ]
    assert named
    assert gone == []


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_and_file_that_is_named_exists(page: str) -> None:
    settings = (CLINIC / "settings.py").read_text("utf-8")
    named = set(SETTING.findall(text_of(page)))
    unset = {one for one in named if not re.search(rf"\b{one}\b.* = |\"{one}\"", settings)}
    files = set(FILE.findall(text_of(page)))
    gone = {one for one in files if not ((CLINIC / one).exists() or (ROOT / one).exists())}
    assert (unset, gone) == (set(), set())


# The items of the standard


def test_every_item_of_both_levels_has_one_row() -> None:
    items = rows("asvs", "V")
    numbers = [item[0] for item in items]
    assert Counter(item[1] for item in items) == ITEMS
    assert numbers == sorted(set(numbers), key=lambda one: [int(n) for n in one[1:].split(".")])
    assert hashlib.sha256(" ".join(numbers).encode()).hexdigest()[:16] == NUMBERS_OF_ITEMS


def test_an_item_holds_by_something_named_or_says_what_is_missing() -> None:
    assert [item[0] for item in rows("asvs", "V") if not is_told_whole(item)] == []


def is_told_whole(item: list[str]) -> bool:
    _, _, asks, applies, state, shown = item
    if state == "-":
        return bool(asks and re.fullmatch(r"no: \S.*", applies))
    proofs, missing, _ = shown.partition("missing")
    named, by_test = "`" in proofs, bool(TEST.search(proofs))
    whole = {"holds": named and not missing, "partly": bool(shown), "open": not by_test}
    return bool(asks and shown and applies == "yes" and whole.get(state))


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("holds", "by care"),
        ("holds", "`keys.py`; missing: a test"),
        ("partly", ""),
        ("open", "`tests/a.py::test_a`; missing: all of it"),
        ("fine", "`keys.py`"),
    ],
)
def test_an_item_that_says_too_much_or_nothing_is_seen(state: str, shown: str) -> None:
    assert not is_told_whole(["V1.1.1", "1", "something", "yes", state, shown])


def test_the_sums_of_the_items_are_right() -> None:
    items = rows("asvs", "V")
    for name, *told in sums("asvs"):
        here = [item for item in items if name in ("both", f"level {item[1]}")]
        count = Counter(item[4] for item in here)
        assert told == [str(n) for n in (len(here), *(count[s] for s in ("-", *STATES)))], name
    assert [row[0] for row in sums("asvs")] == ["level 1", "level 2", "both"]


# The 40 requirements


def test_each_of_the_40_requirements_has_a_row_with_its_target() -> None:
    asked = rows("security", "R")
    assert [one[0] for one in asked] == [f"R{n:02}" for n in range(1, 41)]
    assert all(asks and target for _, asks, target, *_ in asked)


def test_a_requirement_holds_by_a_test_or_says_what_is_missing() -> None:
    for name, *_, state, shown, missing in rows("security", "R"):
        assert state in STATES, name
        assert state == "open" or TEST.search(shown), name
        assert state == "holds" or missing, name


def test_the_sums_of_the_requirements_and_hazards_are_right() -> None:
    for page, beginning, place in (("security", "R", 3), ("hazards", "H", 5)):
        listed = rows(page, beginning)
        count = Counter(one[place] for one in listed)
        assert list(sums(page)) == [[str(n) for n in (len(listed), *(count[s] for s in STATES))]]


# The hazards


def test_hazards_are_numbered_without_a_gap_and_there_are_enough() -> None:
    numbers = [hazard[0] for hazard in rows("hazards", "H")]
    assert numbers == [f"H{n:02}" for n in range(1, len(numbers) + 1)]
    assert len(numbers) >= 25


def test_each_hazard_has_a_test_or_says_that_it_is_open() -> None:
    for name, what, how, against, shown, state, left in rows("hazards", "H"):
        assert all((what, how, against, left)), name
        assert state in STATES, name
        assert TEST.search(shown) or state == "open", name


# What the list of items says of our scripts


SEALS_WHAT_IT_KEEPS = "room.js"
"""The screen of a treatment room keeps what waits to be sent, until it is, and only sealed."""


def scripts() -> list[Path]:
    return sorted(CLINIC.glob("*/static/*/*.js"))


def test_our_scripts_make_no_markup_keep_nothing_and_forbid_no_paste() -> None:
    found = [
        f"{path.name}: {what}"
        for path in scripts()
        for what, pattern in UNWANTED.items()
        if pattern.search(path.read_text("utf-8"))
    ]
    assert scripts()
    assert found == [f"{SEALS_WHAT_IT_KEEPS}: something kept"]
    (room,) = (one.read_text("utf-8") for one in scripts() if one.name == SEALS_WHAT_IT_KEEPS)
    assert len(re.findall(r"\.put\(", room)) == len(re.findall(r"iv, sealed }\)", room)) == 1


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("box.innerHTML = words", "markup"),
        ("setTimeout('go()', 5)", "code from text"),
        ("localStorage.setItem('a', 1)", "something kept"),
        ("parent.postMessage(told, '*')", "a message to another window"),
        ("field.addEventListener('paste', stop)", "a hand on pasting"),
    ],
)
def test_the_scan_of_scripts_sees_what_it_looks_for(line: str, what: str) -> None:
    assert [one for one, pattern in UNWANTED.items() if pattern.search(line)] == [what]
