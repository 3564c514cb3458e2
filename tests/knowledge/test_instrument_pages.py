"""What the pages of rating scales must hold: range, bands, codes, and the danger item."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from msgspec import Struct

from euthymia.knowledge import Knowledge
from euthymia.knowledge.instruments import Band, Instrument
from euthymia.library import shipped

DEPRESSION = {"phq9", "qids_sr16", "ids_sr30", "madrs", "hamd17", "bdi2"}
OF_THE_INTAKE = {
    "ace",
    "bprs_plus",
    "cadss",
    "cgi_s",
    "cssrs",
    "gad7",
    "hamd17_anxiety_factor",
    "isi",
    "moca",
    "mspss_mean",
    "osss3",
    "pcl5",
    "pss10",
    "shaps",
}
OF_FREE_FORMS = {"phq9", "gad7"}
SAFETY_ITEMS = {
    "phq9": (9, 1),
    "madrs": (10, 1),
    "hamd17": (3, 1),
    "bdi2": (9, 1),
    "qids_sr16": (12, 1),
    "ids_sr30": (18, 1),
    "cssrs": (None, 1),
}
"""Which item asks about suicide, and from which answer it is a danger sign."""

FREQUENCY_WORDS = {
    "not at all": 0,
    "several days": 1,
    "more than half the days": 2,
    "nearly every day": 3,
}


class DossierScale(Struct, frozen=True):
    """One scale as the clinical dossier gives it."""

    range: tuple[int, int]
    bands: dict[str, tuple[int, int]]


class DossierRemission(Struct, frozen=True):
    """The highest total that is remission; for the PHQ-9 the first that is none."""

    phq9_below: int
    madrs_at_most_default: int
    madrs_at_most_strict: tuple[int, ...]
    hamd17_at_most: int
    qids_sr16_at_most: int
    ids_sr30_at_most: int
    bdi2_at_most: int


class DossierChange(Struct, frozen=True):
    """A smallest important change, in the words of the dossier."""

    scale: str
    value: str


class Dossier(Struct, frozen=True):
    """What the clinical dossier says of scales."""

    severity: dict[str, DossierScale]
    remission: DossierRemission
    crosswalk: dict[str, dict[str, tuple[int, int]]]
    mcid: list[DossierChange]


class Coding(Struct, frozen=True):
    code: str
    display: str


class Ordinal(Struct, frozen=True, rename="camel"):
    """An extension of an answer; only one of them holds its points."""

    value_decimal: int | None = None


class AnswerOption(Struct, frozen=True, rename="camel"):
    value_coding: Coding
    extension: list[Ordinal] = []


class Question(Struct, frozen=True, rename="camel"):
    type: str
    code: list[Coding]
    answer_option: list[AnswerOption] = []


class Questionnaire(Struct, frozen=True):
    """A form as FHIR holds it, as far as it is needed here."""

    code: list[Coding]
    item: list[Question]


Scales = Mapping[str, Instrument]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return shipped()


@pytest.fixture(scope="module")
def scales(knowledge: Knowledge) -> Scales:
    return knowledge.instruments


@pytest.fixture(scope="module")
def dossier(shared: Path) -> Dossier:
    page = tomllib.loads((shared / "clinical/staging/staging.toml").read_text("utf-8"))
    return msgspec.convert(page, Dossier)


@pytest.fixture(scope="module")
def questionnaire(shared: Path) -> Questionnaire:
    """The PHQ-9 as US Core publishes it."""
    page = shared / "data/fhir_spec/phq9/Questionnaire-phq-9-example.json"
    return msgspec.json.decode(page.read_bytes(), type=Questionnaire)


# ---------------------------------------------------------------- what is there


def test_every_scale_of_the_engine_and_of_the_intake_is_there(scales: Scales) -> None:
    assert set(scales) == DEPRESSION | OF_THE_INTAKE


def test_only_depression_scales_can_carry_the_outcome_of_a_trial(scales: Scales) -> None:
    assert {key for key, scale in scales.items() if scale.measures == "depression"} == DEPRESSION


# ---------------------------------------------------------------- bands and remission


def test_bands_cover_the_range_without_a_gap_or_an_overlap(scales: Scales) -> None:
    for key, scale in scales.items():
        if scale.bands:
            assert _joined(scale.bands) == (scale.low, scale.high), key


def _joined(bands: tuple[Band, ...]) -> tuple[int, int]:
    """The stretch that bands cover, if each begins where the one before ends."""
    for below, above in pairwise(bands):
        assert below.high + 1 == above.low, (below, above)
    assert all(band.low <= band.high for band in bands)
    return bands[0].low, bands[-1].high


def test_every_depression_scale_says_what_remission_is_and_on_whose_word(scales: Scales) -> None:
    for key in DEPRESSION:
        scale = scales[key]
        assert scale.remission_at_most is not None, key
        assert scale.remission_status, key
        assert scale.remission_evidence, key


def test_remission_ends_where_the_lowest_band_ends_or_the_page_explains_it(scales: Scales) -> None:
    for key in DEPRESSION:
        scale = scales[key]
        ends_together = scale.remission_at_most == scale.bands[0].high
        assert ends_together or "remission" in (scale.note or "").lower(), key


def test_a_phq9_of_five_is_no_longer_remission(scales: Scales) -> None:
    assert scales["phq9"].remission_at_most == 4


# ---------------------------------------------------------------- items


def test_the_highest_answers_of_all_items_add_up_to_the_highest_total(scales: Scales) -> None:
    for key, scale in scales.items():
        if scale.items is not None:
            assert sum(_highest(scale)) == scale.high, key
            assert scale.items * scale.item_low == scale.low, key


def _highest(scale: Instrument) -> tuple[int, ...]:
    each = scale.item_high
    return each * (scale.items or 0) if len(each) == 1 else each


def test_an_answer_limit_stands_for_every_item_or_for_each(scales: Scales) -> None:
    for key, scale in scales.items():
        if scale.items is not None:
            assert len(scale.item_high) in {1, scale.items}, key


def test_the_total_of_the_quick_and_the_long_inventory_is_no_sum(scales: Scales) -> None:
    assert scales["qids_sr16"].items is None
    assert scales["ids_sr30"].items is None


def test_sums_of_whole_answers_are_never_fractional(scales: Scales) -> None:
    assert {key for key, scale in scales.items() if scale.fractional} == {"mspss_mean"}


def test_there_is_one_code_and_one_wording_for_each_item(scales: Scales) -> None:
    for key in OF_FREE_FORMS:
        scale = scales[key]
        assert len(scale.item_codes) == len(scale.wording) == scale.items, key


def test_no_item_code_is_used_twice(scales: Scales) -> None:
    told = [code for scale in scales.values() for code in scale.item_codes + scale.codes]
    assert len(told) == len(set(told))


def test_every_loinc_code_has_its_shape(scales: Scales) -> None:
    for scale in scales.values():
        for code in scale.codes + scale.panel_codes + scale.item_codes:
            assert code.system == "loinc"
            assert re.fullmatch(r"\d{4,6}-\d", code.value), code


def test_every_loinc_code_has_its_own_check_digit(scales: Scales) -> None:
    for scale in scales.values():
        for code in scale.codes + scale.panel_codes + scale.item_codes:
            digits, check = code.value.split("-")
            assert _mod_10(digits) == int(check), code


def _mod_10(digits: str) -> int:
    """The check digit of LOINC: the Luhn rule, doubling from the right."""
    doubled = str(int(digits[::-1][::2][::-1]) * 2)
    total = sum(int(digit) for digit in doubled + digits[::-1][1::2])
    return -total % 10


def test_a_clinician_may_answer_in_the_words_of_the_form(scales: Scales) -> None:
    for key in OF_FREE_FORMS:
        assert FREQUENCY_WORDS.items() <= scales[key].answers.items(), key


def test_answers_are_lower_case_words_or_loinc_answer_codes(scales: Scales) -> None:
    for scale in scales.values():
        for answer in scale.answers:
            assert re.fullmatch(r"LA\d+-\d", answer) or answer == answer.lower(), answer


def test_only_free_forms_are_printed_and_they_say_why(scales: Scales) -> None:
    printed = {key for key, scale in scales.items() if scale.wording}
    assert printed == OF_FREE_FORMS
    for key in printed:
        terms = scales[key].terms_of_use or ""
        assert re.search("no permission is required|without permission", terms), key


# ---------------------------------------------------------------- safety


def test_every_form_that_asks_about_suicide_says_which_item_and_from_when(scales: Scales) -> None:
    told = {
        key: (scale.safety.number, scale.safety.positive_from)
        for key, scale in scales.items()
        if scale.safety
    }
    assert told == SAFETY_ITEMS


def test_every_depression_scale_asks_about_suicide(scales: Scales) -> None:
    assert all(scales[key].safety for key in DEPRESSION)


def test_a_danger_sign_tells_to_ask_in_person(scales: Scales) -> None:
    for scale in scales.values():
        if scale.safety:
            assert "in person" in scale.safety.says
            assert scale.safety.ask.endswith("?")


# ---------------------------------------------------------------- the crosswalk


def test_a_crosswalk_has_a_row_for_every_total_and_reaches_both_ends(knowledge: Knowledge) -> None:
    for walk in knowledge.crosswalks.values():
        source, target = (knowledge.instruments[key] for key in (walk.source, walk.target))
        totals = range(int(source.low), int(source.high) + 1)
        assert set(walk.rows) == {str(total) for total in totals}
        assert walk.rows[str(totals[0])][0] == target.low
        assert walk.rows[str(totals[-1])][1] == target.high


def test_a_higher_total_never_walks_to_a_lower_one(knowledge: Knowledge) -> None:
    for walk in knowledge.crosswalks.values():
        rows = [walk.rows[total] for total in sorted(walk.rows, key=int)]
        assert rows == sorted(rows)
        assert all(low <= high for low, high in rows)


def test_the_misprint_of_the_source_is_told(knowledge: Knowledge) -> None:
    assert knowledge.crosswalks["qids_to_ids"].rows["25"] == (62, 64)
    assert "misprint" in (knowledge.crosswalks["qids_to_ids"].note or "")


# ---------------------------------------------------------------- what the dossier says


def test_ranges_and_bands_are_those_of_the_dossier(scales: Scales, dossier: Dossier) -> None:
    for key, given in dossier.severity.items():
        scale = scales[key]
        told = {band.name.replace(" ", "_"): (band.low, band.high) for band in scale.bands}
        assert [scale.low, scale.high] == list(given.range), key
        assert told == given.bands, key


def test_remission_is_that_of_the_dossier(scales: Scales, dossier: Dossier) -> None:
    given = dossier.remission
    assert {key: scales[key].remission_at_most for key in DEPRESSION} == {
        "phq9": given.phq9_below - 1,
        "madrs": given.madrs_at_most_default,
        "hamd17": given.hamd17_at_most,
        "qids_sr16": given.qids_sr16_at_most,
        "ids_sr30": given.ids_sr30_at_most,
        "bdi2": given.bdi2_at_most,
    }


def test_the_other_cuts_of_remission_on_the_madrs_are_told(
    scales: Scales, dossier: Dossier
) -> None:
    for cut in dossier.remission.madrs_at_most_strict:
        assert re.search(rf"\b{cut}\b", scales["madrs"].note or ""), cut


def test_the_crosswalk_is_that_of_the_dossier(knowledge: Knowledge, dossier: Dossier) -> None:
    for key, rows in dossier.crosswalk.items():
        assert knowledge.crosswalks[key].rows == rows, key


def test_no_change_that_the_dossier_calls_important_is_lost(
    scales: Scales, dossier: Dossier
) -> None:
    named = {scale.name.split("(")[-1].rstrip(")"): scale for scale in scales.values()}
    for given in dossier.mcid:
        said = " ".join(remark.says for remark in named[given.scale].change)
        for number in re.findall(r"\d+(?:\.\d+)?", given.value.split("(")[0]):
            assert re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.]*\d)", said), (given, number)


# ---------------------------------------------------------------- what US Core publishes


def test_the_codes_of_the_phq9_are_those_of_us_core(
    scales: Scales, questionnaire: Questionnaire
) -> None:
    asked = [item.code[0].code for item in questionnaire.item if _is_scored(item)]
    assert [code.value for code in scales["phq9"].item_codes] == asked
    assert scales["phq9"].panel_codes[0].value == questionnaire.code[0].code


def test_the_answers_of_the_phq9_are_those_of_us_core(
    scales: Scales, questionnaire: Questionnaire
) -> None:
    scored = [item for item in questionnaire.item if _is_scored(item)]
    assert len(scored) == 9
    for item in scored:
        assert scales["phq9"].answers == _answers(item)


def _is_scored(item: Question) -> bool:
    """Whether points hang on it: neither the question on difficulty nor the total."""
    return item.type == "choice" and item.code[0].code != "69722-7"


def _answers(item: Question) -> dict[str, int]:
    points: dict[str, int] = {}
    for option in item.answer_option:
        (value,) = [
            each.value_decimal for each in option.extension if each.value_decimal is not None
        ]
        points |= {option.value_coding.code: value, option.value_coding.display.lower(): value}
    return points
