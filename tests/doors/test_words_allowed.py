"""What the product may not say of causes, held against every page and every output."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from euthymia import assess
from euthymia.cli.html import html_report
from euthymia.engine.assessment import Assessment
from euthymia.exchange.document import to_json
from euthymia.exchange.fhir import read_fhir
from euthymia.exchange.intake import read_intake
from euthymia.exchange.text import report
from tests.doors.test_html_report import plain
from tests.laws.strategies import KNOWLEDGE
from tests.test_cases import CASES, read

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "src" / "euthymia" / "library").rglob("*.toml"))
EXAMPLES = sorted((ROOT / "examples").glob("*.json"))
PATIENTS = sorted([*(CASES / "causes").glob("*.json"), *(CASES / "causes").glob("*.toml")])

FORBIDDEN = {
    "an imbalance as a finding": r"\bchemical imbalance|\bimbalances? (?:\w+ )?(?:found|shown)",
    "a lack of a transmitter": (
        r"\b(?:serotonin|noradrenaline|dopamine|transmitter)[ -](?:deficien|deficit|depleted)"
        r"|\b(?:deficien\w+|deficit) (?:of|in) (?:serotonin|noradrenaline|dopamine)"
    ),
    "a cause of one person's illness": (
        r"\bcaus(?:es?|ed|ing) (?:of )?(?:this|the) (?:patient|person)"
        r"|\b(?:resistance|depression) is caused by"
    ),
    "an exclusion by an indicator": r"\brules (?:\w+ ){0,2}out\b",
    "a promise": r"\bwill (?:restore|bring back|normali[sz]e|cure)\b",
    "a share of a cause": (
        r"\d ?% (?:of (?:the |this )?)?"
        r"(?:inflamm|neurotransm|neuroplast|psychosoc|serotonin|caus|contribut|probab)"
        r"|\b(?:inflammat\w+|neurotransmitter|neuroplasticity|psychosocial)(?: of|:)? \d[\d.]* ?%"
    ),
}
"""What no page and no output may say. To name a debate is allowed: see `without_debates`."""
SHOWN_IN_PERCENT = re.compile(r"95 % interval|\b\d+ % (?:was |more )?measured")
"""An interval or how much was measured; the numbers of studies stand folded, beside the study."""


def faults(text: str) -> list[str]:
    return [
        f"{what}: ...{text[max(found.start() - 40, 0) : found.end() + 40]}..."
        for what, pattern in FORBIDDEN.items()
        for found in re.finditer(pattern, text, re.IGNORECASE)
    ]


def said_on(page: object) -> Iterator[str]:
    """Every string of a page but those of a debate."""
    match page:
        case str():
            yield re.sub(r"\s+", " ", page)
        case dict():
            yield from said_on([part for key, part in page.items() if key != "debates"])
        case list():
            for part in page:
                yield from said_on(part)


def debates() -> Iterator[str]:
    for one in KNOWLEDGE.domains.values():
        for debate in one.debates:
            yield debate.question
            yield debate.so
            yield from (side.says for side in debate.sides)


def without_debates(told: str) -> str:
    told = re.sub(r"\s+", " ", told)
    for words in sorted(debates(), key=len, reverse=True):
        told = told.replace(words, " ")
    return told


@cache
def patient(path: Path) -> Assessment:
    content: dict[str, Any] = (
        json.loads(path.read_text("utf-8")) if path in EXAMPLES else read(path)
    )
    if content.get("resourceType"):
        [record] = read_fhir([(path.name, path.read_bytes())], KNOWLEDGE)
        return assess(record)
    form = content if path in EXAMPLES else content["intake"]
    return assess(read_intake(path.name, json.dumps(form).encode(), KNOWLEDGE))


EVERYBODY = pytest.mark.parametrize("path", [*EXAMPLES, *PATIENTS], ids=lambda path: path.stem)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.stem}")
def test_no_page_of_the_library_claims_more_than_it_may(page: Path) -> None:
    told = said_on(tomllib.loads(page.read_text("utf-8")))

    assert [fault for text in told for fault in faults(text)] == []


@EVERYBODY
def test_no_output_claims_more_than_it_may(path: Path) -> None:
    assessment = patient(path)
    outputs = {
        "text": report(assessment, KNOWLEDGE),
        "html": plain(html_report(assessment, KNOWLEDGE)),
        "json": to_json(assessment).decode(),
    }

    assert {form: faults(without_debates(told)) for form, told in outputs.items()} == {
        "text": [],
        "html": [],
        "json": [],
    }


@EVERYBODY
def test_no_contributor_is_given_as_a_bare_percentage(path: Path) -> None:
    page = html_report(patient(path), KNOWLEDGE)
    in_sight = without_folded(page.split('<section id="causes"')[1].split("</section>")[0])
    text = report(patient(path), KNOWLEDGE).split("association, not cause")[1].split("\nOptions")[0]

    for told in (plain(f"</head>{in_sight}"), re.sub(r"\s+", " ", text)):
        assert "% measured" in told or "nothing measured" in told or "all measured" in told
        assert re.findall(r".{0,30}%", SHOWN_IN_PERCENT.sub("", told)) == []


def without_folded(page: str) -> str:
    """What stands in sight: everything outside the outermost folds, pictures and styles aside."""
    page = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    kept, depth = [], 0
    for part in re.split(r"(</?details[^>]*>)", page):
        if part.startswith("<details"):
            depth += 1
        elif part.startswith("</details"):
            depth -= 1
        elif depth == 0:
            kept.append(part)
    return "".join(kept)


@EVERYBODY
def test_a_probability_of_a_contributor_never_stands_alone(path: Path) -> None:
    page = plain(html_report(patient(path), KNOWLEDGE))

    for finding in patient(path).causes.domains:
        told = f"{finding.score.probability:.2f}; {finding.base_probability:.2f} with nothing"
        assert told in page
        assert told in re.sub(r"\s+", " ", report(patient(path), KNOWLEDGE))


@EVERYBODY
def test_every_output_says_association_not_cause(path: Path) -> None:
    assert "Association, not cause" in html_report(patient(path), KNOWLEDGE)
    assert "association, not cause" in report(patient(path), KNOWLEDGE)


@pytest.mark.parametrize(
    "words",
    [
        "a chemical imbalance was found",
        "chemical imbalance found",
        "points to serotonin deficiency",
        "a deficit in dopamine",
        "Inflammation causes this patient's resistance",
        "the cause of this patient's depression",
        "Normal CRP rules inflammation out",
        "this rules out inflammation",
        "Lowering CRP will restore response",
        "60 % inflammation",
        "31% of the inflammatory kind",
        "Inflammation: 60 %",
        "a 60 % probability",
    ],
)
def test_the_scan_sees_what_it_looks_for(words: str) -> None:
    assert faults(words) != []


@pytest.mark.parametrize(
    "words",
    [
        "Does depression come from too little serotonin?",
        "Ruled out: 3",
        "93 % measured",
        "combined association: odds ratio 1.28 (95 % interval 0.77 to 2.11)",
        "An association; no cause is shown.",
        "response was 62 % against 33 %",
    ],
)
def test_the_scan_lets_pass_what_may_be_said(words: str) -> None:
    assert faults(words) == []
