"""What the record adds before ketamine, though every question of the screen was answered no."""

from __future__ import annotations

from typing import Any

import pytest

from euthymia.engine.findings import Graded
from euthymia.engine.grading import gravest
from euthymia.engine.options import Option
from euthymia.engine.suitability import Suitability
from euthymia.terms import Verdict
from tests.laws.strategies import TODAY, assessed, day
from tests.unit.options_told import all_answered_no, answering

BOTH = ("ketamine_iv", "esketamine")
MAN = {"sex": "male", "age_years": 40}
MET, NOT_MET, UNKNOWN = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN
CAUTION, CONTRAINDICATED = Suitability.CAUTION, Suitability.CONTRAINDICATED


def option(therapy: str = "ketamine_iv", **form: Any) -> Option:
    told = assessed(all_answered_no(**form))
    return next(one for one in told.options if one.therapy.id == therapy)


def graded(criterion: str, found: Option) -> Graded:
    return next(one for one in found.findings if one.finding.criterion.id == criterion)


def verdict(criterion: str, found: Option) -> Verdict:
    return graded(criterion, found).finding.verdict


def coded(code: str, therapy: str = "ketamine_iv", **form: Any) -> Option:
    return option(therapy, diagnoses=[{"icd10cm": "F33.2"}, {"icd10cm": code}], **form)


def measured(**vital: Any) -> Option:
    calm = {"systolic_mmhg": 120, "diastolic_mmhg": 70}
    return option(vitals=[calm | vital])


# ---------------------------------------------------------------- the way home


@pytest.mark.parametrize("therapy", BOTH)
def test_that_nobody_takes_the_patient_home_is_shown_and_speaks_against_nothing(
    therapy: str,
) -> None:
    answered = all_answered_no()["screening"]
    with_someone, without = (
        option(therapy, screening=answered | {"today": {"escort": one}}) for one in (True, False)
    )
    assert verdict("nobody_to_go_home_with", with_someone) is NOT_MET
    assert verdict("nobody_to_go_home_with", without) is MET
    assert without.final is with_someone.final


# ---------------------------------------------------------------- pregnancy, whatever the sex


@pytest.mark.parametrize("therapy", BOTH)
@pytest.mark.parametrize("code", ["Z33.1", "Z34.90", "Z3A.20", "Z32.01"])
@pytest.mark.parametrize("sex", ["male", "female"])
def test_a_code_of_pregnancy_counts_whatever_sex_is_recorded(
    therapy: str, code: str, sex: str
) -> None:
    found = coded(code, therapy, patient={"sex": sex, "age_years": 40})

    assert verdict("pregnancy", found) is MET
    assert found.final is CONTRAINDICATED


def test_a_positive_test_of_a_man_is_not_erased() -> None:
    found = option(patient=MAN, labs=[{"loinc": "2106-3", "value": "positive"}])

    assert verdict("pregnancy", found) is MET


def test_a_code_of_the_chapter_of_pregnancy_leaves_a_man_open_too() -> None:
    assert verdict("pregnancy", coded("O26.9", patient=MAN)) is UNKNOWN


def test_a_man_is_spared_the_blank_question_and_nothing_else() -> None:
    blank = answering(lactation="left_out")
    del blank["ketamine"]["pregnancy"]
    man, woman = (option(screening=blank, patient=MAN), option(screening=blank))

    for criterion in ("pregnancy", "lactation"):
        assert verdict(criterion, man) is NOT_MET
        assert verdict(criterion, woman) is UNKNOWN
    assert verdict("lactation", coded("Z39.1", patient=MAN)) is MET


# ---------------------------------------------------------------- what the spray is approved for


@pytest.mark.parametrize("code", ["F31.9", "F31.30", "F31.81"])
def test_the_spray_is_not_called_for_where_a_bipolar_disorder_excludes_resistance(
    code: str,
) -> None:
    found = coded(code, "esketamine")

    assert verdict("depression_with_two_failed_trials", found) is NOT_MET
    assert found.suitability is Suitability.NOT_INDICATED


def test_without_one_the_spray_is_called_for() -> None:
    assert option("esketamine").suitability is Suitability.SUITABLE


# ---------------------------------------------------------------- codes


@pytest.mark.parametrize("code", ["C79.31", "D43.2", "D32.0", "D32.9"])
def test_a_tumour_in_the_head_leaves_the_pressure_open(code: str) -> None:
    found = graded("raised_intracranial_pressure", coded(code))

    assert found.finding.verdict is UNKNOWN
    assert [one.name for one in found.missing] == ["review.pressure_in_the_head_is_raised"]


@pytest.mark.parametrize("code", ["D32.1", "D43.4"])
def test_a_tumour_of_the_spine_does_not(code: str) -> None:
    assert verdict("raised_intracranial_pressure", coded(code)) is NOT_MET


@pytest.mark.parametrize("code", ["F06.0", "F06.2", "F31.64"])
def test_a_psychosis_counts_while_it_is_open(code: str) -> None:
    psychosis = "active_psychosis_or_primary_psychotic_disorder"
    over = {"icd10cm": code, "onset": day(900), "resolved": day(800)}

    assert verdict(psychosis, coded(code)) is MET
    assert verdict(psychosis, option(diagnoses=[over])) is NOT_MET


