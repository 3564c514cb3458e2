"""The report in plain words: within its width, in the words of the pages, never by bare ids."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from euthymia import assess
from euthymia.exchange.fhir import read_fhir
from euthymia.exchange.text import WIDTH, report
from tests.laws.strategies import KNOWLEDGE, Form, record_of
from tests.test_cases import FILES, read

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "two_fair_failures.json"
SILENT: Form = {"intake": 1, "as_of": "2026-06-30"}
FORMS = [case["intake"] for case in map(read, FILES) if "expect_error" not in case]
FACTS = re.compile(rf"\b({'|'.join(name for name in KNOWLEDGE.facts if '_' in name)})\b")


def text_of(form: Form) -> str:
    return report(assess(record_of(form)), KNOWLEDGE)


def words_of(form: Form) -> str:
    """The report as running text."""
    return re.sub(r"\s+", " ", text_of(form))


@pytest.fixture(scope="module")
def reports() -> list[str]:
    """The report of every case, and of the example."""
    [record] = read_fhir([(EXAMPLE.name, EXAMPLE.read_bytes())], KNOWLEDGE)
    return [*map(text_of, FORMS), report(assess(record), KNOWLEDGE)]


def test_every_line_keeps_within_the_width(reports: list[str]) -> None:
    assert len(reports) > 100
    assert [line for text in reports for line in text.splitlines() if len(line) > WIDTH] == []


def test_no_fact_is_shown_by_its_bare_id(reports: list[str]) -> None:
    assert {found for text in reports for found in FACTS.findall(text)} == set()


def test_a_danger_sign_is_named_in_the_words_of_its_form() -> None:
    items = [1, 1, 1, 1, 1, 1, 1, 1, 2]
    told = words_of(SILENT | {"scales": [{"instrument": "phq9", "items": items}]})

    safety = KNOWLEDGE.instruments["phq9"].safety
    assert safety is not None
    assert f"yes {safety.title} (PHQ-9 item 9: 2)" in told


def test_what_nobody_asked_about_suicide_is_named_and_asked() -> None:
    question = KNOWLEDGE.questions["suicidality"]

    told = words_of(SILENT)

    assert f"? {question.title} (suicidality: not recorded)" in told
    assert question.ask in told


@pytest.mark.parametrize(
    ("code", "name"),
    [("F31.81", KNOWLEDGE.mimics["bipolar"].title), ("F33.1", KNOWLEDGE.rules["fda_ema"].name)],
)
def test_the_answer_is_decided_by_what_has_a_name(code: str, name: str) -> None:
    told = words_of(SILENT | {"diagnoses": [{"icd10cm": code}]})

    assert f"Decided by: {name}" in told


def test_the_crisis_line_of_nowhere_in_particular_is_called_one_of_elsewhere() -> None:
    told = words_of(SILENT | {"patient": {"country": "FR"}})

    assert f"(elsewhere; {KNOWLEDGE.crisis_lines['default'].status})" in told
    assert "default" not in told.split("Treatment-resistant depression")[0]


def test_a_finding_that_is_met_by_a_no_shows_that_no() -> None:
    told = words_of(SILENT | {"complete": ["diagnoses"], "diagnoses": []})

    title = KNOWLEDGE.mimics["no_mdd"].title
    assert f"{title} (exclude): depressive episode diagnosed: no" in told


def test_only_the_rule_set_that_counts_augmentations_says_so() -> None:
    told = words_of(SILENT).split("Rule sets side by side")[1].split("What could mimic")[0]

    assert told.count("augmentations included") == 1
