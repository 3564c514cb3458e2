"""A medicine that no page knows is never silently read as nothing."""

from __future__ import annotations

from typing import Any

import pytest

from euthymia import shipped
from euthymia.exchange.drug_names import drug_ids
from euthymia.terms import Verdict
from tests.laws.strategies import assessed

KNOWLEDGE = shipped()
THERAPIES = ("tms", "ketamine_iv", "esketamine")


def verdicts(drug: str, criterion: str) -> dict[str, Verdict]:
    """How the options judge a criterion where this is all that is taken."""
    form: dict[str, Any] = {
        "intake": 1,
        "as_of": "2026-06-30",
        "complete": ["medications", "diagnoses", "trials"],
        "diagnoses": [{"icd10cm": "F33.2"}],
        "medications": [{"drug": drug}],
    }
    found = {}
    for option in assessed(form).options:
        for one in option.findings:
            if option.therapy.id in THERAPIES and one.finding.criterion.id.endswith(criterion):
                found[option.therapy.id] = one.finding.verdict
    return found


@pytest.mark.parametrize("drug", ["qqzz", "Contrave", "marijuana"])
def test_a_name_that_no_page_knows_asks_for_care_on_every_option(drug: str) -> None:
    found = verdicts(drug, "medicine_unrecognised")
    assert found == dict.fromkeys(THERAPIES, Verdict.MET)


@pytest.mark.parametrize("drug", ["atorvastatin", "sertraline", "Keppra", "insulin glargine"])
def test_a_name_that_a_page_knows_does_not(drug: str) -> None:
    found = verdicts(drug, "medicine_unrecognised")
    assert found == dict.fromkeys(THERAPIES, Verdict.NOT_MET)


@pytest.mark.parametrize(
    ("drug", "criterion"),
    [
        ("Halcion", "interaction_benzodiazepines"),
        ("quazepam", "interaction_benzodiazepines"),
        ("Vicodin", "interaction_cns_depressants"),
        ("Demerol", "interaction_cns_depressants"),
        ("suvorexant", "interaction_cns_depressants"),
        ("oxycodone/acetaminophen", "interaction_cns_depressants"),
        ("acetaminophen and oxycodone", "interaction_cns_depressants"),
        ("buprenorphine + naloxone", "interaction_cns_depressants"),
    ],
)
def test_brands_and_products_of_two_are_read_by_their_ingredients(
    drug: str, criterion: str
) -> None:
    assert verdicts(drug, criterion)["ketamine_iv"] is Verdict.MET


def test_a_product_of_two_that_has_a_page_of_its_own_stays_one() -> None:
    assert drug_ids("olanzapine/fluoxetine", KNOWLEDGE) == ("olanzapine_fluoxetine",)
    assert drug_ids("oxycodone/acetaminophen", KNOWLEDGE) == ("oxycodone", "acetaminophen")
    assert drug_ids("sertraline", KNOWLEDGE) == ("sertraline",)


def test_what_is_said_to_be_of_no_class_is_sought_by_no_rule() -> None:
    sought = {drug for fact in KNOWLEDGE.facts.values() for drug in fact.drugs}
    others = set(KNOWLEDGE.words["other_medicines"].words)
    assert not others & (sought | set(KNOWLEDGE.drugs) | {o.drug for o in KNOWLEDGE.inhibitors})


def test_every_brand_means_something_that_is_read() -> None:
    brands = [one for one in KNOWLEDGE.words.values() if one.id.startswith("brand_")]
    assert len(brands) > 60
    assert [one.id for one in brands if one.means not in KNOWLEDGE.medicines_read] == []
