"""What the mimic and gene pages must hold: all that the dossier names, asked for and seen."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from ucumvert import PintUcumRegistry

from euthymia.exchange.intake_form import ContextPart
from euthymia.knowledge import Knowledge
from euthymia.knowledge.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Derived,
    FactSource,
    Is,
    Not,
    facts_of,
)
from euthymia.knowledge.criteria import Criterion
from euthymia.library import shipped
from euthymia.terms import Code

CASES = Path(__file__).resolve().parents[1] / "cases"
VERDICTS = {"met", "not_met", "unknown"}
BANNED = ("chemical imbalance", "fail the treatment", "failed patient", "non-compliant")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
NO_NUMBER = re.compile(r"\b[A-Za-z]+-?\d[\w.]*|\d+th\b|sixth character \d")
"""Codes, names such as PCL-5 and CYP1A2, and places of a sign: digits that are no threshold."""
A_CODE = re.compile(r"\b[A-Z]\d{2}\.?\w*\b|\b\d{3,}-\d\b")

EXPOSURE = {
    "high exposure": "high",
    "low exposure": "low",
    "slightly high": "slightly_high",
    "slightly low": "slightly_low",
    "normal": "normal",
    "minor": "normal",
    "unknown": "unknown",
    "n/a": "unknown",
    "parent high": "slightly_high",
    "parent low": "slightly_low",
    "parent high, active metabolite low": "slightly_high",
}
READ_SINCE = {
    ("CYP2D6", "poor", "desipramine"),
    ("CYP2D6", "intermediate", "desipramine"),
    ("CYP2D6", "ultrarapid", "desipramine"),
    ("CYP2C19", "rapid_or_ultrarapid", "sertraline"),
    ("CYP2D6", "intermediate", "nortriptyline"),
}
"""Rows whose class was read in CPIC's own table and differs from, or shortens, the dossier's."""

Causes = Mapping[str, dict[str, Any]]
Rows = Mapping[tuple[str, str, str], dict[str, str]]


@pytest.fixture(scope="module")
def pages() -> Knowledge:
    return shipped()


@pytest.fixture(scope="module")
def dossier(shared: Path) -> dict[str, Any]:
    path = shared / "clinical" / "staging" / "pseudoresistance.toml"
    return tomllib.loads(path.read_text("utf-8"))


@pytest.fixture(scope="module")
def causes(dossier: dict[str, Any]) -> Causes:
    return {cause["id"]: cause for cause in dossier["cause"]}


@pytest.fixture(scope="module")
def rows(dossier: dict[str, Any]) -> Rows:
    return {(row["gene"], row["phenotype"], row["drug"]): row for row in dossier["pgx"]}


def facts_behind(mimic: Criterion, pages: Knowledge) -> list[FactSource]:
    return [pages.facts[name] for name in dict.fromkeys(facts_of(mimic.when))]


def page_of(mimic: Criterion, pages: Knowledge) -> str:
    """The whole entry with its facts, as text."""
    return msgspec.json.encode([mimic, *facts_behind(mimic, pages)]).decode()


def numbers(text: str) -> set[float]:
    return {float(found) for found in NUMBER.findall(NO_NUMBER.sub(" ", text))}


def bounds_of(condition: Condition) -> Iterator[float]:
    """Every number a condition compares with."""
    match condition:
        case Comparison():
            yield condition.bound.value
        case Not(part):
            yield from bounds_of(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from bounds_of(part)
        case Is():
            return


def numbers_on(mimic: Criterion, pages: Knowledge) -> set[float]:
    """The numbers a reviewer sees: bounds, days, counts, and those in the note and questions."""
    found = numbers(mimic.note or "") | set(bounds_of(mimic.when))
    for fact in facts_behind(mimic, pages):
        days = (fact.within_days, fact.before_onset_days, fact.with_trial_days)
        found |= numbers(fact.ask) | {float(one) for one in days if one is not None}
        found |= {float(fact.times), float(fact.apart_days)}
    return found


def mimic_facts(pages: Knowledge) -> Iterator[FactSource]:
    for mimic in pages.mimics.values():
        yield from facts_behind(mimic, pages)


# ------------------------------------------------------------------ mimics


def test_there_are_52_mimics(pages: Knowledge) -> None:
    assert len(pages.mimics) == 52


def test_the_mimics_are_the_causes_of_the_dossier(pages: Knowledge, causes: Causes) -> None:
    assert set(pages.mimics) == set(causes)


def test_each_mimic_does_to_the_answer_what_the_dossier_says(
    pages: Knowledge, causes: Causes
) -> None:
    assert {name: mimic.kind for name, mimic in pages.mimics.items()} == {
        name: cause["severity"] for name, cause in causes.items()
    }


def test_no_mimic_is_surer_than_the_dossier(pages: Knowledge, causes: Causes) -> None:
    assert {name: mimic.status for name, mimic in pages.mimics.items()} == {
        name: cause["status"] for name, cause in causes.items()
    }


def test_every_threshold_of_the_dossier_is_on_the_page(pages: Knowledge, causes: Causes) -> None:
    missing = {
        name: lost
        for name, cause in causes.items()
        if (lost := thresholds(cause) - numbers_on(pages.mimics[name], pages))
    }
    assert missing == {}


def thresholds(cause: dict[str, Any]) -> set[float]:
    told = [cause["how_seen"], *(lab["threshold"] for lab in cause.get("labs", []))]
    return numbers(" ".join(told))


def test_every_code_of_the_dossier_is_read_or_explained(pages: Knowledge, causes: Causes) -> None:
    missing = {
        (name, prefix)
        for name, cause in causes.items()
        for prefix in cause.get("icd10cm_prefixes", [])
        if not speaks_of(Code("icd10cm", prefix), pages.mimics[name], pages)
    }
    assert missing == set()


def speaks_of(code: Code, mimic: Criterion, pages: Knowledge) -> bool:
    read = (one for fact in facts_behind(mimic, pages) for one in fact.codes)
    return any(one.covers(code) for one in read) or code.value in (mimic.note or "")


def test_every_test_of_the_dossier_is_read_or_explained(pages: Knowledge, causes: Causes) -> None:
    missing = {
        (name, lab["name"])
        for name, cause in causes.items()
        for lab in cause.get("labs", [])
        if f'"{lab.get("loinc")}"' not in page_of(pages.mimics[name], pages)
        and lab["name"].split()[-1] not in (pages.mimics[name].note or "")
    }
    assert missing == set()


def test_every_drug_of_the_dossier_is_read_or_explained(pages: Knowledge, causes: Causes) -> None:
    missing = {
        (name, drug)
        for name, cause in causes.items()
        for drug in named_drugs(cause)
        if drug.lower() not in page_of(pages.mimics[name], pages).lower()
    }
    assert missing == set()


def named_drugs(cause: dict[str, Any]) -> list[str]:
    """Single names; the groups of drug-induced depression are spelt out on the page."""
    grouped = cause["id"].startswith("drug_induced_")
    return [drug.partition(" (")[0] for drug in cause.get("drugs", []) if not grouped]


def test_a_mimic_says_one_plain_sentence(pages: Knowledge) -> None:
    for mimic in pages.mimics.values():
        assert mimic.says.endswith("."), mimic.id
        assert mimic.says.count(". ") == 0, mimic.id
        assert not any(phrase in mimic.says.lower() for phrase in BANNED), mimic.id


def test_a_title_names_the_matter_and_concludes_nothing(pages: Knowledge) -> None:
    for mimic in pages.mimics.values():
        assert not mimic.title.endswith((".", "?")), mimic.id
        assert ":" not in mimic.title, mimic.id


def test_a_met_mimic_tells_what_to_do(pages: Knowledge) -> None:
    for mimic in pages.mimics.values():
        assert mimic.actions, mimic.id
        assert all(re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", one) for one in mimic.actions), mimic.id


# ------------------------------------------------------------------ facts


def test_every_fact_is_tested_by_some_mimic_or_tells_an_indicator(pages: Knowledge) -> None:
    told = {
        name
        for indicator in pages.indicators.values()
        for name in (*indicator.shows, *(fact for one in indicator.readings for fact in one.facts))
    }
    assert {fact.name for fact in mimic_facts(pages)} | told | others(pages) == set(pages.facts)


def others(pages: Knowledge) -> set[str]:
    """The facts that a therapy, a payer or a session reads."""
    owners = (*pages.therapies.values(), *pages.payers.values())
    criteria = [one for owner in owners for one in owner.criteria.values()]
    changes = [change for one in criteria for change in one.circumstances]
    rules = pages.session_rules.values()
    read = {fact for one in (*criteria, *changes, *rules) for fact in facts_of(one.when)}
    screens = {fact for therapy in pages.therapies.values() for fact in therapy.screen}
    return read | screens


def test_every_derived_fact_has_its_page(pages: Knowledge) -> None:
    derived = {name for name, fact in pages.facts.items() if fact.section == "derived"}
    assert derived == set(get_args(Derived))


def test_a_question_can_be_put_to_a_person(pages: Knowledge) -> None:
    for fact in mimic_facts(pages):
        assert fact.ask.endswith(("?", ".")), fact.name
        assert fact.ask[0].isupper(), fact.name
        assert not A_CODE.search(fact.ask.replace("B12", "")), fact.name


def test_every_unit_of_a_fact_is_ucum(pages: Knowledge) -> None:
    registry = PintUcumRegistry()
    units = {fact.unit for fact in mimic_facts(pages) if fact.unit}
    assert {"m[IU]/L", "ng/mL", "kg/m2", "{score}"} <= units
    for unit in units:
        registry.from_ucum(unit)


def test_a_fact_is_read_by_codes_of_its_own_section(pages: Knowledge) -> None:
    systems = {"diagnoses": "icd10cm", "labs": "loinc", "derived": "icd10cm"}
    for fact in mimic_facts(pages):
        found = {code.system for code in (*fact.codes, *fact.unless)}
        assert found <= {systems.get(fact.section)}, fact.name
        assert all(drug == drug.lower() for drug in fact.drugs), fact.name


def test_a_code_that_does_not_count_lies_below_one_that_does(pages: Knowledge) -> None:
    for fact in mimic_facts(pages):
        for out in fact.unless:
            assert any(code.covers(out) for code in fact.codes), f"{fact.name}: {out}"


def test_a_conversation_can_answer_what_is_read_from_it(pages: Knowledge) -> None:
    keys = {fact.key for fact in mimic_facts(pages) if fact.section == "context"}
    assert keys <= set(ContextPart.__struct_fields__)


def test_a_scale_that_is_read_has_its_page(pages: Knowledge) -> None:
    read = {fact.instrument for fact in mimic_facts(pages) if fact.section == "scales"}
    assert read <= set(pages.instruments)


def test_the_codes_exist_in_the_classification(pages: Knowledge, shared: Path) -> None:
    """The list covers part of ICD-10-CM: a category that it has must hold the code."""
    path = shared / "data" / "terminology" / "icd10cm_2025_trd_relevant.csv"
    with path.open(encoding="utf-8") as lines:
        listed = [Code("icd10cm", row["code"]) for row in csv.DictReader(lines)]
    categories = {code.value[:3] for code in listed}
    codes = {code for fact in mimic_facts(pages) for code in (*fact.codes, *fact.unless)}
    looked_up = {code for code in codes if code.value[:3] in categories - {"Z91"}}
    assert len(looked_up) > 60
    assert {code for code in looked_up if not any(code.covers(one) for one in listed)} == set()


# ------------------------------------------------------------------ genes


def test_there_are_70_gene_rows_and_none_twice(pages: Knowledge) -> None:
    keys = [(row.gene, row.phenotype, row.drug) for row in pages.genes]
    assert len(keys) == len(set(keys)) == 70


def test_the_gene_rows_are_those_of_the_dossier(pages: Knowledge, rows: Rows) -> None:
    assert {(row.gene, row.phenotype, row.drug): row.exposure for row in pages.genes} == {
        key: EXPOSURE[row["direction"]] for key, row in rows.items()
    }


def test_the_class_of_a_recommendation_is_the_dossiers_or_was_read_since(
    pages: Knowledge, rows: Rows
) -> None:
    differs = {
        key
        for row in pages.genes
        if (key := (row.gene, row.phenotype, row.drug)) in rows
        and row.strength != rows[key]["classification"]
    }
    assert differs == READ_SINCE


def test_only_normal_metabolisers_of_desipramine_have_a_strong_recommendation(
    pages: Knowledge,
) -> None:
    strengths = {row.phenotype: row.strength for row in pages.genes if row.drug == "desipramine"}
    assert {phenotype for phenotype, one in strengths.items() if one == "Strong"} == {"normal"}


def test_the_inhibitors_are_those_of_the_dossier_and_their_combinations(
    pages: Knowledge, causes: Causes
) -> None:
    single = {row.drug for row in pages.inhibitors if "_" not in row.drug}
    assert single == set(causes["inhibition"]["drugs"])
    for row in pages.inhibitors:
        assert any(part in single for part in row.drug.split("_")), row.drug


# ------------------------------------------------------------------ cases


def test_every_mimic_is_seen_met_not_met_and_unknown(pages: Knowledge) -> None:
    seen: dict[str, set[str]] = {name: set() for name in pages.mimics}
    for path in CASES.rglob("*.toml"):
        for pointer, expected in tomllib.loads(path.read_text("utf-8"))["expect"].items():
            match pointer.split("/"):
                case ["", "mimics", name, "verdict"]:
                    seen[name].add(expected)
                case _:
                    continue
    assert {name: VERDICTS - found for name, found in seen.items() if found != VERDICTS} == {}