@pytest.mark.parametrize("code", ["R56.1", "R56.9"])
def test_a_seizure_without_epilepsy_is_a_caution(code: str) -> None:
    assert verdict("other_cautions", coded(code)) is MET


@pytest.mark.parametrize(
    ("code", "expected"),
    [("F30.4", NOT_MET), ("F31.74", NOT_MET), ("F31.9", NOT_MET), ("F30.3", MET), ("F30.9", MET)],
)
def test_mania_in_full_remission_is_not_mania_now(code: str, expected: Verdict) -> None:
    assert verdict("mania_or_hypomania_now", coded(code)) is expected


# ---------------------------------------------------------------- measures


@pytest.mark.parametrize(
    ("saturation", "expected", "kind"),
    [
        (85, MET, "contraindication"),
        (89, MET, "contraindication"),
        (90, MET, "precaution"),
        (93, MET, "precaution"),
        (94, NOT_MET, "precaution"),
    ],
)
def test_low_oxygen_is_seen_before_a_session(saturation: int, expected: Verdict, kind: str) -> None:
    found = graded("airway_or_respiratory_disease", measured(spo2_pct=saturation))

    assert found.finding.verdict is expected
    assert gravest(found.kinds) == kind
    assert ("treat_low_oxygen_first" in found.actions) is (expected is MET)


@pytest.mark.parametrize(
    ("rate", "expected"), [(150, MET), (131, MET), (130, NOT_MET), (45, NOT_MET), (44, MET)]
)
def test_a_heart_too_fast_or_too_slow_is_a_precaution(rate: int, expected: Verdict) -> None:
    found = measured(heart_rate_per_min=rate)

    assert verdict("arrhythmia_unstable", found) is expected
    assert (found.suitability is CAUTION) is (expected is MET)


def test_no_measure_and_an_old_one_hold_nothing_open() -> None:
    old = {"date": day(8), "spo2_pct": 85, "heart_rate_per_min": 150}
    now = {"systolic_mmhg": 120, "diastolic_mmhg": 70, "date": TODAY.isoformat()}

    assert option().suitability is Suitability.SUITABLE
    assert option(vitals=[now, old]).suitability is Suitability.SUITABLE


@pytest.mark.parametrize(("value", "expected"), [(41.1, MET), (41.0, NOT_MET)])
def test_bilirubin_is_read_as_a_count_of_molecules_too(value: float, expected: Verdict) -> None:
    molar = {"loinc": "14631-6", "value": value, "unit": "umol/L"}

    assert verdict("lft_above_3x_uln", option(labs=[molar])) is expected


# ---------------------------------------------------------------- words


@pytest.mark.parametrize("name", ["past_cardiovascular_event", "recent_cardiovascular_event_6wk"])
def test_the_kind_of_event_is_named_and_asked(name: str) -> None:
    criterion = graded(name, option()).finding.criterion

    for kind in ("heart attack", "stroke", "unstable angina"):
        assert kind in criterion.title.lower()


# ---------------------------------------------------------------- the order

BODY = {"weight_kg": 64, "height_cm": 170}
OF_THE_DOSE = (
    "dose_too_fast",
    "dose_faster_than_usual",
    "dose_outside_range",
    "dose_above_first",
)


def ordered(therapy: str = "ketamine_iv", **order: Any) -> Option:
    return option(therapy, body=BODY, ketamine_iv=order)


def said_of(found: Option) -> set[str]:
    return {one for one in OF_THE_DOSE if verdict(one, found) is MET}


def test_an_order_that_runs_too_fast_is_ruled_out_until_it_is_corrected() -> None:
    found = ordered(mg_per_kg=3, minutes=2)

    assert found.suitability is CONTRAINDICATED
    assert "prescriber_corrects_order" in graded("dose_too_fast", found).actions
    assert found.plan is None


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({"mg_per_kg": 0.5, "minutes": 40}, set()),
        ({"mg_per_kg": 0.8, "minutes": 40}, {"dose_faster_than_usual"}),
        ({"mg_per_kg": 0.2, "minutes": 40}, {"dose_outside_range"}),
        ({"mg_per_kg": 0.6, "minutes": 60, "session_number": 1}, {"dose_above_first"}),
        ({"mg_per_kg": 0.6, "minutes": 60, "session_number": 2}, set()),
    ],
)
def test_an_unusual_order_is_a_precaution(order: dict[str, Any], said: set[str]) -> None:
    found = ordered(**order)

    assert said_of(found) == said
    assert found.suitability is (CAUTION if said else Suitability.SUITABLE)


def test_without_a_weight_no_dose_is_too_much_and_the_spray_has_no_rate() -> None:
    assert option().suitability is Suitability.SUITABLE
    assert ordered("esketamine", mg_per_kg=3, minutes=2).suitability is Suitability.SUITABLE


@pytest.mark.parametrize(
    ("last", "expected"), [("ideal", MET), ("actual", NOT_MET), (None, NOT_MET)]
)
def test_going_back_to_actual_weight_is_confirmed(last: str | None, expected: Verdict) -> None:
    found = ordered(**({} if last is None else {"previous_basis": last}))

    assert verdict("dose_basis_changed_to_actual_confirm", found) is expected
    assert verdict("dose_basis_changed_to_ideal_confirm", found) is NOT_MET
