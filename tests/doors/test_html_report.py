"""The page: safe, whole, self-contained, and it never says no for what nobody knows."""

from __future__ import annotations

import html as escaping
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from euthymia import assess, shipped
from euthymia.cli.html import html_report
from euthymia.exchange.citations import cited
from euthymia.exchange.fhir import read_fhir
from euthymia.exchange.intake import read_intake
from euthymia.terms import Verdict

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
ANNA = EXAMPLES / "two_fair_failures.json"
SILENT = {"intake": 1, "as_of": "2026-06-30"}


def page_of(form: dict[str, object]) -> str:
    record = read_intake("form.json", json.dumps(form).encode(), shipped())
    return html_report(assess(record), shipped())


@pytest.fixture(scope="module")
def anna() -> str:
    [record] = read_fhir([(ANNA.name, ANNA.read_bytes())], shipped())
    return html_report(assess(record), shipped())


def test_the_page_loads_nothing_and_runs_nothing(anna: str) -> None:
    assert "<script" not in anna
    assert not re.search(r"<(?:link|img|iframe|object|embed)\b", anna)
    assert not re.search(r"(?:src|@import|url\()\s*=?\s*[\"']?https?:", anna)
    assert not re.search(r"\son\w+=", anna)


def test_safety_stands_before_everything_else(anna: str) -> None:
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", anna)
    assert headings[0].startswith("Danger")
    assert anna.index("988") < anna.index("The answer")


def test_the_crisis_line_is_shown_though_nobody_asked() -> None:
    page = page_of(SILENT)
    assert "Safety first" in page
    assert "not known" in page.split("The answer")[0]
    assert "988" in page.split("The answer")[0]


def test_every_open_finding_shows_its_question() -> None:
    record = read_intake("form.json", json.dumps(SILENT).encode(), shipped())
    assessment = assess(record)
    page = escaping.unescape(html_report(assessment, shipped()))
    for finding in assessment.mimics:
        if finding.verdict is Verdict.UNKNOWN:
            assert all(fact.ask in page for fact in finding.missing)


def test_every_source_that_is_cited_is_listed(anna: str) -> None:
    named = set(re.findall(r'href="#source-([^"]+)"', anna))
    listed = set(re.findall(r'id="source-([^"]+)"', anna))
    [record] = read_fhir([(ANNA.name, ANNA.read_bytes())], shipped())
    assert {item.id for item in cited(assess(record))} <= listed
    assert named <= listed


def test_what_a_stranger_wrote_is_shown_and_not_run() -> None:
    hostile = '<img src=x onerror="alert(1)">'
    page = page_of(
        SILENT
        | {
            "patient": {"id": hostile},
            "trials": [{"id": "t1", "drug": hostile, "indication": hostile}],
        }
    )
    assert hostile not in page
    assert "&lt;img" in page


def test_an_undated_trial_stands_beneath_the_picture() -> None:
    page = page_of(SILENT | {"trials": [{"id": "t1", "drug": "sertraline", "dose_mg": 100}]})
    assert "for want of dates" in page
    assert "not recorded" in page


def test_a_statement_that_nobody_confirmed_is_marked() -> None:
    page = page_of(SILENT | {"diagnoses": [{"icd10cm": "E05.90"}]})
    assert "† recalled" in page


def test_an_invented_patient_is_called_invented(anna: str) -> None:
    assert "SYNTHETIC" in anna
    assert "SYNTHETIC" not in page_of(SILENT)


def test_each_heading_follows_the_one_before(anna: str) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])", anna)]
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
