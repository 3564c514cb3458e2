"""The options in the terminal: verdict, matter, fact, source, then what is open and the choice."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from euthymia import assess, shipped
from euthymia.engine.assessment import Assessment
from euthymia.engine.suitability import Suitability
from euthymia.exchange.text import WIDTH, report
from euthymia.record.orders import Override
from euthymia.terms import Verdict
from tests.doors.test_options_page import CRITERION, INFUSION, option, silent, with_one
from tests.laws.strategies import KNOWLEDGE, record_of

__all__ = ["silent"]


def part(text: str, heading: str) -> str:
    """One part of the report, as it stands."""
    return text.split(f"\n{heading}\n")[1].split("\n\n", maxsplit=1)[0]


def words(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.fixture(scope="module")
def told() -> str:
    return report(assess(record_of({"intake": 1, "as_of": "2026-06-30"})), KNOWLEDGE)


def test_every_therapy_of_the_pages_is_named_with_its_verdict(told: str) -> None:
    options = words(part(told, "Options"))
    for therapy in shipped().therapies.values():
        assert re.search(rf"{re.escape(therapy.name)}: [A-Z]{{2,}}", options)


def test_the_choice_follows_the_options_and_says_that_nothing_tells_them_apart(told: str) -> None:
    assert told.index("\nOptions\n") < told.index("\nChoice\n")
    assert KNOWLEDGE.parameters["moderators_of_tms_or_ketamine"].says in words(part(told, "Choice"))


def test_what_is_open_is_counted_and_the_first_are_named(told: str) -> None:
    ketamine = words(
        told.split("\nOptions")[1].split("Ketamine as an infusion:")[1].split("[", maxsplit=1)[0]
    )
    count, named = re.findall(r"\? (\d+) not known: (.*?) and \d+ more", ketamine)[0]
    assert int(count) > 3
    assert named.count(";") == 2


def test_a_met_finding_stands_with_both_grades_its_source_and_override(
    silent: Assessment,
) -> None:
    word = Override(finding="sunburn", by="Dr Luna", reason="shaded")
    one = option(Verdict.MET, Suitability.CAUTION, word)
    options = words(part(report(with_one(silent, one), KNOWLEDGE), "Options"))
    assert "Moonlight therapy: WITH CARE" in options
    assert "yes Sunburn (contraindication; by label contraindication, by guideline" in options
    assert f"{CRITERION.says} [moon-study]" in options
    assert "to do: shade the skin" in options
    assert "Dr Luna took the milder grade: shaded" in options


def test_a_plan_is_told_with_its_arithmetic_and_what_nobody_confirmed(silent: Assessment) -> None:
    one = replace(option(Verdict.NOT_MET, Suitability.SUITABLE), plan=INFUSION)
    options = part(report(with_one(silent, one), KNOWLEDGE), "Options")
    assert INFUSION.arithmetic in words(options)
    assert "Induction: 6 infusions, 2 to 3 a week" in options


def test_what_to_expect_names_its_study_its_blinding_and_its_comparator(silent: Assessment) -> None:
    one = option(Verdict.NOT_MET, Suitability.SUITABLE)
    options = words(part(report(with_one(silent, one), KNOWLEDGE), "Options"))
    assert "response 40 % (30 to 50); The replication, 50 people, patients were blinded" in options
    assert "beside it darkness (n 49): response 23 % [moon-again]" in options


def test_open_and_blinded_rates_are_told_apart_without_a_biased_one(
    silent: Assessment,
) -> None:
    one = replace(option(Verdict.NOT_MET, Suitability.SUITABLE), outlook=None)
    options = words(part(report(with_one(silent, one), KNOWLEDGE), "Options"))
    assert "response 47 % in 1 blinded study; response 82 % in 1 open study" in options
    assert "90 %" not in options


def test_every_line_of_the_options_keeps_within_the_width(silent: Assessment) -> None:
    one = replace(option(Verdict.MET, Suitability.CAUTION), plan=INFUSION)
    text = report(with_one(silent, one), KNOWLEDGE)
    assert [line for line in text.splitlines() if len(line) > WIDTH] == []
