"""Where an entry of the record and an answer, or two entries, contradict each other."""

from __future__ import annotations

from typing import Any

import pytest

from euthymia.engine.findings import Graded
from euthymia.engine.options import Option
from euthymia.engine.suitability import Suitability
from euthymia.terms import Quantity, Verdict
from tests.laws.strategies import Form, assessed, day
from tests.unit.options_told import MET, NOT_MET, OPEN, all_answered_no, answering

ALL = ("tms", "ketamine_iv", "esketamine")
BOTH = ("ketamine_iv", "esketamine")
SUITABLE, UNDETERMINED = Suitability.SUITABLE, Suitability.UNDETERMINED
INDICATION = {
    "tms": "depressive_disorder",
    "ketamine_iv": "resistant_depression",
    "esketamine": "depression_with_two_failed_trials",
}


def option(therapy: str, **form: Any) -> Option:
    told = assessed(all_answered_no(**form))
    return next(one for one in told.options if one.therapy.id == therapy)


def graded(criterion: str, found: Option) -> Graded:
    return next(one for one in found.findings if one.finding.criterion.id == criterion)


def verdict(criterion: str, found: Option) -> Verdict:
    return graded(criterion, found).finding.verdict


# ---------------------------------------------------------------- a pregnancy test in numbers


@pytest.mark.parametrize("therapy", ALL)
@pytest.mark.parametrize("loinc", ["19080-1", "21198-7", "2106-3", "2118-8"])
@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"value": 5000, "unit": "m[IU]/mL"}, OPEN),
        ({"value": 1, "unit": "m[IU]/mL"}, OPEN),
        ({"value": ">1000"}, OPEN),
        ({"value": "see report"}, OPEN),
        ({"value": "positive"}, MET),
        ({"value": "negative"}, NOT_MET),
    ],
)
def test_an_hcg_that_is_not_told_in_words_is_never_taken_as_no(
    therapy: str, loinc: str, result: Form, expected: Verdict
) -> None:
    found = option(therapy, labs=[{"loinc": loinc, **result, "date": day(3)}])

    assert verdict("pregnancy", found) is expected
    assert (found.final is SUITABLE) is (expected is NOT_MET)


def test_an_open_hcg_is_a_question_for_the_clinician() -> None:
    form = all_answered_no(labs=[{"loinc": "19080-1", "value": 5000, "unit": "m[IU]/mL"}])

    assert "pregnancy_test_positive" in {one.id for one in assessed(form).questions}


def test_a_newer_test_in_words_settles_an_older_number() -> None:
    labs = [
        {"loinc": "19080-1", "value": 5000, "unit": "m[IU]/mL", "date": day(90)},
        {"loinc": "2106-3", "value": "negative", "date": day(1)},
    ]
    assert verdict("pregnancy", option("ketamine_iv", labs=labs)) is NOT_MET


# ---------------------------------------------------------------- the thyroid


@pytest.mark.parametrize("therapy", BOTH)
@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"value": "<0.01"}, OPEN),
        ({"value": 0.09, "unit": "m[IU]/L"}, MET),
        ({"value": 0.1, "unit": "m[IU]/L"}, NOT_MET),
        ({"value": 0.01, "unit": "furlong"}, OPEN),
        ({"value": 0.01, "unit": "m[IU]/L", "date": day(366)}, NOT_MET),
    ],
)
def test_a_low_tsh_speaks_although_an_overactive_thyroid_was_denied(
    therapy: str, result: Form, expected: Verdict
) -> None:
    found = option(therapy, labs=[{"loinc": "3016-3", "date": day(3)} | result])

    assert verdict("uncontrolled_hyperthyroidism", found) is expected


# ---------------------------------------------------------------- the pulse


def pulses(*rates: float) -> Graded:
    calm = {"date": day(0), "systolic_mmhg": 120, "diastolic_mmhg": 70}
    measured = [calm | {"heart_rate_per_min": rate} for rate in rates]
    return graded("arrhythmia_unstable", option("ketamine_iv", vitals=measured))


