"""The page: safe, whole, self-contained, and it never says no for what nobody knows."""

from __future__ import annotations

import html as escaping
import json
import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace

from euthymia import assess, shipped
from euthymia.cli.html import html_report
from euthymia.engine.findings import Question
from euthymia.exchange.citations import cited
from euthymia.exchange.fhir import read_fhir
from euthymia.exchange.intake import read_intake
from euthymia.record.entries import Event
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


FAIR = {
    "id": "t1",
    "drug": "sertraline",
    "dose_mg": 100,
    "days_at_dose": 60,
    "start": "2026-01-01",
    "end": "2026-03-01",
    "pdc": 0.95,
    "improvement_pct": 10,
    "stop_reason": "lack_of_efficacy",
}
PARTS = (
    "safety",
    "answer",
    "timeline",
    "trials",
    "rules",
    "mimics",
    "causes",
    "options",
    "scales",
    "course",
    "measure",
    "ask",
    "data",
    "sources",
)


def plain(page: str) -> str:
    """The page as it is read, without its tags."""
    body = page.split("</head>")[1]
    return escaping.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


def part(page: str, name: str) -> str:
    """One section of the page, as it is read."""
    _, from_here = page.split(f'<section id="{name}"')
    return plain("</head><" + from_here.split("</section>")[0])


def test_the_parts_stand_in_the_order_of_reading(anna: str) -> None:
    assert tuple(re.findall(r'<section id="(\w+)"', anna)) == PARTS


def test_every_table_says_what_it_is_and_every_heading_cell_what_it_heads(anna: str) -> None:
    assert anna.count("<table") == anna.count("<caption")
    assert all("scope=" in cell for cell in re.findall(r"<th\b[^>]*>", anna))


def test_the_answer_names_its_rule_its_count_and_its_grounds() -> None:
    hypothyroid = [{"icd10cm": "E03.9"}, {"icd10cm": "F33.1"}]
    later = {"start": "2026-03-10", "end": "2026-05-08"}
    trials = [FAIR, FAIR | {"id": "t2", "drug": "venlafaxine", "dose_mg": 150} | later]
    page = page_of(SILENT | {"complete": ["trials"], "trials": trials, "diagnoses": hypothyroid})
    answer = part(page, "answer")
    assert "Provisional" in answer
    assert "By the FDA / EMA working definition: 2 failed adequate antidepressants" in answer
    assert "Underactive thyroid" in answer


def test_an_exclusion_is_named_where_the_answer_is_given() -> None:
    answer = part(page_of(SILENT | {"diagnoses": [{"icd10cm": "F31.81"}]}), "answer")
    assert "Excluded by" in answer
    assert "Bipolar" in answer


def test_each_trial_is_held_against_its_minimum_and_shown_under_every_rule_set() -> None:
    trials = part(page_of(SILENT | {"trials": [FAIR | {"dose_mg": 25}]}), "trials")
    knowledge = shipped()
    assert "50 mg/d" in trials
    assert "42 days" in trials
    assert knowledge.codes["dose_below_min"].says in trials
    for rule in knowledge.rules.values():
        assert (rule.name in trials) is (rule.id != "augmentation")


def test_the_table_beside_the_picture_holds_what_the_picture_draws() -> None:
    scales = [{"instrument": "phq9", "date": "2026-02-01", "total": 18}]
    record = read_intake(
        "form.json", json.dumps(SILENT | {"trials": [FAIR], "scales": scales}).encode(), shipped()
    )
    admitted = replace(record, events=(Event("admission", date(2026, 2, 10)),))
    page = html_report(assess(admitted), shipped())
    table = part(page, "timeline").split("The same as a table")[1]
    assert "sertraline, 100 mg/d, 60 days (minimum 50 mg/d) counts" in table
    assert "PHQ-9 18 of 27" in table
    assert "2026-02-10 event admission" in table


def test_what_a_mimic_says_is_withheld_until_it_is_met() -> None:
    criterion = shipped().mimics["bipolar"]
    assert criterion.says not in plain(page_of(SILENT))
    assert criterion.says in plain(page_of(SILENT | {"diagnoses": [{"icd10cm": "F31.81"}]}))


def test_what_nobody_recorded_is_never_shown_as_no() -> None:
    page = page_of(SILENT | {"trials": [{"id": "t1", "drug": "sertraline"}]})
    trials = part(page, "trials")
    assert "dose unknown, days unknown" in trials
    assert "not recorded" in trials
    assert "does not count" not in trials
    assert "Ruled out: 0" in part(page, "mimics")


def test_every_rule_set_names_itself_its_status_and_whether_it_agrees(anna: str) -> None:
    rules = part(anna, "rules")
    for page in (*shipped().stagings.values(), *shipped().algorithms.values()):
        assert page.name in rules
    assert re.search(r"Resistant\? \d+ say yes, \d+ no, \d+ stay open, \d+ do not say", rules)
    assert "of 11 items known" in rules


@pytest.mark.parametrize("rule", ["athf_style", "atrq"])
def test_a_rule_set_that_only_counts_does_not_say_whether_it_is_resistance(
    anna: str, rule: str
) -> None:
    name = re.escape(shipped().rules[rule].name)
    assert re.search(rf"{name}.{{0,40}}does not say", part(anna, "rules"))


def test_questions_come_in_the_order_of_the_assessment(anna: str) -> None:
    [record] = read_fhir([(ANNA.name, ANNA.read_bytes())], shipped())
    ask = part(anna, "ask")
    asked = [one.ask for one in assess(record).questions if not measures_only(one)]
    places = [ask.find(words) for words in dict.fromkeys(asked)]
    assert -1 not in places
    assert places == sorted(places)


def measures_only(question: Question) -> bool:
    """Whether it stands under what to measure next, not among the questions."""
    return all(pointer.startswith("/causes/") for pointer in question.settles)


def test_a_doubted_score_is_shown_with_its_doubt() -> None:
    page = page_of(
        SILENT | {"scales": [{"instrument": "phq9", "date": "2026-06-01", "total": 300}]}
    )
    assert "the total 300 is outside 0 to 27" in part(page, "scales")
    assert "no usable total" in part(page, "scales")


def test_the_crisis_line_is_that_of_the_country() -> None:
    assert "116 123" in part(page_of(SILENT | {"patient": {"country": "GB"}}), "safety")


def test_only_addresses_of_the_web_become_links(anna: str) -> None:
    links = set(re.findall(r'href="([^"]+)"', anna))
    assert all(link.startswith(("#", "https://", "http://")) for link in links)
