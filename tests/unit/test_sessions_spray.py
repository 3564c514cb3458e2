"""One dose of esketamine: its readings, the way home, the form and the payer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sessions import READY, Form, answer, at, decision, infusion, rules, spray

WORDS = [
    "time",
    "blood_pressure",
    "spo2",
    "sedation",
    "dissociation",
    "orientation",
    "gait",
    "nausea",
    "suicide_risk_review",
    "escort",
    "advice",
]


def leaving(minute: float = 120, asked: Form | None = None, **readings: object) -> dict[str, Any]:
    """The discharge of a dose after calm readings, with these at the end."""
    told = answer(spray(at(0), at(40), at(minute, **readings), leaving=READY | (asked or {})))
    discharge: dict[str, Any] = told["discharge"]
    return discharge


# ---------------------------------------------------------------- the way home


def test_with_all_requirements_met_the_patient_may_go() -> None:
    discharge = leaving()

    assert (discharge["verdict"], discharge["missing"]) == ("met", [])
    assert set(WORDS) <= set(discharge["findings"])
    assert {one["kind"] for one in discharge["findings"].values()} == {"requirement"}


NOT_MET: list[tuple[str, dict[str, Any]]] = [
    ("time", {"minute": 119.9}),
    ("blood_pressure", {"systolic_mmhg": 151}),
    ("blood_pressure", {"diastolic_mmhg": 101}),
    ("blood_pressure", {"systolic_mmhg": 89}),
    ("spo2", {"spo2_pct": 93.9, "asked": {}}),
    ("sedation", {"moaas": 4}),
    ("dissociation", {"cadss": 5}),
    ("orientation", {"asked": {"oriented": False}}),
    ("gait", {"asked": {"walks_steadily": False}}),
    ("nausea", {"asked": {"nausea_controlled": False}}),
    ("suicide_risk_review", {"asked": {"new_suicidal_intent": True}}),
    ("escort", {"asked": {"escort_present": False}}),
    ("advice", {"asked": {"advice_given": False}}),
]


@pytest.mark.parametrize(("word", "told"), NOT_MET)
def test_one_requirement_that_is_not_met_keeps_the_patient(word: str, told: dict[str, Any]) -> None:
    discharge = leaving(**told)

    assert (discharge["verdict"], discharge["missing"]) == ("not_met", [word])
    assert discharge["findings"][word]["verdict"] == "not_met"


ON_THE_LIMIT: list[dict[str, Any]] = [
    {"minute": 120},
    {"systolic_mmhg": 150},
    {"systolic_mmhg": 90},
    {"diastolic_mmhg": 100},
    {"spo2_pct": 94},
    {"cadss": 4},
]


@pytest.mark.parametrize("told", ON_THE_LIMIT)
def test_a_reading_on_the_limit_lets_the_patient_go(told: dict[str, Any]) -> None:
    assert leaving(**told)["verdict"] == "met"


def test_a_pressure_of_160_is_at_most_160_and_161_is_not() -> None:
    before = at(0, systolic_mmhg=150)

    def verdict(systolic: float) -> str:
        form = spray(before, at(40), at(120, systolic_mmhg=systolic), leaving=READY)
        word: str = answer(form)["discharge"]["verdict"]
        return word

    assert (verdict(160), verdict(161)) == ("met", "not_met")


UNKNOWN: list[tuple[str, str]] = [
    ("blood_pressure", "systolic_mmhg"),
    ("blood_pressure", "diastolic_mmhg"),
    ("spo2", "spo2_pct"),
    ("sedation", "moaas"),
    ("dissociation", "cadss"),
]


@pytest.mark.parametrize(("word", "field"), UNKNOWN)
def test_a_reading_that_is_absent_at_the_end_leaves_it_open(word: str, field: str) -> None:
    discharge = leaving(**{field: None})

    assert (discharge["verdict"], discharge["missing"]) == ("unknown", [word])
    assert discharge["findings"][word]["asks"]


@pytest.mark.parametrize(
    ("word", "question"),
    [
        ("orientation", "oriented"),
        ("gait", "walks_steadily"),
        ("nausea", "nausea_controlled"),
        ("suicide_risk_review", "new_suicidal_intent"),
        ("escort", "escort_present"),
        ("advice", "advice_given"),
    ],
)
def test_a_question_that_was_not_asked_leaves_it_open(word: str, question: str) -> None:
    asked = {name: told for name, told in READY.items() if name != question}
    discharge = answer(spray(at(0), at(40), at(120), leaving=asked))["discharge"]

    assert (discharge["verdict"], discharge["missing"]) == ("unknown", [word])
    assert discharge["findings"][word]["asks"] == [question]


def test_without_any_observation_nobody_knows_the_time() -> None:
    discharge = answer(spray(leaving=READY))["discharge"]

    assert discharge["verdict"] == "unknown"
    assert "time" in discharge["missing"]


def test_without_a_pressure_before_the_dose_the_way_home_stays_open() -> None:
    discharge = answer(spray(at(40), at(120), leaving=READY))["discharge"]

    assert (discharge["verdict"], discharge["missing"]) == ("unknown", ["blood_pressure"])


def test_not_met_outweighs_unknown_and_both_are_missing() -> None:
    discharge = leaving(cadss=None, asked={"escort_present": False})

    assert discharge["verdict"] == "not_met"
    assert set(discharge["missing"]) == {"dissociation", "escort"}


def test_a_new_intent_to_die_calls_for_an_evaluation_the_same_day() -> None:
    found = leaving(asked={"new_suicidal_intent": True})["findings"]["suicide_risk_review"]

    assert found["actions"] == ["same_day_safety_evaluation"]


def test_nobody_goes_home_with_a_symptom_that_stops() -> None:
    assert leaving(symptoms=["chest pain"])["verdict"] == "not_met"
    assert leaving(heart_rate_per_min=140)["verdict"] == "not_met"


def test_without_the_questions_there_is_no_word_on_going_home() -> None:
    assert answer(spray(at(0)))["discharge"] is None


def test_an_infusion_asks_120_minutes_from_its_start() -> None:
    def verdict(minute: float) -> str:
        told = answer(infusion(at(0), at(minute), leaving=READY))
        word: str = told["discharge"]["findings"]["time"]["verdict"]
        return word

    assert (verdict(119), verdict(120)) == ("not_met", "met")


def test_the_two_hours_of_an_infusion_count_from_its_start_as_logged() -> None:
    start = {"minute": 5, "kind": "pump_start"}

    def verdict(minute: float) -> str:
        told = answer(infusion(at(0), at(minute), events=[start], leaving=READY))
        word: str = told["discharge"]["findings"]["time"]["verdict"]
        return word

    assert (verdict(124), verdict(125)) == ("not_met", "met")


def ended(*observations: Form, **parts: object) -> tuple[str, str]:
    """The verdict on going home after an infusion, and on whether it has ended."""
    home = answer(infusion(*observations, leaving=READY, **parts))["discharge"]
    return home["verdict"], home["findings"]["treatment_ended"]["verdict"]


def test_nobody_goes_home_while_the_pump_runs_or_rests_by_a_rule() -> None:
    slow = {"dose_mg": 40, "minutes": 130}

    assert ended(at(0), at(120), order=slow) == ("not_met", "not_met")
    assert ended(at(0), at(20, systolic_mmhg=184), at(120)) == ("not_met", "not_met")


def test_after_an_infusion_completed_or_stopped_the_patient_may_go() -> None:
    assert ended(at(0), at(120)) == ("met", "met")
    assert ended(at(0), at(20, spo2_pct=89), at(120)) == ("met", "met")


def test_an_infusion_of_which_nobody_knows_whether_it_ended_leaves_it_open() -> None:
    again = {"minute": 60, "kind": "pump_start"}
    off = {"minute": 70, "kind": "pump_stop"}
    stopped = (at(0), at(20, spo2_pct=89), at(120))

    assert ended(at(0), at(120), order={"dose_mg": 40}) == ("unknown", "unknown")
    assert ended(*stopped, events=[again]) == ("not_met", "unknown")
    assert ended(*stopped, events=[again, off]) == ("not_met", "met")


# ---------------------------------------------------------------- the form


def test_the_form_is_due_in_7_days_in_the_us_once_the_patient_may_go() -> None:
    ended = spray(at(0), at(40), at(120), leaving=READY)

    assert answer(ended)["rems_form_due_days"] == 7
    assert answer(ended | {"region": "US"})["rems_form_due_days"] == 7
    assert answer(ended | {"region": "EU"})["rems_form_due_days"] is None
    assert answer(spray(at(0), leaving=READY))["rems_form_due_days"] is None
    assert answer(infusion(at(0), at(125), leaving=READY))["rems_form_due_days"] is None


# ---------------------------------------------------------------- pressure

PRESSURE: list[tuple[int, str, dict[str, Any], dict[str, Any], str]] = [
    (0, "predose_pressure_raised", {"systolic_mmhg": 141}, {"systolic_mmhg": 140}, "alert"),
    (0, "predose_pressure_raised", {"diastolic_mmhg": 91}, {"diastolic_mmhg": 90}, "alert"),
    (-5, "spray_withheld", {"systolic_mmhg": 181}, {"systolic_mmhg": 180}, "pause"),
    (-5, "spray_stop_now", {"diastolic_mmhg": 121}, {"diastolic_mmhg": 120}, "stop"),
    (40, "spray_alert", {"systolic_mmhg": 165}, {"systolic_mmhg": 164}, "alert"),
    (40, "spray_alert", {"diastolic_mmhg": 100}, {"diastolic_mmhg": 99}, "alert"),
    (40, "spray_pressure_high", {"systolic_mmhg": 181}, {"systolic_mmhg": 180}, "alert"),
    (40, "spray_pressure_high", {"diastolic_mmhg": 111}, {"diastolic_mmhg": 110}, "alert"),
    (40, "spray_stop_now", {"systolic_mmhg": 201}, {"systolic_mmhg": 200}, "stop"),
    (40, "spray_stop_now", {"diastolic_mmhg": 121}, {"diastolic_mmhg": 120}, "stop"),
]


@pytest.mark.parametrize(("minute", "rule", "past", "within", "word"), PRESSURE)
def test_a_pressure_before_or_after_a_spray_follows_its_line(
    minute: int, rule: str, past: dict[str, Any], within: dict[str, Any], word: str
) -> None:
    def form(readings: dict[str, Any]) -> Form:
        return spray(at(-10), at(minute, **readings))

    assert decision(form(past), str(minute)) == word
    assert rule in rules(form(past), str(minute))
    assert rule not in rules(form(within), str(minute))


def test_above_140_90_before_a_spray_the_prescriber_decides() -> None:
    found = answer(spray(at(0, systolic_mmhg=160, diastolic_mmhg=100)))["decisions"]["0"]

    assert found["findings"]["predose_pressure_raised"]["actions"] == [
        "prescriber_decision_required"
    ]
    assert "predose_pressure_raised" not in rules(spray(at(0), at(40, systolic_mmhg=150)), "40")


def test_a_symptom_after_a_spray_stops_at_any_pressure() -> None:
    form = spray(at(0), at(40, systolic_mmhg=166, symptoms=["chest pain"]))

    assert decision(form, "40") == "stop"


# ---------------------------------------------------------------- readings due


@pytest.mark.parametrize("minute", [40, 60, 90, 120])
def test_a_reading_absent_at_its_minute_gives_an_alert(minute: int) -> None:
    earlier = [at(one) for one in (0, 40, 60, 90) if one < minute]
    form = spray(*earlier, at(minute, spo2_pct=None))

    assert decision(spray(*earlier, at(minute)), str(minute)) == "continue"
    assert decision(form, str(minute)) == "alert"
    assert "reading_missing" in rules(form, str(minute))


def test_a_pressure_five_minutes_from_minute_40_serves_and_six_do_not() -> None:
    assert "pressure_forty_missing" not in answer(spray(at(0), at(45)))["findings"]
    assert "pressure_forty_missing" not in answer(spray(at(0), at(35), at(60)))["findings"]
    assert "pressure_forty_missing" in answer(spray(at(0), at(46)))["findings"]
    assert "pressure_forty_missing" in answer(spray(at(0), at(34), at(60)))["findings"]
    assert "pressure_forty_missing" not in answer(spray(at(0), at(39)))["findings"]


def test_a_dose_is_given_whole_at_minute_0() -> None:
    before, after = answer(spray(at(-5))), answer(spray(at(-5), at(0)))

    assert (before["state"], before["delivered_mg"]) == ("not_started", None)
    assert (after["state"], after["delivered_mg"], after["wasted_mg"]) == ("completed", 56, 0)


def test_a_stop_before_the_last_device_is_not_undone_by_an_order() -> None:
    order = {"minute": 0, "kind": "resume_ordered", "by": "dr-7"}
    told = answer(spray(at(-5, symptoms=["chest pain"]), at(0), events=[order]))

    assert (told["state"], told["delivered_mg"]) == ("stopped", 56)
    assert {"resume_not_paused", "spray_against_hold"} <= set(told["findings"])


def test_low_oxygen_after_a_spray_is_acted_on() -> None:
    assert decision(spray(at(0), at(10, spo2_pct=93)), "10") == "oxygen_and_stimulate"


# ---------------------------------------------------------------- the payer


def paid(**parts: object) -> dict[str, Any]:
    found: dict[str, Any] = answer(spray(at(0), **parts))["findings"]
    return found


@pytest.mark.parametrize("treatment", ["tms", "ect", "vns", "dbs", "ketamine"])
def test_a_payer_that_excludes_a_treatment_beside_it_is_found(treatment: str) -> None:
    found = paid(payer="medical MUTUAL ", concurrent_treatments=[treatment])

    assert found[f"concurrent_{treatment}_excluded"]["verdict"] == "met"


def test_with_nothing_at_the_same_time_no_payer_objects() -> None:
    found = paid(payer="Medical Mutual", concurrent_treatments=[])

    assert [name for name in found if name.startswith("concurrent")] == []


def test_a_payer_that_no_page_knows_leaves_it_open_and_asks() -> None:
    found = paid(payer="Somebody Else", concurrent_treatments=["tms"])

    assert found["concurrent_tms_excluded"]["verdict"] == "unknown"
    assert found["concurrent_tms_excluded"]["asks"] == ["payer_excludes_tms"]
    assert "concurrent_ect_excluded" not in found


def test_where_nothing_was_told_of_payers_nothing_is_asked() -> None:
    assert [name for name in paid() if name.startswith("concurrent")] == []
