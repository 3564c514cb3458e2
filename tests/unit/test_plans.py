"""Plans in numbers, against arithmetic done here; what is not known is never guessed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from euthymia.engine.options import Option
from euthymia.engine.plans.infusion import InfusionPlan, infusion_plan, to_step
from euthymia.engine.plans.spray import SprayPlan
from euthymia.engine.plans.stimulation import StimulationPlan, nearest_step
from euthymia.engine.suitability import Suitability
from euthymia.exchange.document import document
from tests.laws.strategies import KNOWLEDGE, TODAY, Form, assessed, record_of
from tests.unit.options_told import NOBODY, all_answered_no, answering

PROTOCOLS = sorted(KNOWLEDGE.protocols)
HEAD = {"tragus_to_tragus_cm": 36, "nasion_to_inion_cm": 36, "circumference_cm": 57}


def option(form: Form, therapy: str) -> Option:
    return next(one for one in assessed(form).options if one.therapy.id == therapy)


def stimulation(protocol: str, threshold: float | None = None, **more: object) -> StimulationPlan:
    measured = {} if threshold is None else {"motor_threshold": {"pct_mso": threshold}}
    form = all_answered_no(tms={"protocol": protocol} | measured | more)
    plan = option(form, "tms").plan
    assert isinstance(plan, StimulationPlan)
    return plan


def asked(form: Form) -> set[str]:
    return {one.id for one in assessed(form).questions}


# ---------------------------------------------------------------- a session of stimulation

SESSIONS = {
    # protocol: (pulses, seconds on the console, exact seconds, seconds of pulses, sessions)
    "hf10_left_std": (75 * 40, 75 * (4 + 26), 75 * 30 - 26, 75 * 4, 36),
    "hf10_left_short": (75 * 40, 75 * (4 + 11), 75 * 15 - 11, 75 * 4, 36),
    "itbs_600": (20 * 30, 20 * (2 + 8), 20 * 10 - 8, 20 * 2, 36),
    "lf1_right": (360, 360, 360, 360, 36),
    "bilateral_seq": (600 + 50 * 30, 600 + 50 * (3 + 30), 600 + 50 * 33 - 30, 600 + 50 * 3, None),
    "bilateral_tbs": (600 + 20 * 30, 40 + 20 * (2 + 8), 40 + 20 * 10 - 8, 40 + 20 * 2, None),
    "ctbs_600": (600, 40, 40, 40, None),
    "dtms_h1": (55 * 36, 55 * (2 + 20), 55 * 22 - 20, 55 * 2, 44),
    "snt_saint": (60 * 30, 60 * (2 + 8), 60 * 10 - 8, 60 * 2, 50),
}


@pytest.mark.parametrize("protocol", ["bilateral_seq", "bilateral_tbs"])
def test_a_session_of_both_sides_has_a_place_of_the_coil_on_each(protocol: str) -> None:
    coil = stimulation(protocol, head=HEAD).coil
    assert coil is not None
    assert coil.sides == ("right", "left")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_pulses_time_and_course_are_those_of_the_parts(protocol: str) -> None:
    pulses, console, exact, burning, sessions = SESSIONS[protocol]
    plan = stimulation(protocol)
    assert plan.pulses_per_session == pulses
    assert plan.session_seconds == console
    assert plan.session_seconds_exact == exact
    assert plan.duty_cycle == pytest.approx(burning / console)
    assert plan.protocol.sessions == sessions
    assert plan.course_pulses == (None if sessions is None else pulses * sessions)


INTENSITIES = dict.fromkeys(PROTOCOLS, 120) | {"ctbs_600": 80, "snt_saint": 90}


@pytest.mark.parametrize("protocol", [one for one in PROTOCOLS if one != "snt_saint"])
@pytest.mark.parametrize("threshold", [30, 41, 46.25, 83, 83.5, 100])
def test_output_is_the_share_of_the_threshold(protocol: str, threshold: float) -> None:
    plan = stimulation(protocol, threshold)
    exact = threshold * INTENSITIES[protocol] / 100
    assert plan.output_exact_pct_mso == pytest.approx(exact)
    assert plan.output_set_pct_mso is not None
    assert abs(plan.output_set_pct_mso - exact) <= 0.5 + 1e-9
    assert plan.achieved_pct_mt == pytest.approx(100 * plan.output_set_pct_mso / threshold)
    assert plan.deliverable is (exact <= 100)


@pytest.mark.parametrize(
    ("exact", "at"),
    [(56.4, 56), (56.5, 56), (56.50000000001, 56), (56.51, 57), (55.5, 55), (99.5, 99), (0.4, 0)],
)
def test_a_tie_goes_down(exact: float, at: int) -> None:
    assert nearest_step(exact) == at


def test_the_most_a_stimulator_gives_can_be_delivered_and_a_hair_more_cannot() -> None:
    at_most = stimulation("ctbs_600", 125)
    assert (at_most.output_set_pct_mso, at_most.deliverable) == (100, True)
    beyond = stimulation("ctbs_600", 125.001)
    assert (beyond.output_set_pct_mso, beyond.deliverable) == (100, False)


@pytest.mark.parametrize(
    ("threshold", "verdict"), [(83, "not_met"), (84, "met"), (None, "unknown")]
)
def test_what_cannot_be_delivered_is_a_precaution(threshold: float | None, verdict: str) -> None:
    measured = {} if threshold is None else {"motor_threshold": {"pct_mso": threshold}}
    form = all_answered_no(tms={"protocol": "itbs_600"} | measured)
    told = document(assessed(form))["options"]["tms"]["findings"]["mt_not_obtainable_or_too_high"]
    kind = "information" if threshold is None else "precaution"
    assert (told["verdict"], told["kind"]) == (verdict, kind)


def test_without_a_threshold_nothing_that_rests_on_it_is_told_and_it_is_asked() -> None:
    form = all_answered_no(tms={"protocol": "itbs_600"})
    plan = stimulation("itbs_600")
    assert plan.output_exact_pct_mso is plan.output_set_pct_mso is plan.achieved_pct_mt is None
    assert plan.deliverable is None
    assert plan.pulses_per_session == 600
    settles = {one.id: one.settles for one in assessed(form).questions}
    assert "/options/tms/plan" in settles["motor_threshold"]


def test_no_protocol_makes_no_plan() -> None:
    form = all_answered_no(tms={"motor_threshold": {"pct_mso": 50}})
    assert option(form, "tms").plan is None


def test_no_plan_is_made_of_what_must_not_be_given() -> None:
    order = {"protocol": "itbs_600", "motor_threshold": {"pct_mso": 50}}
    form = all_answered_no(tms=order, implants=[{"text": "cochlear"}])
    assert option(form, "tms").plan is None
    assert document(assessed(form))["options"]["tms"]["plan"] is None


# ---------------------------------------------------------------- depth


@pytest.mark.parametrize(
    ("motor", "target", "output"),
    [(15, 15, 45), (15, 18, 0.9 * (50 + 2.8 * 3)), (18, 15, 0.9 * (50 - 2.8 * 3))],
)
def test_the_accelerated_course_corrects_the_threshold_for_depth(
    motor: float, target: float, output: float
) -> None:
    plan = stimulation("snt_saint", 50, scalp_to_cortex={"motor_mm": motor, "target_mm": target})
    assert plan.depth is not None
    assert plan.depth.adjusted_threshold_pct_mso == pytest.approx(output / 0.9)
    assert plan.output_exact_pct_mso == pytest.approx(output)
    assert plan.ceiling is not None
    assert plan.ceiling.output_pct_mso == pytest.approx(60)
    assert plan.ceiling.exceeded is False


@pytest.mark.parametrize(("target", "exceeded"), [(20.95, False), (20.96, True)])
def test_a_correction_for_depth_has_a_ceiling(target: float, exceeded: bool) -> None:
    """0.9 x (50 + 2.8 x depth) reaches 60, which is 120 % of 50, at 5.952 mm."""
    plan = stimulation("snt_saint", 50, scalp_to_cortex={"motor_mm": 15, "target_mm": target})
    assert plan.ceiling is not None
    assert plan.ceiling.exceeded is exceeded


def test_without_the_depths_the_accelerated_course_has_no_output() -> None:
    plan = stimulation("snt_saint", 50)
    assert plan.motor_threshold_pct_mso == 50
    assert plan.output_exact_pct_mso is plan.output_set_pct_mso is None
    assert (plan.depth, plan.ceiling, plan.deliverable) == (None, None, None)


def test_the_depths_are_asked_where_the_output_waits_for_them() -> None:
    order = {"protocol": "snt_saint", "motor_threshold": {"pct_mso": 50}}
    questions = assessed(all_answered_no(tms=order)).questions
    assert any("depth" in one.ask or "cortex" in one.ask for one in questions)


def test_depths_change_nothing_where_the_protocol_does_not_correct_for_them() -> None:
    plan = stimulation("itbs_600", 50, scalp_to_cortex={"motor_mm": 15, "target_mm": 25})
    assert plan.output_exact_pct_mso == pytest.approx(60)
    assert (plan.depth, plan.ceiling) == (None, None)


# ---------------------------------------------------------------- trains

TRAINS = {
    # protocol: (seconds, limit, within, permitted as)
    "hf10_left_std": (4, 4.2, True, "within_table"),
    "hf10_left_short": (4, 4.2, True, "within_table"),
    "itbs_600": (2, None, None, "labelled_protocol"),
    "lf1_right": (360, 360, True, "within_table"),
    "bilateral_seq": (600, 360, False, None),
    "bilateral_tbs": (40, None, None, None),
    "ctbs_600": (40, None, None, None),
    "dtms_h1": (2, 1.0, False, "labelled_protocol"),
    "snt_saint": (2, None, None, "labelled_protocol"),
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_each_train_is_held_against_the_table(protocol: str) -> None:
    train = stimulation(protocol).train
    found = (train.seconds, train.limit_seconds, train.within, train.permitted_as)
    assert found == TRAINS[protocol]


# ---------------------------------------------------------------- both sides, and the coil


@pytest.mark.parametrize("protocol", ["bilateral_seq", "bilateral_tbs"])
def test_a_plan_of_both_sides_has_its_parts_right_first(protocol: str) -> None:
    form = all_answered_no(tms={"protocol": protocol})
    plan = document(assessed(form))["options"]["tms"]["plan"]
    assert [one["side"] for one in plan["parts"]] == ["right", "left"]
    assert plan["sessions"] is None
    assert plan["course_pulses"] is None


def test_a_plan_of_one_side_has_no_parts_of_its_own() -> None:
    form = all_answered_no(tms={"protocol": "itbs_600"})
    assert "parts" not in document(assessed(form))["options"]["tms"]["plan"]


def test_a_day_of_several_sessions_tells_its_pulses() -> None:
    form = all_answered_no(tms={"protocol": "snt_saint"})
    plan = document(assessed(form))["options"]["tms"]["plan"]
    assert plan["pulses_per_day"] == 18_000
    assert plan["course_pulses"] == 90_000


@pytest.mark.parametrize(
    ("protocol", "side"),
    [
        ("hf10_left_std", "left"),
        ("itbs_600", "left"),
        ("lf1_right", "right"),
        ("ctbs_600", "right"),
    ],
)
def test_the_coil_lies_on_the_side_of_the_protocol(protocol: str, side: str) -> None:
    plan = stimulation(protocol, head=HEAD)
    assert plan.coil is not None
    assert plan.coil.side == side
    assert plan.coil.y_adjusted_2015_cm == pytest.approx(plan.coil.point.y_cm + 0.35)
    left = stimulation("itbs_600", head=HEAD).coil
    assert left is not None
    assert plan.coil.point == left.point


@pytest.mark.parametrize("protocol", ["dtms_h1", "snt_saint"])
def test_no_tape_places_an_h_coil_or_a_navigated_one(protocol: str) -> None:
    assert stimulation(protocol, head=HEAD).coil is None


@pytest.mark.parametrize("tape", sorted(HEAD))
def test_two_tapes_place_no_coil(tape: str) -> None:
    two = {name: cm for name, cm in HEAD.items() if name != tape}
    form = all_answered_no(tms={"protocol": "itbs_600", "head": two})
    assert stimulation("itbs_600", head=two).coil is None
    assert "tms_tape_implausible" in asked(form)


@pytest.mark.parametrize(
    ("tapes", "plausible"),
    [
        ({"tragus_to_tragus_cm": 28, "nasion_to_inion_cm": 28}, True),
        ({"tragus_to_tragus_cm": 27.9, "nasion_to_inion_cm": 28}, False),
        ({"tragus_to_tragus_cm": 28, "nasion_to_inion_cm": 27.9}, False),
        ({"tragus_to_tragus_cm": 44, "nasion_to_inion_cm": 44}, True),
        ({"tragus_to_tragus_cm": 44.1, "nasion_to_inion_cm": 44}, False),
        ({"tragus_to_tragus_cm": 44, "nasion_to_inion_cm": 44.1}, False),
        ({"circumference_cm": 48}, True),
        ({"circumference_cm": 47.9}, False),
        ({"circumference_cm": 66}, True),
        ({"circumference_cm": 66.1}, False),
        ({"nasion_to_inion_cm": 41}, True),
        ({"nasion_to_inion_cm": 41.1}, False),
        ({"nasion_to_inion_cm": 30.9}, False),
    ],
)
def test_a_tape_that_cannot_be_right_places_no_coil(
    tapes: dict[str, float], plausible: bool
) -> None:
    order = {"protocol": "itbs_600", "head": HEAD | tapes}
    found = document(assessed(all_answered_no(tms=order)))["options"]["tms"]
    assert (found["plan"]["coil"] is not None) is plausible
    assert (found["findings"]["tape_implausible"]["verdict"] == "not_met") is plausible


@pytest.mark.parametrize(("days", "old"), [(0, False), (7, False), (8, True)])
def test_a_threshold_speaks_for_a_week(days: int, old: bool) -> None:
    measured = (TODAY - timedelta(days=days)).isoformat()
    order = {"protocol": "itbs_600", "motor_threshold": {"pct_mso": 50, "date": measured}}
    plan = option(all_answered_no(tms=order), "tms").plan
    assert isinstance(plan, StimulationPlan)
    assert (plan.threshold_old, plan.seen_by_eye) == (old, False)


# ---------------------------------------------------------------- an infusion


def infusion(body: Form, sex: str | None = "male", **order: object) -> InfusionPlan | None:
    patient = {"age_years": 40} | ({} if sex is None else {"sex": sex})
    form = all_answered_no(patient=patient, body=body, ketamine_iv=order)
    return infusion_plan(record_of(form), KNOWLEDGE)  # an option withholds one that is too fast


def given_infusion(body: Form, sex: str | None = "male", **order: object) -> InfusionPlan:
    plan = infusion(body, sex, **order)
    assert plan is not None
    return plan


def with_index(bmi: float, height_cm: float) -> Form:
    return {"weight_kg": bmi * (height_cm / 100) ** 2, "height_cm": height_cm}


@pytest.mark.parametrize(
    ("bmi", "basis"), [(29.999, "actual"), (30, "ideal"), (30.001, "ideal"), (18, "actual")]
)
@pytest.mark.parametrize(("sex", "start"), [("male", 50), ("female", 45.5)])
def test_from_an_index_of_30_the_dose_goes_by_ideal_weight(
    bmi: float, basis: str, sex: str, start: float
) -> None:
    body = with_index(bmi, 170)
    plan = given_infusion(body, sex)
    ideal = start + 2.3 * (170 - 152.4) / 2.54
    weight = ideal if basis == "ideal" else body["weight_kg"]
    assert plan.basis == basis
    assert plan.body.ideal_kg == pytest.approx(ideal)
    assert plan.dosing_weight_kg == pytest.approx(weight)
    assert plan.dose_mg == pytest.approx(0.5 * weight, abs=0.0501)
    assert plan.minutes == 40
    assert plan.rate_mg_per_min == pytest.approx(plan.dose_mg / 40)


def test_a_half_index_from_30_the_basis_is_called_close() -> None:
    for bmi, near in [(29.49, False), (29.5, True), (30.5, True), (30.51, False)]:
        form = all_answered_no(body=with_index(bmi, 170))
        found = document(assessed(form))["options"]["ketamine_iv"]["findings"]
        assert (found["near_bmi_30_boundary"]["verdict"] == "met") is near


@pytest.mark.parametrize(("height", "basis"), [(152.3, "actual"), (152.4, "ideal")])
def test_below_sixty_inches_the_dose_goes_by_actual_weight(height: float, basis: str) -> None:
    plan = given_infusion(with_index(35, height))
    assert plan.basis == basis
    form = all_answered_no(body=with_index(35, height))
    told = document(assessed(form))["options"]["ketamine_iv"]["findings"]
    short = told["ideal_weight_formula_not_valid_below_60_in"]["verdict"] == "met"
    assert short is (basis == "actual")


def test_without_the_sex_an_ideal_weight_is_not_guessed() -> None:
    assert infusion(with_index(35, 170), sex=None) is None
    form = all_answered_no(patient={"age_years": 40}, body=with_index(35, 170))
    assert {"sex_is_male", "basis_becomes_ideal"} & asked(form)
    assert given_infusion(with_index(25, 170), sex=None).basis == "actual"


@pytest.mark.parametrize(
    ("body", "question"),
    [({}, "weight"), ({"height_cm": 170}, "weight"), ({"weight_kg": 70}, "height")],
)
def test_without_weight_or_height_no_dose_is_given_and_it_is_asked(
    body: Form, question: str
) -> None:
    form = all_answered_no(**({"body": body} if body else {}))
    assert option(form, "ketamine_iv").plan is None
    assert document(assessed(form))["options"]["ketamine_iv"]["plan"] is None
    settles = {one.id: one.settles for one in assessed(form).questions}
    assert "/options/ketamine_iv/plan" in settles[question]


def test_the_height_is_asked_where_only_an_index_of_30_or_more_is_known() -> None:
    form = all_answered_no(body={"weight_kg": 100, "bmi_kg_per_m2": 31})
    assert option(form, "ketamine_iv").plan is None
    assert "height" in asked(form)


def test_an_index_below_30_alone_is_enough_for_a_dose() -> None:
    plan = given_infusion({"weight_kg": 70, "bmi_kg_per_m2": 24})
    assert (plan.dose_mg, plan.basis) == (35.0, "actual")


@pytest.mark.parametrize(
    ("exact", "shown"),
    [(35.25, 35.3), (35.24, 35.2), (35.349999, 35.3), (0.05, 0.1), (40.05, 40.1)],
)
def test_half_a_tenth_goes_up(exact: float, shown: float) -> None:
    assert to_step(exact, 0.1) == shown


def test_volumes_are_the_dose_in_each_strength() -> None:
    plan = given_infusion({"weight_kg": 80, "height_cm": 180})
    assert plan.volumes_ml == ((10, 4.0), (50, 0.8), (100, 0.4))
    assert plan.arithmetic == (
        "0.5 mg/kg x 80 kg (actual weight) = 40.0 mg; 40.0 mg / 40 min = 1 mg/min"
    )


@pytest.mark.parametrize(
    ("mg_per_kg", "minutes", "too_fast", "outside"),
    [
        (0.5, 40, False, False),
        (0.25, 40, False, False),
        (0.24, 40, False, True),
        (1.0, 40, False, False),
        (1.01, 41, False, True),
        (1.0, 39.9, True, True),
        (0.5, 39, False, True),
        (0.5, 100, False, False),
        (0.5, 101, False, True),
        (0.5, 20, False, True),
        (0.5, 19.9, True, True),
    ],
)
def test_a_dose_that_is_too_fast_or_out_of_range_is_marked(
    mg_per_kg: float, minutes: float, too_fast: bool, outside: bool
) -> None:
    plan = given_infusion({"weight_kg": 80, "height_cm": 180}, mg_per_kg=mg_per_kg, minutes=minutes)
    assert (plan.too_fast, plan.outside_range) == (too_fast, outside)
    assert plan.dose_mg == pytest.approx(mg_per_kg * 80, abs=0.0501)


@pytest.mark.parametrize(
    ("session", "mg_per_kg", "above"), [(1, 0.5, False), (1, 0.51, True), (2, 0.75, False)]
)
def test_a_first_dose_above_the_standard_is_marked(
    session: int, mg_per_kg: float, above: bool
) -> None:
    body = {"weight_kg": 80, "height_cm": 180}
    plan = given_infusion(body, mg_per_kg=mg_per_kg, session_number=session)
    assert plan.above_first_dose is above


@pytest.mark.parametrize(
    ("bmi", "previous", "verdict"),
    [(31, None, "met"), (31, "actual", "met"), (31, "ideal", "not_met"), (25, "actual", "not_met")],
)
def test_a_basis_that_becomes_ideal_is_confirmed(
    bmi: float, previous: str | None, verdict: str
) -> None:
    order = {} if previous is None else {"ketamine_iv": {"previous_basis": previous}}
    form = all_answered_no(body=with_index(bmi, 170), **order)
    found = document(assessed(form))["options"]["ketamine_iv"]["findings"]
    assert found["dose_basis_changed_to_ideal_confirm"]["verdict"] == verdict


@given(st.floats(30, 300), st.floats(140, 210), st.sampled_from(["male", "female"]))
def test_no_dose_is_above_that_of_the_actual_weight(weight: float, height: float, sex: str) -> None:
    plan = given_infusion({"weight_kg": weight, "height_cm": height}, sex)
    assert plan.dosing_weight_kg <= weight
    assert plan.dose_mg <= 0.5 * weight + 0.0501


# ---------------------------------------------------------------- a spray


def spray(region: str | None = None, age: float | None = 40, **order: object) -> SprayPlan | None:
    patient = {"sex": "female"} | ({} if age is None else {"age_years": age})
    where = {} if region is None else {"region": region}
    form = all_answered_no(patient=patient, esketamine=order, **where)
    plan = option(form, "esketamine").plan
    assert plan is None or isinstance(plan, SprayPlan)
    return plan


@pytest.mark.parametrize(
    ("region", "age", "dose"),
    [
        ("US", 64, 56),
        ("US", 65, 56),
        ("US", None, 56),
        (None, 65, 56),
        ("EU", 64, 56),
        ("EU", 64.9, 56),
        ("EU", 65, 28),
        ("EU", None, None),
    ],
)
def test_the_first_spray_by_region_and_age(
    region: str | None, age: float | None, dose: int | None
) -> None:
    for order in ({}, {"session_number": 1}):
        plan = spray(region, age, **order)
        assert (None if plan is None else plan.dose_mg) == dose
        assert plan is None or (plan.first, plan.devices) == (True, plan.dose_mg // 28)


@pytest.mark.parametrize(("before", "devices"), [(28, 1), (56, 2), (84, 3)])
def test_a_later_spray_is_the_one_before(before: int, devices: int) -> None:
    plan = spray("EU", 70, session_number=5, previous_dose_mg=before)
    assert plan is not None
    assert (plan.dose_mg, plan.devices, plan.minutes_between, plan.first) == (
        before,
        devices,
        5,
        False,
    )


def test_the_first_weeks_of_sprays_are_told_in_numbers() -> None:
    plan = spray()
    assert plan is not None
    assert (plan.visits.weeks, plan.visits.per_week, plan.visits.weekly_until_week) == (4, 2, 8)
    assert (plan.visits.later_mg, plan.visits.week_mg_at_most) == ((56, 84), 168)


def test_the_infusions_of_an_induction_add_up() -> None:
    plan = given_infusion({"weight_kg": 70, "height_cm": 175})
    assert plan.series.sessions * plan.dose_mg == plan.series.total_mg == pytest.approx(210)
    assert plan.series.per_week == (2, 3)


@pytest.mark.parametrize(
    ("minutes", "brisk", "too_fast"), [(40, False, False), (30, True, False), (15, True, True)]
)
def test_a_quick_infusion_is_told_in_two_steps(minutes: float, brisk: bool, too_fast: bool) -> None:
    plan = given_infusion({"weight_kg": 70, "height_cm": 175}, mg_per_kg=0.5, minutes=minutes)
    assert (plan.brisk, plan.too_fast) == (brisk, too_fast)


def test_a_later_spray_without_the_dose_before_is_not_guessed() -> None:
    assert spray(session_number=2) is None


def test_a_dose_of_before_without_a_number_is_no_first_visit() -> None:
    plan = spray(previous_dose_mg=84)
    assert plan is None or plan.dose_mg == 84


def test_the_dose_of_before_is_asked_where_the_plan_waits_for_it() -> None:
    form = all_answered_no(esketamine={"session_number": 2})
    settles = [pointer for one in assessed(form).questions for pointer in one.settles]
    assert "/options/esketamine/plan" in settles


def test_the_age_is_asked_where_the_first_spray_waits_for_it() -> None:
    form = all_answered_no(patient={"sex": "female"}, region="EU")
    assert option(form, "esketamine").plan is None
    settles = {one.id: one.settles for one in assessed(form).questions}
    assert "/options/esketamine/plan" in settles["age_years"]


@pytest.mark.parametrize("therapy", ["ketamine_iv", "esketamine"])
def test_no_dose_is_worked_out_for_whom_it_is_contraindicated(therapy: str) -> None:
    screening = answering()
    screening["ketamine"]["pregnancy"] = "yes"
    body = {"weight_kg": 70, "height_cm": 170}
    form = all_answered_no(screening=screening, body=body)
    assert option(form, therapy).plan is None


def test_of_nobody_nothing_is_planned_but_the_spray() -> None:
    """The first spray is the same for everybody in the United States, which a form means."""
    made = {one.therapy.id: one.plan is not None for one in assessed(NOBODY).options}
    assert {name for name, plan in made.items() if plan} == {"esketamine"}


@pytest.mark.parametrize(("motor_mm", "target_mm"), [(14, 24), (30, 10)])
def test_beyond_the_ceiling_of_a_depth_correction_no_output_is_set(
    motor_mm: float, target_mm: float
) -> None:
    order = {
        "protocol": "snt_saint",
        "motor_threshold": {"pct_mso": 40},
        "scalp_to_cortex": {"motor_mm": motor_mm, "target_mm": target_mm},
    }
    found = option(all_answered_no(tms=order), "tms")
    assert found.plan is not None
    assert found.plan.output_set_pct_mso is None
    assert found.final is not Suitability.SUITABLE


def test_a_depression_in_remission_is_no_reason_to_stimulate() -> None:
    form = all_answered_no(diagnoses=[{"icd10cm": "F33.42"}])
    assert option(form, "tms").suitability is Suitability.NOT_INDICATED
