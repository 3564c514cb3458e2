"""The page on sessions against the command: its example gives what its table says."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.sessions import answer

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "sessions.md").read_text("utf-8")
FORM = json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[0])
ROWS = re.findall(r"^\| (\d+) \| (\w+) \| (.*?) \|$", PAGE, re.M)


def test_the_example_decides_as_the_table_says() -> None:
    told = answer(FORM)["decisions"]

    assert [(minute, told[minute]["decision"]) for minute in told] == [row[:2] for row in ROWS]


def test_each_rule_of_the_table_is_met_at_its_minute() -> None:
    told = answer(FORM)["decisions"]
    named = {minute: re.findall(r"`(\w+)`", why) for minute, _, why in ROWS}

    assert all(set(rules) <= set(told[minute]["findings"]) for minute, rules in named.items())
    assert told["0"]["findings"] == {}


def test_the_doses_of_the_text_are_those_of_the_answer() -> None:
    told = answer(FORM)

    given, left = re.search(r"(\d+) mg were given, and (\d+) mg", PAGE).groups()  # type: ignore[union-attr]
    assert (told["delivered_mg"], told["wasted_mg"]) == (float(given), float(left))
