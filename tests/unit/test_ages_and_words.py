"""Ages by the calendar, results in words, doses added up, brands, events without a first day."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from euthymia import assess, shipped
from euthymia.engine.facts import age_years, read_facts
from euthymia.engine.seen import look_at
from euthymia.exchange.drug_names import drug_id
from euthymia.exchange.intake import read_intake
from euthymia.record import Patient, Record

KNOWLEDGE = shipped()
TODAY = date(2026, 11, 24)


def record_of(**told: Any) -> Record:
    form = {"intake": 1, "as_of": TODAY.isoformat(), **told}
    return read_intake("form", json.dumps(form).encode(), KNOWLEDGE)


def fact(name: str, **told: Any) -> Any:
    return read_facts(look_at(record_of(**told), (), (), KNOWLEDGE))[name].value


@pytest.mark.parametrize(
    ("born", "years"),
    [
        (date(1961, 11, 24), 65),
        (date(1961, 11, 25), 64),
        (date(2008, 11, 24), 18),
        (date(2008, 2, 29), 18),
        (date(2026, 11, 24), 0),
    ],
)
def test_whoever_has_a_birthday_today_is_a_year_older(born: date, years: int) -> None:
    age = age_years(Record(as_of=TODAY, patient=Patient(birth_date=born)))

    assert age is not None
    assert int(age) == years


def test_nobody_turns_a_year_older_before_the_birthday() -> None:
    born = date(1961, 11, 25)
    age = age_years(Record(as_of=TODAY, patient=Patient(birth_date=born)))

    assert age is not None
    assert age < 65


def test_esketamine_starts_lower_in_the_eu_on_the_65th_birthday() -> None:
    told = {"region": "EU", "patient": {"birth_date": "1961-11-24"}}
    options = {one.therapy.id: one for one in assess(record_of(**told), KNOWLEDGE).options}

    assert options["esketamine"].plan.dose_mg == 28


@pytest.mark.parametrize(
    ("word", "pregnant"),
    [("positive", True), ("POS", True), ("reactive", True), ("negative", False), ("weak", None)],
)
def test_a_result_in_words_is_yes_or_no_only_where_it_says_so(
    word: str, pregnant: bool | None
) -> None:
    labs = [{"loinc": "2106-3", "value": word, "date": "2026-11-20"}]

    assert fact("pregnancy_test_positive", labs=labs) is pregnant


def test_two_entries_of_one_drug_are_one_dose() -> None:
    taken = [{"drug": "bupropion", "dose_mg_per_day": dose} for dose in (150, 200)]
    dose = next(
        name
        for name, one in KNOWLEDGE.facts.items()
        if one.key == "dose_mg_per_day" and one.drugs == ("bupropion",)
    )

    assert fact(dose, medications=taken).value == 350


def test_a_brand_name_is_understood() -> None:
    assert fact("benzodiazepine_taken", medications=[{"drug": "Xanax"}]) is True


def test_a_name_that_no_page_looks_for_is_doubted() -> None:
    doubts = assess(record_of(medications=[{"drug": "newbrandol"}]), KNOWLEDGE).quality.doubts

    assert any("newbrandol" in one.what for one in doubts)


def test_an_event_that_was_over_long_ago_is_not_of_these_weeks() -> None:
    old = [{"icd10cm": "I21.9", "resolved": "2015-03-01"}]
    names = [name for name, one in KNOWLEDGE.facts.items() if one.event_within_days == 42]

    assert names
    assert all(fact(name, diagnoses=old) is not True for name in names)


def test_of_two_measures_of_one_day_the_graver_end_counts() -> None:
    vitals = [
        {"spo2_pct": 85, "heart_rate_per_min": 40},
        {"spo2_pct": 97, "heart_rate_per_min": 140},
    ]

    assert fact("spo2_pct", vitals=vitals).value == 85
    assert fact("heart_rate_of_the_week", vitals=vitals).value == 140
    assert fact("lowest_heart_rate_of_the_week", vitals=vitals).value == 40


def test_a_lab_in_a_unit_that_cannot_be_converted_leaves_open_what_it_would_tell() -> None:
    bilirubin = [{"loinc": "1975-2", "value": 100, "unit": "umol/L"}]

    assert fact("bilirubin_measured") is False
    assert fact("bilirubin_measured", labs=bilirubin) is None


@pytest.mark.parametrize(
    ("told", "meant"),
    [("Zoloft", "sertraline"), ("Effexor XR", "venlafaxine"), ("wellbutrin xl", "bupropion")],
)
def test_a_brand_of_an_antidepressant_is_taken_for_its_ingredient(told: str, meant: str) -> None:
    assert drug_id(told, shipped()) == meant


def test_no_two_ingredients_share_a_brand() -> None:
    pages = [one for one in shipped().words.values() if one.id.startswith("brand_")]
    words = [word for page in pages for word in page.words]
    assert len(words) == len(set(words))