def test_a_pulse_too_slow_and_one_too_fast_on_one_day_are_both_seen() -> None:
    found = pulses(40, 140)
    seen = {one.name: one.value for one in found.finding.because}

    assert found.finding.verdict is MET
    assert seen["heart_rate_of_the_week"] == Quantity(140, "/min")
    assert seen["lowest_heart_rate_of_the_week"] == Quantity(40, "/min")


@pytest.mark.parametrize(
    ("rates", "expected"),
    [((40, 100), MET), ((100, 40), MET), ((70, 140), MET), ((140, 70), MET), ((45, 130), NOT_MET)],
)
def test_a_calm_pulse_of_the_day_hides_neither_end(
    rates: tuple[float, float], expected: Verdict
) -> None:
    assert pulses(*rates).finding.verdict is expected


# ---------------------------------------------------------------- a remission that a score denies

SEVERE = {"instrument": "phq9", "total": 22, "date": day(0)}
WELL = {"instrument": "phq9", "total": 2, "date": day(0)}
REMISSIONS = ["F32.5", "F33.42", "F33.41", "F32.4", "F33.40", "F33.4"]


def indicated(therapy: str, *codes: str, **form: Any) -> tuple[Verdict, Suitability]:
    found = option(therapy, diagnoses=[{"icd10cm": code} for code in codes], **form)
    return verdict(INDICATION[therapy], found), found.suitability


@pytest.mark.parametrize("therapy", ALL)
@pytest.mark.parametrize("code", REMISSIONS)
def test_a_remission_coded_alone_beside_a_high_score_leaves_open_whether_it_is_called_for(
    therapy: str, code: str
) -> None:
    assert indicated(therapy, code, scales=[SEVERE]) == (OPEN, UNDETERMINED)


@pytest.mark.parametrize("therapy", ALL)
@pytest.mark.parametrize("scales", [[], [WELL]])
def test_a_remission_that_nothing_denies_calls_for_nothing(
    therapy: str, scales: list[Form]
) -> None:
    expected = (NOT_MET, Suitability.NOT_INDICATED)
    assert indicated(therapy, "F33.42", scales=scales) == expected


@pytest.mark.parametrize("therapy", ALL)
@pytest.mark.parametrize("codes", [("F33.2",), ("F33.42", "F33.2"), ("F32.5", "F33.1")])
def test_an_episode_coded_beside_the_remission_calls_for_it_by_its_score(
    therapy: str, codes: tuple[str, ...]
) -> None:
    assert indicated(therapy, *codes, scales=[SEVERE]) == (MET, SUITABLE)


def test_whether_the_depression_is_back_is_asked() -> None:
    form = all_answered_no(diagnoses=[{"icd10cm": "F33.42"}], scales=[SEVERE])

    assert "review.depression_is_back" in {one.id for one in assessed(form).questions}


# ---------------------------------------------------------------- a seizure with fever by its age


def history(**form: Any) -> Graded:
    return graded("epilepsy_seizure_history", option("tms", **form))


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        ({}, "information"),
        ({"onset": "1988-05-01"}, "information"),
        ({"onset": "2000-05-01"}, "precaution"),
        ({"onset": day(100)}, "precaution"),
    ],
)
def test_a_coded_seizure_with_fever_is_one_of_childhood_only_by_its_day(
    born: Form, expected: str
) -> None:
    """She is 40: what was in 1988 was in a small child, what was in 2000 was not."""
    found = history(diagnoses=[{"icd10cm": "F33.2"}, {"icd10cm": "R56.00"} | born])

    assert found.finding.verdict is MET
    assert set(found.kinds.values()) == {expected}


@pytest.mark.parametrize(
    ("months", "expected"), [(3, "precaution"), (12 * 30, "precaution"), (12 * 38, "information")]
)
def test_a_seizure_with_fever_is_dated_by_the_months_since(months: float, expected: str) -> None:
    told = {"kind": "febrile", "complex": False, "months_ago": months}

    assert set(history(seizures=[told]).kinds.values()) == {expected}


# ---------------------------------------------------------------- two screens that contradict


def screened(therapy: str, **answers: str) -> Option:
    """Both screens all no, but for answers such as tass__pregnancy."""
    screening = answering()
    for name, answer in answers.items():
        screen, item = name.split("__")
        screening[screen][item] = answer
    return option(therapy, screening=screening)


def asked(**answers: str) -> set[str]:
    screening = answering()
    for name, answer in answers.items():
        screen, item = name.split("__")
        screening[screen][item] = answer
    return {one.id for one in assessed(all_answered_no(screening=screening)).questions}


@pytest.mark.parametrize("therapy", BOTH)
@pytest.mark.parametrize("answer", ["yes", "unsure"])
def test_a_pregnancy_told_before_stimulation_leaves_ketamine_open(
    therapy: str, answer: str
) -> None:
    assert screened(therapy, tass__pregnancy=answer).final is UNDETERMINED
    assert "review.answers_on_pregnancy" in asked(tass__pregnancy=answer)


@pytest.mark.parametrize("answer", ["yes", "unsure"])
def test_a_pregnancy_told_before_ketamine_leaves_stimulation_open(answer: str) -> None:
    assert verdict("pregnancy", screened("tms", ketamine__pregnancy=answer)) is OPEN
    assert "review.answers_on_pregnancy" in asked(ketamine__pregnancy=answer)


@pytest.mark.parametrize("therapy", BOTH)
def test_the_graver_of_two_answers_counts(therapy: str) -> None:
    both = {"tass__pregnancy": "unsure", "ketamine__pregnancy": "yes"}
    assert screened(therapy, **both).final is Suitability.CONTRAINDICATED


@pytest.mark.parametrize("therapy", BOTH)
def test_alcohol_told_before_stimulation_leaves_a_disorder_open(therapy: str) -> None:
    found = screened(therapy, tass__alcohol_or_withdrawal="yes")

    assert verdict("active_substance_use_disorder", found) is OPEN
    assert "review.answers_on_alcohol" in asked(tass__alcohol_or_withdrawal="yes")


@pytest.mark.parametrize("answer", ["yes", "unsure"])
def test_a_disorder_told_before_ketamine_calls_for_care_in_stimulation(answer: str) -> None:
    found = screened("tms", ketamine__active_substance_use_disorder=answer)
    assert found.final is Suitability.CAUTION


@pytest.mark.parametrize(
    ("item", "final"),
    [
        ("raised_intracranial_pressure", UNDETERMINED),
        ("intracerebral_haemorrhage_history", Suitability.CAUTION),
        ("mania_or_hypomania_now", UNDETERMINED),
    ],
)
def test_a_danger_of_the_brain_told_before_ketamine_bears_on_stimulation(
    item: str, final: Suitability
) -> None:
    assert screened("tms", **{f"ketamine__{item}": "yes"}).final is final
    assert "review.answers_on_the_brain" in asked(**{f"ketamine__{item}": "yes"})


@pytest.mark.parametrize("therapy", ALL)
def test_two_screens_that_agree_on_no_ask_nothing_of_each_other(therapy: str) -> None:
    assert screened(therapy).final is SUITABLE
    assert not {one for one in asked() if one.startswith("review.answers")}


# ---------------------------------------------------------------- a test that no page looks for


@pytest.mark.parametrize("result", [{"value": "positive"}, {"value": 9000, "unit": "m[IU]/mL"}])
def test_a_test_that_no_page_looks_for_is_listed_as_not_looked_at(result: Form) -> None:
    unread, read = {"loinc": "99999-9", **result}, {"loinc": "2106-3", "value": "negative"}
    reading = assessed(all_answered_no(labs=[read, unread])).quality.reading

    assert [one.resource for one in reading.skipped] == ["labs[1]"]
    assert reading.read["labs"] == 1


def test_a_later_test_that_no_page_looks_for_is_listed_once() -> None:
    unread = {"loinc": "99999-9", "value": "positive", "date": day(-3)}
    reading = assessed(all_answered_no(labs=[unread])).quality.reading

    assert [one.resource for one in reading.skipped] == ["labs[0]"]
